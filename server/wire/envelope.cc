// SPDX-License-Identifier: Apache-2.0

#include "server/wire/envelope.h"

#include <utility>

#include "server/wire/json_walk.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::json_type;
using simdjson::ondemand::parser;
using simdjson::ondemand::value;

// How deep a field may be nested: the message's own object is one level.
constexpr int kFieldLevels = kMaxLevels - 1;

// Each Read function consumes its value and returns false if that is not valid JSON.

// Close to JavaScript's String(): numbers stay as they were written, an array is its JSON text
// without the outer brackets.
bool ReadType(value value, json_type json, Envelope& envelope) {
  const bool is_string = json == json_type::string;
  const auto text = is_string ? ConsumeString(value) : ConsumeRaw(value, kFieldLevels);
  if (!text) return false;
  envelope.type = *text;
  envelope.type_is_string = is_string;
  if (json == json_type::object) envelope.type = "[object Object]";
  if (json == json_type::array) envelope.type = text->substr(1, text->size() - 2);
  return true;
}

bool IsZero(std::string_view number) {
  const std::string_view digits = number.substr(0, number.find_first_of("eE"));
  return digits.find_first_not_of("-0.") == std::string_view::npos;
}

bool ReadNetwork(value value, json_type json, Envelope& envelope) {
  envelope.network = "global";
  envelope.network_given = false;
  if (json == json_type::string) {
    const auto name = ConsumeString(value);
    if (!name) return false;
    if (name->empty()) return true;
    envelope.network = name;
    envelope.network_given = true;
    return true;
  }
  if (json == json_type::number) {
    const auto number = ConsumeNumber(value);
    if (!number) return false;
    envelope.network_given = !IsZero(*number);
  } else {
    const auto text = ConsumeRaw(value, kFieldLevels);
    if (!text) return false;
    envelope.network_given = *text != "null" && *text != "false";
  }
  if (envelope.network_given) envelope.network.reset();
  return true;
}

bool ReadPeer(value value, json_type json, std::string_view& peer) {
  peer = {};
  if (json != json_type::string) return Consume(value, kFieldLevels);
  const auto text = ConsumeString(value);
  if (!text) return false;
  peer = *text;
  return true;
}

bool ReadField(std::string_view key, value value, Envelope& envelope) {
  json_type json;
  if (value.type().get(json)) return false;
  if (key == "type") return ReadType(value, json, envelope);
  if (key == "networkName") return ReadNetwork(value, json, envelope);
  if (key == "targetPeerId") return ReadPeer(value, json, envelope.target);
  if (key == "fromPeerId") return ReadPeer(value, json, envelope.from);
  if (key == "via") return ReadPeer(value, json, envelope.via);
  if (key != "data") return Consume(value, kFieldLevels);
  const auto data = ConsumeRaw(value, kFieldLevels);
  if (!data) return false;
  envelope.data = *data;
  return true;
}

bool ReadObject(document& document, Envelope& envelope) {
  simdjson::ondemand::object object;
  if (document.get_object().get(object)) return false;
  for (auto result : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field) || field.unescaped_key().get(key)) return false;
    if (!ReadField(key, field.value(), envelope)) return false;
  }
  return true;
}

bool ReadArray(document& document) {
  simdjson::ondemand::array array;
  return document.get_array().get(array) == simdjson::SUCCESS && ConsumeArray(array, kFieldLevels);
}

// Text behind the outermost value is an error. On-demand reading stops before it, and so would not
// find it.
bool IsAtEnd(document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

// Reads a document that is one scalar. simdjson 3.0.1 accepts some wrong ones ("falsel") and
// refuses some good ones (long white space behind them). It makes neither mistake with the element
// of an array.
bool ReadScalar(std::string_view text, parser& parser) {
  std::string wrapped;
  wrapped.reserve(text.size() + 2 + simdjson::SIMDJSON_PADDING);
  wrapped.append("[").append(text).append("]");
  document document;
  simdjson::ondemand::array array;
  if (parser.iterate(wrapped.data(), wrapped.size(), wrapped.capacity()).get(document) ||
      document.get_array().get(array)) {
    return false;
  }
  int elements = 0;
  for (auto result : array) {
    if (result.error() || !Consume(result.value_unsafe(), 0)) return false;
    ++elements;
  }
  return elements == 1 && IsAtEnd(document);
}

}  // namespace

std::optional<Envelope> ReadEnvelope(const std::string& text, parser& parser) {
  Envelope envelope;
  document document;
  json_type json;
  if (parser.iterate(text.data(), text.size(), text.capacity()).get(document) ||
      document.type().get(json)) {
    return std::nullopt;
  }
  bool valid = false;
  switch (json) {
    case json_type::object:
      valid = ReadObject(document, envelope) && IsAtEnd(document);
      break;
    case json_type::array:
      valid = ReadArray(document) && IsAtEnd(document);
      break;
    case json_type::string:
    case json_type::number:
    case json_type::boolean:
      valid = ReadScalar(text, parser);
      break;
    case json_type::null:
      break;
  }
  if (!valid) return std::nullopt;
  return envelope;
}

}  // namespace pigeonhub::wire
