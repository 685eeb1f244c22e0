// SPDX-License-Identifier: Apache-2.0
//
// How a connection opens: from its first request, or the answer to ours, to the moment when the hub
// hears of it.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/net/connection/connection.h"
#include "server/net/proxy/client_address.h"
#include "server/net/websocket/close_code.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

std::optional<std::string> ClientOf(const HttpRequest& request, std::string_view from,
                                    const TrustedProxies& trusted) {
  if (!trusted.Contain(from)) return std::string(from);
  const ForwardingHeaders headers{.forwarded = request.header("Forwarded"),
                                  .x_forwarded_for = request.header("X-Forwarded-For")};
  return ClientAddress(from, headers, trusted);
}

HandshakeRefusal TwoClients() {
  return {Reason::kProxyHeaderInvalid,
          PlainAnswer(400,
                      "Forwarded and X-Forwarded-For name two clients. Have the proxy remove the "
                      "one that it does not write.")};
}

}  // namespace

// ---- Whose connection it is. -------------------------------------------------------------------

void Connection::OnProxyHeader(const ProxyHeader& header) {
  handshake_->is_health_check = header.is_local;
  if (header.client.empty()) return;
  SetAddress(header.client);
  if (!lease_.is_crowded()) return;
  loop_.Submit(Refused{Reason::kAddressHandshakes, {}, handshake_->address});
  Abort(Reason::kAddressHandshakes);
}

void Connection::SetAddress(std::string address) {
  if (address != handshake_->address) lease_.Reseat(address);
  handshake_->address = std::move(address);
}

// ---- Accepted. ---------------------------------------------------------------------------------

HttpResponse Connection::AnswerHttp(const HttpRequest& request) {
  SetStateDeadline(loop_.shared().options.http_idle_timeout);
  HttpResponse response = loop_.Answer(request);
  if (handshake_->http_only) response.close = true;
  return response;
}

std::optional<HttpResponse> Connection::OnRequest(const HttpRequest& asked) {
  HttpRequest request = asked;
  request.address = handshake_->address;
  // A proxy may ask for one client after the other on one connection.
  std::optional<std::string> client =
      ClientOf(request, handshake_->address, loop_.shared().options.trusted_proxies);
  if (!client.has_value()) return Refuse(request, TwoClients());
  request.address = *client;
  request.entrance = handshake_->entrance;
  if (!WantsWebSocket(request)) return AnswerHttp(request);
  SetAddress(*std::move(client));
  request.address = handshake_->address;
  handshake_->is_proxy_address =
      loop_.shared().options.trusted_proxies.Contain(handshake_->address);
  request.is_proxy_address = handshake_->is_proxy_address;
  handshake_->verdict = loop_.CheckUpgrade(request, handshake_->http_only, lease_);
  std::optional<HandshakeRefusal>& refusal = handshake_->verdict.refusal;
  if (!refusal.has_value()) return std::nullopt;
  return Refuse(request, *std::move(refusal));
}

HttpResponse Connection::Refuse(const HttpRequest& request, HandshakeRefusal refusal) {
  loop_.Submit(Refused{refusal.reason, wire::PeerIdOfTarget(request.target), request.address});
  refusal.response.close = true;
  return std::move(refusal.response);
}

void Connection::OnMalformedRequest(Reason reason) {
  loop_.Submit(Refused{reason, {}, handshake_->address});
}

void Connection::OnOpen(std::string_view target) {
  Loop::Shared& shared = loop_.shared();
  const std::string peer_id = wire::PeerIdOfTarget(target);
  peer_ = PeerId::Parse(peer_id).value_or(PeerId());
  state_ = State::kOpen;
  lease_.Open();
  Watch(shared.options.ping_interval, Liveness::Reader::kMayBeSlow);
  const std::unique_ptr<Handshake> handshake = std::move(handshake_);
  const std::string hub_secret = wire::FieldOfTarget(target, "hubSecret");
  const HubCredentials::Verdict& hub = handshake->verdict.hub;
  loop_.Submit(Opened{id_, peer_id, handshake->address, hub.credential, hub.reason, hub.hub_key,
                      hub_secret, handshake->entrance, std::move(handshake->verdict.claims),
                      handshake->is_proxy_address});
}

// ---- Dialed. -----------------------------------------------------------------------------------

void Connection::OnAccepted() {
  state_ = State::kOpen;
  Watch(loop_.shared().options.ping_interval, Liveness::Reader::kMayBeSlow);
  const std::unique_ptr<Handshake> handshake = std::move(handshake_);
  loop_.Submit(DialOpened{*handshake->dial_target, id_});
}

void Connection::OnRefused(const ClientHandshake::Refusal& refusal) {
  EndDial(refusal.status == 0 ? kNoCloseFrame : refusal.status, refusal.why, refusal.retry_after);
  state_ = State::kGone;
  WantTurn();
}

void Connection::GiveUpDial() {
  Abort(Reason::kServerShutdown);
  if (ending_ != nullptr && ending_->dial.has_value()) ending_.reset();
}

void Connection::EndDial(uint16_t code, std::string_view text, Duration retry_after) {
  const bool dials = state_ == State::kHandshake && handshake_->dial_target.has_value();
  if (!dials || ending_ != nullptr) return;
  ending_ = std::make_unique<Ending>(Ending{.code = code,
                                            .text = std::string(text),
                                            .dial = handshake_->dial_target,
                                            .retry_after = retry_after});
}

}  // namespace pigeonhub::net
