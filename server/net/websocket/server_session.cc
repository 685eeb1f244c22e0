// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/server_session.h"

#include <algorithm>
#include <utility>
#include <websocketpp/http/request.hpp>
#include <websocketpp/processors/processor.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "server/base/first_byte.h"
#include "server/base/forwarding.h"
#include "server/net/http/bearer_protocol.h"
#include "server/net/websocket/handshake_key.h"

namespace pigeonhub::net {
namespace {

// This hub needs no body of any request. A request that announces a larger one is refused at once.
constexpr size_t kMaxHttpBody = 64 * 1024;

// A TLS record that refuses it: the fatal alert handshake_failure.
constexpr std::string_view kTlsAlert("\x15\x03\x01\x00\x02\x02\x28", 7);

// The parser reports a request when its body has come. This hub reads no bodies: the head is
// enough, and a body is neither awaited nor kept.
class Request : public websocketpp::http::parser::request {
 public:
  // The parser refuses every request without a Host, although HTTP/1.0 needs none and an empty one
  // is fine (RFC 9112 3.2). Therefore the parser gets one from us, and lacks_host tells whether the
  // client sent one.
  Request() {
    set_max_body_size(kMaxHttpBody);
    append_header("Host", kNoHost);
  }
  bool complete() const { return ready() || m_body_bytes_needed > 0; }
  bool has_body() const { return m_body_bytes_needed > 0 || !m_body.empty(); }
  bool lacks_host() const { return get_header("Host") == kNoHost && get_version() != "HTTP/1.0"; }

  // The value of a header as the client sent it.
  std::string_view header(std::string_view name) const {
    std::string_view value = get_header(std::string(name));
    if (absl::EqualsIgnoreCase(absl::string_view(name.data(), name.size()), "Host")) {
      // The parser has put the client's behind ours.
      constexpr std::string_view kOurs = "-, ";
      value.remove_prefix(std::min(value.size(), kOurs.size()));
    }
    return value;
  }

  // Whether the client may send another request after this one (RFC 9112 9.3). Never where two
  // readers could disagree about where this one ends.
  bool keeps_open() const {
    const std::string& length = get_header("Content-Length");
    if (!length.empty() && length != "0") return false;
    if (!get_header("Transfer-Encoding").empty()) return false;
    const std::string& connection = get_header("Connection");
    if (get_version() == "HTTP/1.1") return !ListHas(connection, "close");
    return get_version() == "HTTP/1.0" && ListHas(connection, "keep-alive");
  }

 private:
  static constexpr char kNoHost[] = "-";
};

bool IsForwarded(const Request& request) {
  const auto& headers = request.get_headers();
  return std::any_of(headers.begin(), headers.end(),
                     [](const auto& header) { return SaysForwarded(header.first); });
}

HttpRequest View(const Request& request) {
  return {.method = request.get_method(),
          .target = request.get_uri(),
          .version = request.get_version(),
          .has_body = request.has_body(),
          .upgrades = websocketpp::processor::is_websocket_handshake(request),
          .websocket_version = request.get_header("Sec-WebSocket-Version"),
          .websocket_key = request.get_header("Sec-WebSocket-Key"),
          .websocket_protocols = request.get_header("Sec-WebSocket-Protocol"),
          .authorization = request.get_header("Authorization"),
          .header = [&request](std::string_view name) { return request.header(name); },
          .is_forwarded = IsForwarded(request)};
}

}  // namespace

struct ServerSession::Handshake {
  Request request;
  bool begun = false;            // a part of the request has come
  bool follows_another = false;  // an earlier request on this connection was answered
};

ServerSession::ServerSession(Host& host, Handler& handler, size_t max_message_size,
                             SpareReader* spare)
    : Session(host, max_message_size, Peer::kClient, spare),
      handler_(handler),
      handshake_(std::make_unique<Handshake>()) {}

ServerSession::~ServerSession() = default;

bool ServerSession::idle() const {
  return phase() == Phase::kHandshake && !answering() && handshake_->follows_another &&
         !handshake_->begun;
}

size_t ServerSession::FeedHandshake(const char* bytes, size_t size) {
  if (!std::exchange(handshake_->begun, true)) {
    const Spoken spoken = SpokenFrom(bytes[0]);
    if (spoken == Spoken::kTls) {
      host().Write(kTlsAlert, {});
      End();
      handler_.OnMalformedRequest(Reason::kTlsOnPlainPort);
      return size;
    }
    // Refused at its first byte, because the end of its line may never come.
    if (spoken != Spoken::kText) {
      AnswerMalformed(400, "this is no HTTP request; ws:// and http:// are spoken here.");
      return size;
    }
  }
  Request& request = handshake_->request;
  size_t used = 0;
  try {
    used = request.consume(bytes, size);
  } catch (const websocketpp::http::exception& malformed) {
    AnswerMalformed(malformed.m_error_code, malformed.m_msg);
    return size;
  }
  if (!request.complete()) return size;
  if (request.lacks_host()) {
    AnswerMalformed(400, "a request of HTTP/1.1 names its Host.");
    return size;
  }
  const HttpRequest view = View(request);
  if (const std::optional<HttpResponse> response = handler_.OnRequest(view)) {
    Answer(*response, view.method == "HEAD", request.keeps_open());
  } else {
    BecomeWebSocket();
  }
  return used;
}

void ServerSession::Answer(const HttpResponse& response, bool head_only, bool keep) {
  keep = keep && !response.close;
  host().Write(HttpBytes(response, head_only, keep), {});
  if (!keep) return End();
  handshake_ = std::make_unique<Handshake>();
  handshake_->follows_another = true;
  Pause();
}

void ServerSession::AnswerMalformed(int status, std::string_view why) {
  Answer(PlainAnswer(status, Reason::kBadHandshake, why), false, false);
  handler_.OnMalformedRequest(Reason::kBadHandshake);
}

void ServerSession::RefusePlain() {
  Answer(PlainAnswer(400, Reason::kPlainOnTlsPort,
                     "this port speaks TLS; use wss:// or https:// in the address"),
         false, false);
  handler_.OnMalformedRequest(Reason::kPlainOnTlsPort);
}

void ServerSession::BecomeWebSocket() {
  const std::unique_ptr<Handshake> handshake = std::move(handshake_);
  const Request& request = handshake->request;
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      AcceptKeyFor(request.get_header("Sec-WebSocket-Key")) + "\r\n";
  // The first that the client names, which is what the reference server chooses. A browser that
  // named some closes the connection if the server chooses none.
  const std::string_view protocol = FirstProtocolIn(request.get_header("Sec-WebSocket-Protocol"));
  if (!protocol.empty()) {
    answer += "Sec-WebSocket-Protocol: " + std::string(protocol) + "\r\n";
  }
  host().Write(answer + "Upgrade: websocket\r\n\r\n", {});
  Open();
  handler_.OnOpen(request.get_uri());
}

void ServerSession::WriteFrame(std::string_view header, std::string_view payload) {
  host().Write(header, payload);
}

}  // namespace pigeonhub::net
