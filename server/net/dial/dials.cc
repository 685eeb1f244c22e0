// SPDX-License-Identifier: Apache-2.0

#include "server/net/dial/dials.h"

#include <utility>

#include "absl/status/statusor.h"
#include "server/auth/hub_token.h"
#include "server/base/address.h"
#include "server/net/tls/tls_socket.h"

namespace pigeonhub::net {

Dials::Dials(Reactor& reactor, TlsClient& tls, const HubCredentials& credentials,
             const DialOptions& options, Readiness& readiness, Sink& sink)
    : reactor_(reactor),
      tls_(tls),
      credentials_(credentials),
      options_(options),
      readiness_(readiness),
      sink_(sink),
      dialer_(reactor, *this) {}

void Dials::Start(const Dial& dial, SteadyTime now) {
  absl::StatusOr<WebSocketUrl> address = WebSocketUrl::Parse(dial.url);
  if (!address.ok()) return Fail(dial.dial_target, "is no ws:// or wss:// address");
  std::string token_for = TokenFor(dial, *address);
  const Entry& entry = dials_[dial.dial_target] = {*std::move(address), std::move(token_for),
                                                   now + options_.timeout};
  dialer_.Connect(dial.dial_target, entry.address, options_.timeout, dial.within);
}

std::string Dials::TokenFor(const Dial& dial, const WebSocketUrl& address) const {
  const bool is_overheard = !address.secure && !IsLoopback(address.host);
  if (is_overheard && !options_.token_plaintext) return {};
  switch (dial.token_for) {
    case Dial::TokenFor::kNobody:
      return {};
    case Dial::TokenFor::kAddress:
      return auth::AddresseeAt(address.host, address.port);
    case Dial::TokenFor::kHub:
      return std::string(dial.hub.text());
  }
  return {};
}

uint64_t Dials::Cancel(DialTargetId dial_target) {
  const auto found = dials_.find(dial_target);
  if (found == dials_.end()) return 0;
  dialer_.GiveUp(dial_target);
  const uint64_t key = found->second.key;
  dials_.erase(found);
  return key;
}

void Dials::GiveUpAll() {
  dialer_.GiveUpAll();
  dials_.clear();
}

void Dials::OnReached(DialTargetId dial_target, Descriptor descriptor) {
  Entry& entry = dials_.at(dial_target);
  const uint64_t key = sink_.NextKey();
  std::string why;
  std::unique_ptr<Socket> socket = Adopt(entry.address, std::move(descriptor), key, why);
  if (socket == nullptr) return Fail(dial_target, why);
  entry.key = key;
  // Where a hub says who it is: the reference server does the same.
  const WebSocketUrl url = entry.address.WithParameter("peerId", options_.hub_peer_id.text());
  ClientHandshake::Headers headers;
  if (!entry.token_for.empty()) headers = credentials_.Show(entry.token_for);
  ClientHandshake handshake(url.authority(), url.target, std::move(headers));
  sink_.OnConnected(key, {dial_target, std::move(handshake), entry.deadline, std::move(socket)});
}

std::unique_ptr<Socket> Dials::Adopt(const WebSocketUrl& address, Descriptor descriptor,
                                     uint64_t key, std::string& why) {
  why = "this hub can watch no more sockets";
  if (!address.secure) return reactor_.Adopt(std::move(descriptor), key, readiness_);
  absl::StatusOr<SslPtr> ssl = tls_.Start(address.host);
  if (!ssl.ok()) {
    why = std::string(ssl.status().message());
    return nullptr;
  }
  auto socket = std::make_unique<TlsSocket>(*std::move(ssl), key, readiness_);
  std::unique_ptr<Socket> below = reactor_.Adopt(std::move(descriptor), key, socket->below());
  if (below == nullptr) return nullptr;
  socket->Start(std::move(below));
  return socket;
}

// Tells the loop later: the core may not hear of a failure while its own request to dial is still
// being carried out.
void Dials::Fail(DialTargetId dial_target, std::string why) {
  dials_[dial_target] = {.failed = true};
  reactor_.Post([this, dial_target, why = std::move(why)] {
    const auto found = dials_.find(dial_target);
    if (found != dials_.end() && found->second.failed) sink_.OnUnreachable(dial_target, why);
  });
}

}  // namespace pigeonhub::net
