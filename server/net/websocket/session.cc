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

#include "server/core/reason.h"

namespace pigeonhub::net {
namespace {

namespace opcode = websocketpp::frame::opcode;

// Makes the buffers for incoming messages, with kSpareCapacity. Messages share one object; only
// their payloads are made anew, as they are handed on.
template <typename Message>
class MessageBuffers {
 public:
  using ptr = std::shared_ptr<MessageBuffers>;
  using weak_ptr = std::weak_ptr<MessageBuffers>;

  std::shared_ptr<Message> get_message(opcode::value opcode, size_t size) {
    size += Session::kSpareCapacity;
    if (spare_ == nullptr) return std::make_shared<Message>(nullptr, opcode, size);
    spare_->set_opcode(opcode);
    spare_->get_raw_payload().reserve(size);
    return std::move(spare_);
  }
  bool recycle(Message*) { return false; }

  // The message was handled.
  void TakeBack(std::shared_ptr<Message> message) {
    std::string& payload = message->get_raw_payload();
    if (payload.capacity() > kMostKept) return;  // nobody took it
    payload.clear();
    spare_ = std::move(message);
  }

 private:
  static constexpr size_t kMostKept = 256;  // bytes; enough for control frames

  std::shared_ptr<Message> spare_;
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
  size_t kept_bytes() const { return mid_message() ? m_data_msg.msg_ptr->get_payload().size() : 0; }
  void ForgetMessage() { m_data_msg.msg_ptr.reset(); }
  // Nothing has come of the next message.
  bool at_boundary() const {
    return m_state == HEADER_BASIC && m_bytes_needed == websocketpp::frame::BASIC_HEADER_LENGTH &&
           !mid_message();
  }
};

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

struct Session::Frames {
  explicit Frames(bool from_client)
      : processor(false, from_client, {std::shared_ptr<void>(), &buffers}, random) {}
  Protocol::rng_type random;
  Protocol::con_msg_manager_type buffers;  // lives as long as the processor, so nobody counts
  Processor processor;
};

Session::SpareReader::SpareReader() = default;
Session::SpareReader::~SpareReader() = default;

Session::Session(Host& host, size_t max_message_size, Peer peer, SpareReader* spare)
    : host_(host), spare_(spare), max_message_size_(max_message_size), peer_(peer) {}

Session::~Session() = default;

bool Session::mid_message() const { return frames_ != nullptr && frames_->processor.mid_message(); }

size_t Session::kept_bytes() const {
  return (frames_ == nullptr ? 0 : frames_->processor.kept_bytes()) +
         (held_ == nullptr ? 0 : held_->size());
}

void Session::Feed(char* bytes, size_t size) {
  while (phase_ == Phase::kHandshake && size > 0) {
    if (paused_) return Hold(bytes, size);
    const size_t used = FeedHandshake(bytes, size);
    bytes += used;
    size -= used;
  }
  FeedFrames(bytes, size);
}

void Session::Resume() {
  paused_ = false;
  if (const std::unique_ptr<std::string> held = std::move(held_)) {
    Feed(held->data(), held->size());
  }
}

void Session::Hold(const char* bytes, size_t size) {
  if (held_ == nullptr) held_ = std::make_unique<std::string>();
  held_->append(bytes, size);
}

void Session::FeedFrames(char* bytes, size_t size) {
  while (size > 0 && (phase_ == Phase::kOpen || phase_ == Phase::kClosing)) {
    if (paused_) {
      Hold(bytes, size);
      break;
    }
    if (frames_ == nullptr) TakeReader();
    Processor& processor = frames_->processor;
    std::error_code violation;
    const size_t used = processor.consume(reinterpret_cast<uint8_t*>(bytes), size, violation);
    if (violation) return Violation(ReasonOf(violation));
    bytes += used;
    size -= used;
    if (processor.ready()) HandleFrame(*frames_);
  }
  LeaveReader();
}

void Session::TakeReader() {
  if (spare_ != nullptr) frames_ = std::move(spare_->frames_);
  if (frames_ == nullptr) frames_ = std::make_unique<Frames>(peer_ == Peer::kClient);
  frames_->processor.set_max_message_size(max_message_size_);
}

void Session::LeaveReader() {
  if (spare_ == nullptr || frames_ == nullptr || !frames_->processor.at_boundary()) return;
  spare_->frames_ = std::move(frames_);
}

void Session::HandleFrame(Frames& frames) {
  Protocol::message_type::ptr message = frames.processor.get_message();
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
  frames.buffers.TakeBack(std::move(message));
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

void Session::CloseUnread(uint16_t code, std::string_view text) {
  if (phase_ != Phase::kOpen) return;
  WriteClose(code, text);
  phase_ = Phase::kEnded;
  paused_ = false;
  held_.reset();
  if (frames_ != nullptr) frames_->processor.ForgetMessage();
}

void Session::Send(std::string_view header, std::string_view payload) {
  if (phase_ == Phase::kOpen) WriteFrame(header, payload);
}

void Session::Ping(std::string_view payload) {
  if (phase_ == Phase::kOpen) WriteControl(opcode::ping, payload);
}

// Unfragmented; control payloads never exceed 125 bytes (RFC 6455 5.5).
void Session::WriteControl(uint8_t opcode, std::string_view payload) {
  const char header[] = {static_cast<char>(0x80 | opcode), static_cast<char>(payload.size())};
  WriteFrame({header, sizeof header}, payload);
}

void Session::WriteClose(uint16_t code, std::string_view text) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += text;
  WriteControl(opcode::close, payload);
}

}  // namespace pigeonhub::net
