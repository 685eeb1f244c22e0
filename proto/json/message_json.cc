// SPDX-License-Identifier: Apache-2.0

#include "proto/json/message_json.h"

#include <google/protobuf/util/json_util.h>

#include "server/base/characters.h"

namespace pigeonhub {

std::string MessageJson(const google::protobuf::Message& message, JsonLayout layout) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = layout == JsonLayout::kIndented;
  options.always_print_primitive_fields = true;
  std::string json;
  // Fails only for an Any whose type is not linked in, and no message of ours has an Any.
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? DisplayableLines(json) : "{}";
}

std::string DisplayableLines(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    out += Displayable(text.substr(0, end));
    if (end == std::string_view::npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace pigeonhub
