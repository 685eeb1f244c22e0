// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/bootstrap_hubs.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/base/websocket_url.h"

namespace pigeonhub {
namespace {

// Where the bootstrap hub listens that hubs dial if they are given none.
constexpr uint16_t kDefaultPort = 3000;

// The bootstrap hub of a hub that is given none; empty for the one that others then dial. That one
// is taken to speak TLS if this one does.
std::string DefaultBootstrapHub(const Identity& self) {
  if (self.port() == kDefaultPort) return {};
  std::string host = self.host();
  if (host == "::") {
    host = "::1";
  } else if (IsUnspecified(host)) {
    host = "127.0.0.1";
  }
  return absl::StrCat(self.speaks_tls() ? "wss://" : "ws://", JoinHostAndPort(host, kDefaultPort));
}

}  // namespace

void BootstrapHubs::Start(Turn& turn) {
  for (const std::string& url : urls_) {
    if (dial_targets_.FindUrl(url) == nullptr) dial_targets_.Add(url, DialTarget::Kind::kBootstrap);
  }
  if (urls_.empty() && self_.is_hub() && !options_.bus.on && options_.auto_connect) {
    const std::string url = DefaultBootstrapHub(self_);
    if (!url.empty() && dial_targets_.FindUrl(url) == nullptr) {
      dial_targets_.Add(url, DialTarget::Kind::kBootstrap).is_default = true;
    }
  }
  if (options_.auto_connect) Dial(turn);
}

void BootstrapHubs::Dial(Turn& turn) {
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->kind == DialTarget::Kind::kBootstrap &&
        dial_target->state == LinkRecord::State::kStopped) {
      dialing_.Dial(turn, *dial_target);
    }
  }
}

void BootstrapHubs::Stop(Turn& turn) {
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->kind != DialTarget::Kind::kBootstrap) continue;
    dialing_.TakeBack(turn, dial_target->id);
  }
}

void BootstrapHubs::Set(Turn& turn, const std::vector<std::string>& urls) {
  urls_ = urls;
  if (self_.is_stopped()) return;
  std::vector<DialTargetId> gone;
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->kind != DialTarget::Kind::kBootstrap) continue;
    const bool stays = std::any_of(urls.begin(), urls.end(), [&](const std::string& url) {
      return NormalUrl(url) == dial_target->normal;
    });
    if (!stays) gone.push_back(dial_target->id);
  }
  for (DialTargetId id : gone) {
    dialing_.TakeBack(turn, id);
    dial_targets_.Remove(*dial_targets_.Find(id));
  }
  for (const std::string& url : urls) {
    if (DialTarget* known = dial_targets_.FindUrl(url)) {
      known->kind = DialTarget::Kind::kBootstrap;
      known->is_default = false;
      continue;
    }
    DialTarget& dial_target = dial_targets_.Add(url, DialTarget::Kind::kBootstrap);
    if (options_.auto_connect) dialing_.Dial(turn, dial_target);
  }
}

}  // namespace pigeonhub
