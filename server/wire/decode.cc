// SPDX-License-Identifier: Apache-2.0

#include "server/wire/decode.h"

#include <simdjson.h>

#include <optional>
#include <string_view>
#include <utility>

#include "server/wire/candidates.h"
#include "server/wire/data_fields.h"
#include "server/wire/envelope.h"
#include "server/wire/json_scanner.h"
#include "server/wire/mesh_fields.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::parser;

static_assert(Decoder::kSpareCapacity >= simdjson::SIMDJSON_PADDING &&
              Decoder::kSpareCapacity >= JsonScanner::kSpare);

// Documents up to this size share one set of buffers that stays. Real messages are a few kilobytes.
// A larger one costs an allocation of its own, so that an idle loop keeps no more than these
// buffers.
constexpr size_t kKeptSize = size_t{64} * 1024;

constexpr size_t kMaxPrintedType = 64;

// A view of at most kMaxPrintedType bytes that ends between two characters.
std::string_view Cut(std::string_view type) {
  if (type.size() <= kMaxPrintedType) return type;
  size_t end = kMaxPrintedType;
  while (end > 0 && (static_cast<unsigned char>(type[end]) & 0xc0) == 0x80) --end;
  return type.substr(0, end);
}

enum class Kind {
  kAnnounce,
  kGoodbye,
  kOffer,
  kAnswer,
  kIceCandidate,
  kPeerReport,
  kPeerWithdrawal,
  kConnected,
  kPing,
  kPong,
  kError,
  kCleanup,
  kHubNews,
  kHubFrame,
  kUnroutable,
};

Kind KindOf(const Envelope& envelope) {
  static constexpr std::pair<std::string_view, Kind> kNames[] = {
      {"ice-candidate", Kind::kIceCandidate},
      {"offer", Kind::kOffer},
      {"answer", Kind::kAnswer},
      {"announce", Kind::kAnnounce},
      {"goodbye", Kind::kGoodbye},
      {"ping", Kind::kPing},
      {"pong", Kind::kPong},
      {"connected", Kind::kConnected},
      {"error", Kind::kError},
      {"hub-frame", Kind::kHubFrame},
      {"hub-news", Kind::kHubNews},
      {"cleanup", Kind::kCleanup},
      {"peer-discovered", Kind::kPeerReport},
      {"peer-disconnected", Kind::kPeerWithdrawal},
  };
  if (!envelope.type_is_string) return Kind::kUnroutable;
  for (const auto& [name, kind] : kNames) {
    if (name == envelope.type) return kind;
  }
  return Kind::kUnroutable;
}

bool HasNetwork(Kind kind) {
  switch (kind) {
    case Kind::kConnected:
    case Kind::kPing:
    case Kind::kPong:
    case Kind::kError:
    case Kind::kCleanup:
    case Kind::kHubNews:
    case Kind::kHubFrame:
    case Kind::kUnroutable:
      return false;
    default:
      return true;
  }
}

// Turns an envelope into its message. Empty if the envelope is invalid.
class Interpreter {
 public:
  Interpreter(const Envelope& envelope, const SharedText& frame, parser& data_parser)
      : envelope_(envelope), frame_(frame), data_parser_(data_parser) {}

  std::optional<inbound::Message> Message() {
    const Kind kind = KindOf(envelope_);
    if (HasNetwork(kind) && !envelope_.network) return std::nullopt;
    switch (kind) {
      case Kind::kAnnounce:
        return inbound::Announce{*envelope_.network,
                                 ReadPeerFields(envelope_.data, data_parser_).profile};
      case Kind::kGoodbye:
        return inbound::Goodbye{envelope_.from, *envelope_.network, Payload()};
      case Kind::kOffer:
        return Signal(SignalType::kOffer);
      case Kind::kAnswer:
        return Signal(SignalType::kAnswer);
      case Kind::kIceCandidate:
        return Signal(SignalType::kIceCandidate);
      case Kind::kPeerReport:
        return PeerReport();
      case Kind::kPeerWithdrawal:
        return PeerWithdrawal();
      case Kind::kConnected:
        return inbound::Connected{ReadReasonFields(envelope_.data, data_parser_).peer_id};
      case Kind::kPing:
        return inbound::Ping{};
      case Kind::kPong:
        return inbound::Pong{};
      case Kind::kError:
        return inbound::Error{ReadReasonFields(envelope_.data, data_parser_).reason};
      case Kind::kCleanup:
        return Cleanup();
      case Kind::kHubNews:
        return ReadHubNews(envelope_, data_parser_);
      case Kind::kHubFrame:
        return ReadHubFrame(envelope_, frame_, data_parser_);
      case Kind::kUnroutable:
        return inbound::Unroutable{Cut(envelope_.type)};
    }
    return std::nullopt;
  }

 private:
  RawJson Payload() const {
    if (envelope_.data.empty()) return {};
    return {frame_, envelope_.data};
  }

  inbound::Signal Signal(SignalType type) const {
    return {type,           *envelope_.network,
            envelope_.from, envelope_.target,
            Payload(),      CountCandidates(type, envelope_.data)};
  }

  std::optional<inbound::Message> PeerReport() {
    PeerFields fields = ReadPeerFields(envelope_.data, data_parser_);
    if (!envelope_.network_given || fields.peer_id.empty()) return std::nullopt;
    return inbound::PeerReport{*envelope_.network, fields.peer_id, std::move(fields.profile)};
  }

  inbound::PeerWithdrawal PeerWithdrawal() {
    const ReasonFields fields = ReadReasonFields(envelope_.data, data_parser_);
    return {*envelope_.network, fields.peer_id, fields.reason};
  }

  inbound::Cleanup Cleanup() {
    inbound::Cleanup cleanup = ReadCleanup(envelope_.data, data_parser_);
    if (cleanup.target.empty()) cleanup.target = envelope_.target;
    return cleanup;
  }

  const Envelope& envelope_;
  const SharedText& frame_;
  parser& data_parser_;
};

// What was read from a message: its strings without their escapes, and the members of its `data`.
// Both grow to the longest text that they read.
struct Buffers {
  std::string unescaped;
  parser data;
};

}  // namespace

struct Decoder::State {
  Buffers kept;
  std::unique_ptr<Buffers> large;  // of the last message only
  SharedText frame;                // of the last message
};

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;

Decoder::Result Decoder::Decode(std::string&& frame) {
  state_->large.reset();
  if (frame.capacity() - frame.size() < kSpareCapacity) {
    frame.reserve(frame.size() + kSpareCapacity);
  }
  state_->frame = std::make_shared<const std::string>(std::move(frame));
  const std::string& text = *state_->frame;
  if (text.size() > kKeptSize) state_->large = std::make_unique<Buffers>();
  Buffers& buffers = state_->large == nullptr ? state_->kept : *state_->large;

  if (const auto envelope = ReadEnvelope(text, buffers.unescaped)) {
    Interpreter interpreter(*envelope, state_->frame, buffers.data);
    if (auto message = interpreter.Message()) return *std::move(message);
  }
  state_->large.reset();
  state_->frame.reset();
  return Reason::kInvalidMessage;
}

}  // namespace pigeonhub::wire
