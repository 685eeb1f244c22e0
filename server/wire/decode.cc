// SPDX-License-Identifier: Apache-2.0
#include "server/wire/decode.h"

#include <simdjson.h>

#include <optional>
#include <string_view>
#include <utility>

#include "server/wire/data_fields.h"
#include "server/wire/envelope.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::parser;

static_assert(Decoder::kSpareCapacity >= simdjson::SIMDJSON_PADDING);

// Documents up to this size share one set of buffers that stays. Real messages are a few kilobytes;
// whoever sends more pays for the allocation, and an idle loop holds no more than this takes.
constexpr size_t kKeptSize = 64 * 1024;

constexpr size_t kMaxPrintedType = 64;

// A view of at most kMaxPrintedType bytes that ends between two characters.
std::string_view Cut(std::string_view type) {
  if (type.size() <= kMaxPrintedType) return type;
  size_t end = kMaxPrintedType;
  while (end > 0 && (static_cast<unsigned char>(type[end]) & 0xc0) == 0x80) --end;
  return type.substr(0, end);
}

std::optional<SignalType> SignalTypeOf(std::string_view type) {
  if (type == "ice-candidate") return SignalType::kIceCandidate;
  if (type == "offer") return SignalType::kOffer;
  if (type == "answer") return SignalType::kAnswer;
  return std::nullopt;
}

RawJson PayloadOf(const Envelope& envelope, const SharedText& frame) {
  if (envelope.data.empty()) return {};
  return {frame, envelope.data};
}

// Messages that have a namespace.
std::optional<Decoder::Result> InNetwork(const Envelope& envelope, const SharedText& frame,
                                         parser& data_parser) {
  const std::string_view type = envelope.type;
  const std::string_view network = envelope.network.value_or(std::string_view());
  std::optional<inbound::Message> message;
  bool valid = envelope.network.has_value();
  if (const auto signal = SignalTypeOf(type)) {
    message = inbound::Signal{*signal, network, envelope.from, envelope.target,
                              PayloadOf(envelope, frame)};
  } else if (type == "announce") {
    message = inbound::Announce{network, ReadPeerFields(envelope.data, data_parser).profile};
  } else if (type == "goodbye") {
    message = inbound::Goodbye{envelope.from, network, PayloadOf(envelope, frame)};
  } else if (type == "peer-discovered") {
    PeerFields fields = ReadPeerFields(envelope.data, data_parser);
    valid = valid && envelope.network_given && !fields.peer_id.empty();
    message = inbound::PeerReport{network, fields.peer_id, std::move(fields.profile)};
  } else if (type == "peer-disconnected") {
    const ReasonFields fields = ReadReasonFields(envelope.data, data_parser);
    message = inbound::PeerWithdrawal{network, fields.peer_id, fields.reason};
  } else {
    return std::nullopt;
  }
  if (!valid) return Reason::kInvalidMessage;
  return *std::move(message);
}

Decoder::Result Interpret(const Envelope& envelope, const SharedText& frame, parser& data_parser) {
  if (!envelope.type_is_string) return inbound::Message(inbound::Unroutable{Cut(envelope.type)});
  if (auto result = InNetwork(envelope, frame, data_parser)) return *std::move(result);
  if (envelope.type == "ping") return inbound::Message(inbound::Ping{});
  if (envelope.type == "cleanup") {
    const ReasonFields fields = ReadReasonFields(envelope.data, data_parser);
    return inbound::Message(
        inbound::Cleanup{fields.reason == "connection_established",
                         fields.target_peer_id.empty() ? envelope.target : fields.target_peer_id});
  }
  return inbound::Message(inbound::Unroutable{Cut(envelope.type)});
}

// One parser for the message and one for the members of its `data`: reading those must not
// overwrite the strings that the first one has unescaped. Both grow to the longest text they read.
struct Pair {
  parser envelope;
  parser data;
};

}  // namespace

struct Decoder::Parsers {
  Pair kept;
  std::unique_ptr<Pair> large;  // of the last message only
  SharedText frame;             // of the last message
};

Decoder::Decoder() : parsers_(std::make_unique<Parsers>()) {}
Decoder::~Decoder() = default;

Decoder::Result Decoder::Decode(std::string&& frame) {
  parsers_->large.reset();
  if (frame.capacity() - frame.size() < simdjson::SIMDJSON_PADDING) {
    frame.reserve(frame.size() + simdjson::SIMDJSON_PADDING);
  }
  parsers_->frame = std::make_shared<const std::string>(std::move(frame));
  const std::string& text = *parsers_->frame;
  if (text.size() > kKeptSize) parsers_->large = std::make_unique<Pair>();
  Pair& pair = parsers_->large == nullptr ? parsers_->kept : *parsers_->large;

  simdjson::ondemand::document document;
  std::optional<Envelope> envelope;
  if (pair.envelope.iterate(text.data(), text.size(), text.capacity()).get(document) ==
      simdjson::SUCCESS) {
    envelope = ReadEnvelope(document);
  }
  if (!envelope) {
    parsers_->large.reset();
    parsers_->frame.reset();
    return Reason::kInvalidMessage;
  }
  return Interpret(*envelope, parsers_->frame, pair.data);
}

}  // namespace pigeonhub::wire
