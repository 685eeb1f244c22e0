// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/core/effect.h"
#include "server/core/input.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
class Hub;
}  // namespace pigeonhub

namespace pigeonhub::sim {

// A hub whose map has many mesh hubs, all behind one link and all quiet: what does an input cost
// it? Two peers are connected to it and one to the hub at the other end of the link, in one
// namespace.
class HubAmongMany {
 public:
  explicit HubAmongMany(size_t hubs);
  ~HubAmongMany();

  // Inputs, each with the question for the next deadline that follows it.
  void SignalHere();       // from one peer here to the other
  void SignalFromThere();  // from the peer there to one here
  void AnnounceHere();     // again, with other words; the hub there hears of it
  void RepeatOfAWord();    // the hub there says of itself what it said before
  void NothingDue();       // a tick

  // The least time that one takes, in nanoseconds, of several rounds of many.
  double NanosecondsEach(void (HubAmongMany::*input)(), size_t rounds = 5, size_t times = 2000);

 private:
  void Handle(const Input& input);
  void Say(std::vector<mesh::Op> ops);
  void Tell(std::vector<SharedNode> nodes);
  SharedNode NodeOf(size_t hub) const;

  const size_t hubs_;
  std::unique_ptr<Hub> hub_;
  Now now_;
  Effects effects_;
  uint64_t news_ = 1;
  uint64_t said_ = 0;
  uint64_t heard_stream_ = 0;
  uint64_t heard_ = 0;
  uint64_t announced_ = 0;
};

}  // namespace pigeonhub::sim
