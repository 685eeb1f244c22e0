// SPDX-License-Identifier: Apache-2.0

#include "tests/net/healthy_pair.h"

#include <fstream>
#include <string>

namespace pigeonhub::net {
namespace {

const std::string kAliceId = "a11ce" + std::string(35, '0');
const std::string kBobId = "b0b" + std::string(37, '0');

}  // namespace

HealthyPair::HealthyPair(const TestHub& hub)
    : alice_(Join(hub, kAliceId, "healthy")), bob_(Join(hub, kBobId, "healthy")) {
  alice_.ReadTextWith("peer-discovered");
}

bool HealthyPair::Talk() {
  const std::string words = "talk number " + std::to_string(++talks_);
  alice_.SendText(OfferTo(kBobId, "healthy", words));
  return bob_.ReadTextWith("offer").find(words) != std::string::npos;
}

void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

uint64_t PeakBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

}  // namespace pigeonhub::net
