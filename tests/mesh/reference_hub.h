// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/wire/decode.h"
#include "tests/mesh/services.h"

namespace pigeonhub::sim {

// A hub that speaks only the reference's protocol (docs/protocol.md, "Links"): it tells each link
// of its own peers and of nobody else's, passes on no presence, and hands a signal for somebody it
// does not have to whatever hubs it knows, even to the one it came from. Its peers are only names.
class ReferenceHub : public Party {
 public:
  ReferenceHub(Services& services, std::string name, const PeerId& id, SessionNumber first_session);

  // Listens, and dials these hubs, again and again.
  void Start(std::vector<std::string> bootstrap);

  void Join(const PeerId& peer, const std::string& network);
  void Leave(const PeerId& peer);
  void Goodbye(const PeerId& peer);
  void Offer(const PeerId& from, const PeerId& target);
  // Tells every link everything again, as it does when a peer announces again.
  void Repeat();

  struct Member {
    std::string network;
    uint64_t version = 0;
    SessionNumber session = 0;
    auto operator<=>(const Member&) const = default;
  };
  const std::map<PeerId, Member>& peers() const { return peers_; }
  const std::string& name() const { return name_; }
  const PeerId& id() const { return id_; }

  // What a link told it of, by peer: the namespace and the version.
  using Told = std::map<PeerId, std::pair<std::string, uint64_t>>;
  struct Link {
    PeerId hub;
    bool dialed = false;
    bool announced = false;
    Told told;
    std::string members;  // what it said of itself when it announced
  };
  const std::map<EndId, Link>& links() const { return links_; }

  void OnDialed(uint64_t tag, EndId end) override;
  void OnDialFailed(uint64_t tag) override;
  void OnArrival(EndId end, std::string_view peer_id, std::string_view from) override;
  void OnFrame(EndId end, std::string text) override;
  void OnEnd(EndId end, const Ending& ending) override;

 private:
  void Redial(size_t index);
  void Hear(EndId end, Link& link, const inbound::Message& message);
  void HearSignal(EndId end, const Link& link, const inbound::Signal& signal);
  void TellAll(const std::string& frame);
  void HearAnnounce(EndId end, Link& link, const inbound::Announce& announce);
  std::string Discovery(const PeerId& peer, const Member& member) const;
  std::string Leaving(const PeerId& peer, const Member& member) const;

  Services& services_;
  const std::string name_;
  const PeerId id_;
  SessionNumber next_session_;
  std::vector<std::string> bootstrap_;
  std::map<PeerId, Member> peers_;
  std::map<EndId, Link> links_;
  std::map<EndId, size_t> dialed_;
  std::set<std::string> relayed_;
  wire::Decoder decoder_;
};

}  // namespace pigeonhub::sim
