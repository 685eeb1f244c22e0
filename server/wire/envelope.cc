// SPDX-License-Identifier: Apache-2.0

#include "server/wire/envelope.h"

#include <string>

#include "server/wire/json_scanner.h"

namespace pigeonhub::wire {
namespace {

// How deep a field may be nested: the message's own object is one level.
constexpr int kFieldLevels = kMaxLevels - 1;

bool IsZero(std::string_view number) {
  const std::string_view digits = number.substr(0, number.find_first_of("eE"));
  return digits.find_first_not_of("-0.") == std::string_view::npos;
}

// Reads the fields of one message. Each Read function passes its value and returns false if that is
// not valid JSON.
class EnvelopeReader {
 public:
  EnvelopeReader(const std::string& text, std::string& unescaped)
      : text_(text), scanner_(text), unescaped_(unescaped) {
    unescaped_.clear();
  }

  std::optional<Envelope> Read() {
    const char first = scanner_.Peek();
    if (first == 'n') return std::nullopt;  // null
    const bool valid = first == '{' ? ReadObject() : scanner_.Pass(kMaxLevels);
    if (!valid || !scanner_.Ends()) return std::nullopt;
    return envelope_;
  }

 private:
  bool ReadObject() {
    return scanner_.Object([this](std::string_view key) { return ReadField(Meant(key)); });
  }

  bool ReadField(std::string_view key) {
    if (key == "type") return ReadType();
    if (key == "networkName") return ReadNetwork();
    if (key == "targetPeerId") return ReadPeer(envelope_.target);
    if (key == "fromPeerId") return ReadPeer(envelope_.from);
    if (key == "via") return ReadPeer(envelope_.via);
    if (key != "data") return scanner_.Pass(kFieldLevels);
    return ReadRaw(envelope_.data);
  }

  // Close to JavaScript's String(): numbers stay as they were written, an array is its JSON text
  // without the outer brackets.
  bool ReadType() {
    const char first = scanner_.Peek();
    envelope_.type_is_string = first == '"';
    if (envelope_.type_is_string) return ReadString(envelope_.type);
    if (!ReadRaw(envelope_.type)) return false;
    if (first == '{') envelope_.type = "[object Object]";
    if (first == '[') envelope_.type = envelope_.type.substr(1, envelope_.type.size() - 2);
    return true;
  }

  bool ReadNetwork() {
    envelope_.network = "global";
    envelope_.network_given = false;
    std::string_view value;
    const char first = scanner_.Peek();
    if (first == '"') {
      if (!ReadString(value)) return false;
      if (value.empty()) return true;
      envelope_.network = value;
      envelope_.network_given = true;
      return true;
    }
    if (!ReadRaw(value)) return false;
    const bool is_number = first == '-' || (first >= '0' && first <= '9');
    const bool is_falsy = is_number ? IsZero(value) : value == "null" || value == "false";
    envelope_.network_given = !is_falsy;
    if (envelope_.network_given) envelope_.network.reset();
    return true;
  }

  bool ReadPeer(std::string_view& peer) {
    peer = {};
    return scanner_.Peek() == '"' ? ReadString(peer) : scanner_.Pass(kFieldLevels);
  }

  bool ReadString(std::string_view& string) {
    const std::optional<std::string_view> body = scanner_.String();
    if (!body.has_value()) return false;
    string = Meant(*body);
    return true;
  }

  bool ReadRaw(std::string_view& value) {
    const std::optional<std::string_view> raw = scanner_.Raw(kFieldLevels);
    if (!raw.has_value()) return false;
    value = *raw;
    return true;
  }

  // A string without its escapes.
  std::string_view Meant(std::string_view body) {
    if (body.find('\\') == std::string_view::npos) return body;
    // No string is longer than it was with its escapes: so the buffer never moves.
    unescaped_.reserve(text_.size());
    const size_t begin = unescaped_.size();
    AppendUnescaped(body, unescaped_);
    return std::string_view(unescaped_).substr(begin);
  }

  const std::string& text_;
  JsonScanner scanner_;
  std::string& unescaped_;
  Envelope envelope_;
};

}  // namespace

std::optional<Envelope> ReadEnvelope(const std::string& text, std::string& unescaped) {
  return EnvelopeReader(text, unescaped).Read();
}

}  // namespace pigeonhub::wire
