// SPDX-License-Identifier: Apache-2.0

#include "cli/output/message_text.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "proto/json/message_json.h"

namespace pigeonhub::cli {
namespace {

// Whether every YAML reader, of version 1.1 or 1.2, takes the word for a string.
bool IsPlain(const std::string& text) {
  static constexpr std::string_view kOtherTypes[] = {"y",   "n",    "yes",   "no",  "on",
                                                     "off", "true", "false", "null"};
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.front()))) return false;
  std::string lower;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!std::isalnum(byte) && c != '_' && c != '-' && c != '.' && c != '/') return false;
    lower += static_cast<char>(std::tolower(byte));
  }
  return std::find(std::begin(kOtherTypes), std::end(kOtherTypes), lower) == std::end(kOtherTypes);
}

void Emit(YAML::Emitter& out, const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      // YAML cannot write an empty list or map as a block.
      out << (node.size() == 0 ? YAML::Flow : YAML::Block) << YAML::BeginMap;
      for (const auto& entry : node) {
        out << YAML::Key << entry.first.Scalar() << YAML::Value;
        Emit(out, entry.second);
      }
      out << YAML::EndMap;
      break;
    case YAML::NodeType::Sequence:
      out << (node.size() == 0 ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
      for (const YAML::Node& item : node) Emit(out, item);
      out << YAML::EndSeq;
      break;
    case YAML::NodeType::Scalar:
      // The parser gives a quoted value the tag "!".
      if (node.Tag() == "!" && !IsPlain(node.Scalar())) out << YAML::DoubleQuoted;
      out << node.Scalar();
      break;
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined:
      out << YAML::Null;
      break;
  }
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message) {
  const std::string json = MessageJson(message, JsonLayout::kIndented);
  std::string indented;
  bool at_line_start = true;
  for (const char c : json) {
    // Protobuf indents by one blank. Strings contain no raw line ends, so the blanks at the
    // beginning of a line are always indentation.
    if (at_line_start && c == ' ') indented += ' ';
    at_line_start = c == '\n' || (at_line_start && c == ' ');
    indented += c;
  }
  if (indented.empty() || indented.back() != '\n') indented += '\n';
  return indented;
}

std::string ToJsonLine(const google::protobuf::Message& message) {
  return MessageJson(message, JsonLayout::kOneLine);
}

std::string ToYaml(const google::protobuf::Message& message) try {
  YAML::Emitter out;
  Emit(out, YAML::Load(ToJsonLine(message)));
  return DisplayableLines(out.c_str()) + '\n';
} catch (const YAML::Exception&) {
  // yaml-cpp may not know an escape of JSON. A JSON document is valid YAML, too.
  return ToJson(message);
}

}  // namespace pigeonhub::cli
