// SPDX-License-Identifier: Apache-2.0
#include "server/net/websocket/session.h"

#include <utility>
#include <websocketpp/close.hpp>
#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>

#include "absl/strings/ascii.h"
#include "server/net/websocket/frame.h"
#include "server/net/websocket/masks.h"
#include "server/wire/decode.h"

namespace pigeonhub::net {
namespace {

namespace opcode = websocketpp::frame::opcode;

// Nobody sends this hub a body that matters; what is announced larger is refused at once.
constexpr size_t kMaxHttpBody = 64 * 1024;

// Of a server's answer, as websocketpp limits a request's.
constexpr size_t kMaxAnswerHead = 16'000;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// What a TLS client sends first, the type of its record (RFC 8446 5.1).
constexpr char kTlsHandshake = 0x16;
// A TLS record that refuses it: the fatal alert handshake_failure.
constexpr std::string_view kTlsAlert("\x15\x03\x01\x00\x02\x02\x28", 7);

// The parser reports a request when its body has come. Nothing here reads bodies, so the head is
// enough: a body is never waited for nor kept.
class Request : public websocketpp::http::parser::request {
 public:
  // The parser refuses every request without a Host, although HTTP/1.0 needs none and an empty one
  // is fine (RFC 9112 3.2). So the parser is given one, and lacks_host tells.
  Request() {
    set_max_body_size(kMaxHttpBody);
    append_header("Host", kNoHost);
  }
  bool complete() const { return ready() || m_body_bytes_needed > 0; }
  bool has_body() const { return m_body_bytes_needed > 0 || !m_body.empty(); }
  bool lacks_host() const { return get_header("Host") == kNoHost && get_version() != "HTTP/1.0"; }

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

// Makes the buffers for incoming messages, with the room past their end that the decoder wants.
template <typename Message>
class MessageBuffers {
 public:
  using ptr = std::shared_ptr<MessageBuffers>;
  using weak_ptr = std::weak_ptr<MessageBuffers>;

  std::shared_ptr<Message> get_message(opcode::value opcode, size_t size) {
    return std::make_shared<Message>(nullptr, opcode, size + wire::Decoder::kSpareCapacity);
  }
  bool recycle(Message*) { return false; }
};

// What websocketpp's processor is built with. It only reads frames, so it needs no random numbers;
// compression stays off, as its inflate has no limit.
struct Protocol {
  using request_type = websocketpp::http::parser::request;
  using response_type = websocketpp::http::parser::response;
  using message_type = websocketpp::message_buffer::message<MessageBuffers>;
  using con_msg_manager_type = MessageBuffers<message_type>;
  using rng_type = websocketpp::random::none::int_generator<uint32_t>;
  struct NoDeflate {};
  using permessage_deflate_type = websocketpp::extensions::permessage_deflate::disabled<NoDeflate>;
  static constexpr bool enable_extensions = false;
  static constexpr size_t max_message_size = 0;  // set for each session
};
class Processor : public websocketpp::processor::hybi13<Protocol> {
 public:
  using hybi13::hybi13;
  bool mid_message() const { return m_data_msg.msg_ptr != nullptr; }
};

HttpRequest View(const Request& request) {
  return {.method = request.get_method(),
          .target = request.get_uri(),
          .version = request.get_version(),
          .has_body = request.has_body(),
          .upgrades = websocketpp::processor::is_websocket_handshake(request),
          .websocket_version = request.get_header("Sec-WebSocket-Version"),
          .websocket_key = request.get_header("Sec-WebSocket-Key"),
          .websocket_protocols = request.get_header("Sec-WebSocket-Protocol"),
          .authorization = request.get_header("Authorization")};
}

// The subprotocol that is spoken: the first that the client names, as the reference chooses.
// Browsers close the connection where they named some and none is chosen.
std::string FirstProtocol(const Request& request) {
  const std::string& names = request.get_header("Sec-WebSocket-Protocol");
  return std::string(absl::StripAsciiWhitespace(names.substr(0, names.find(','))));
}

Reason ReasonOf(const std::error_code& violation) {
  switch (websocketpp::processor::error::to_ws(violation)) {
    case websocketpp::close::status::message_too_big:
      return Reason::kMessageTooBig;
    case websocketpp::close::status::invalid_payload:
      return Reason::kInvalidUtf8;
    default:
      return Reason::kProtocolError;
  }
}

}  // namespace

struct Session::Handshake {
  Request request;
  bool begun = false;            // something of it came
  bool follows_another = false;  // on a connection that was kept
};

struct Session::Client {
  Opening opening;
  Masks masks;
  std::string scratch;  // the answer until it is whole, then the last frame
};

struct Session::Frames {
  Frames(size_t max_message_size, bool from_client)
      : processor(false, from_client, std::make_shared<Protocol::con_msg_manager_type>(), random) {
    processor.set_max_message_size(max_message_size);
  }
  Protocol::rng_type random;
  Processor processor;
};

Session::Session(Host& host, size_t max_message_size)
    : host_(host), max_message_size_(max_message_size), handshake_(std::make_unique<Handshake>()) {}

Session::Session(Host& host, size_t max_message_size, Opening opening)
    : host_(host),
      max_message_size_(max_message_size),
      client_(std::make_unique<Client>(Client{std::move(opening), {}, {}})) {}

Session::~Session() = default;

void Session::Ask() { host_.Write(client_->opening.Request()); }

bool Session::idle() const {
  return phase_ == Phase::kHandshake && !paused_ && handshake_ != nullptr &&
         handshake_->follows_another && !handshake_->begun;
}

bool Session::mid_message() const { return frames_ != nullptr && frames_->processor.mid_message(); }

void Session::Feed(char* bytes, size_t size) {
  while (phase_ == Phase::kHandshake && size > 0) {
    if (paused_) {
      held_.append(bytes, size);
      return;
    }
    const size_t used = client_ ? FeedAnswer(bytes, size) : FeedHandshake(bytes, size);
    bytes += used;
    size -= used;
  }
  FeedFrames(bytes, size);
}

void Session::Resume() {
  paused_ = false;
  std::string held = std::exchange(held_, {});
  Feed(held.data(), held.size());
}

// Returns how many bytes belonged to the request.
size_t Session::FeedHandshake(const char* bytes, size_t size) {
  if (!std::exchange(handshake_->begun, true)) {
    if (bytes[0] == kTlsHandshake) {
      host_.Write(kTlsAlert);
      phase_ = Phase::kEnded;
      host_.OnMalformedRequest(Reason::kTlsOnPlainPort);
      return size;
    }
    // So that nobody waits for the end of a line that never comes.
    if (!absl::ascii_isalpha(static_cast<unsigned char>(bytes[0]))) {
      AnswerMalformed(400, "This is no HTTP request.");
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
    AnswerMalformed(400, "A request of HTTP/1.1 names its Host.");
    return size;
  }
  const HttpRequest view = View(request);
  if (!WantsWebSocket(view)) {
    AnswerHttp(host_.OnHttp(view), view.method == "HEAD", request.keeps_open());
  } else if (std::optional<HttpResponse> refusal = host_.OnUpgrade(view)) {
    AnswerHttp(*refusal, false, false);
  } else {
    BecomeWebSocket();
  }
  return used;
}

// The same for the server's answer. What follows its head are frames, even in the same packet.
size_t Session::FeedAnswer(const char* bytes, size_t size) {
  std::string& head = client_->scratch;
  const size_t before = head.size();
  head.append(bytes, size);
  const size_t end = head.find(kHeadEnd);
  std::optional<Opening::Refusal> refusal;
  if (end != std::string::npos) {
    head.resize(end + kHeadEnd.size());
    refusal = client_->opening.Check(head);
  } else if (head.size() <= kMaxAnswerHead) {
    return size;
  } else {
    refusal = {.why = "the answer has no end"};
  }
  const size_t used = head.size() - before;
  if (refusal.has_value()) {
    phase_ = Phase::kEnded;
    host_.OnRefused(*refusal);
    return size;
  }
  frames_ = std::make_unique<Frames>(max_message_size_, /*from_client=*/false);
  phase_ = Phase::kOpen;
  host_.OnAccepted();
  return used;
}

void Session::AnswerHttp(const HttpResponse& response, bool head_only, bool keep) {
  keep = keep && !response.close;
  host_.Write(HttpBytes(response, head_only, keep));
  if (!keep) {
    phase_ = Phase::kEnded;
    return;
  }
  handshake_ = std::make_unique<Handshake>();
  handshake_->follows_another = true;
  paused_ = true;
}

void Session::AnswerMalformed(int status, std::string why) {
  AnswerHttp(PlainAnswer(status, std::move(why)), false, false);
  host_.OnMalformedRequest(Reason::kBadHandshake);
}

void Session::BecomeWebSocket() {
  const std::unique_ptr<Handshake> handshake = std::move(handshake_);
  frames_ = std::make_unique<Frames>(max_message_size_, /*from_client=*/true);
  websocketpp::http::parser::response response;
  response.set_version("HTTP/1.1");
  response.set_status(websocketpp::http::status_code::switching_protocols);
  frames_->processor.process_handshake(handshake->request, FirstProtocol(handshake->request),
                                       response);
  host_.Write(response.raw());
  phase_ = Phase::kOpen;
  host_.OnOpen(handshake->request.get_uri());
}

void Session::FeedFrames(char* bytes, size_t size) {
  while (size > 0 && (phase_ == Phase::kOpen || phase_ == Phase::kClosing)) {
    if (paused_) {
      held_.append(bytes, size);
      return;
    }
    Processor& processor = frames_->processor;
    std::error_code violation;
    const size_t used = processor.consume(reinterpret_cast<uint8_t*>(bytes), size, violation);
    if (violation) return Violation(ReasonOf(violation));
    bytes += used;
    size -= used;
    if (processor.ready()) HandleFrame(*frames_);
  }
}

void Session::HandleFrame(Frames& frames) {
  const Protocol::message_type::ptr message = frames.processor.get_message();
  switch (message->get_opcode()) {
    case opcode::close:
      return HandlePeerClose(message->get_payload());
    case opcode::ping:
      if (phase_ == Phase::kOpen) WriteControl(opcode::pong, message->get_payload());
      break;
    case opcode::pong:
      host_.OnPong(message->get_payload());
      break;
    default:
      if (phase_ == Phase::kOpen) host_.OnMessage(std::move(message->get_raw_payload()));
  }
  // Not before: what it says may be that the peer goes.
  host_.OnFrame();
}

void Session::HandlePeerClose(const std::string& payload) {
  std::error_code error;
  const uint16_t code = websocketpp::close::extract_code(payload, error);
  if (error) return Violation(Reason::kProtocolError);
  const std::string text = websocketpp::close::extract_reason(payload, error);
  if (error) return Violation(Reason::kInvalidUtf8);
  const bool answered = phase_ == Phase::kClosing;
  if (!answered) WriteControl(opcode::close, std::string_view(payload).substr(0, 2));
  phase_ = Phase::kEnded;
  ended_cleanly_ = true;
  if (!answered) host_.OnPeerClose(code, text);
}

void Session::Violation(Reason reason) {
  const bool was_open = phase_ == Phase::kOpen;
  const CloseFrame frame = CloseFrameFor(reason);
  if (was_open) WriteClose(frame.code, frame.text);
  phase_ = Phase::kEnded;
  if (was_open) host_.OnViolation(reason);
}

void Session::Close(uint16_t code, std::string_view text) {
  if (phase_ != Phase::kOpen) return;
  WriteClose(code, text);
  phase_ = Phase::kClosing;
  // Only the peer's close frame still matters, and it may be among the bytes that were held.
  paused_ = false;
}

void Session::Ping(std::string_view payload) {
  if (phase_ == Phase::kOpen) WriteControl(opcode::ping, payload);
}

// Unfragmented; control payloads never exceed 125 bytes (RFC 6455 5.5).
void Session::WriteControl(uint8_t opcode, std::string_view payload) {
  std::string frame{static_cast<char>(0x80 | opcode), static_cast<char>(payload.size())};
  if (masks()) return host_.Write(Masked(frame, payload));
  frame += payload;
  host_.Write(frame);
}

std::string_view Session::Masked(std::string_view header, std::string_view payload) {
  std::string& frame = client_->scratch;
  frame.clear();
  AppendMaskedFrame(header, payload, client_->masks.Next(), frame);
  return frame;
}

void Session::WriteClose(uint16_t code, std::string_view text) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += text;
  WriteControl(opcode::close, payload);
}

}  // namespace pigeonhub::net
