// SPDX-License-Identifier: Apache-2.0

#include "server/wire/masked_json.h"

#include <simdjson.h>

#include <algorithm>

#include "server/base/json_writer.h"
#include "server/base/masked_url.h"

namespace pigeonhub::wire {
namespace {

// Where the string ends that begins at `start`, with both its quotation marks.
size_t EndOfString(std::string_view json, size_t start) {
  size_t at = start + 1;
  while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return std::min(at + 1, json.size());
}

// `quoted` may have its characters escaped, and so hide what it is.
void AppendMasked(std::string_view quoted, simdjson::ondemand::parser& parser, std::string& out) {
  const simdjson::padded_string padded(quoted);
  simdjson::ondemand::document document;
  std::string_view text;
  const bool is_read = parser.iterate(padded).get(document) == simdjson::SUCCESS &&
                       document.get_string().get(text) == simdjson::SUCCESS;
  if (is_read && text.find("://") == std::string_view::npos) {
    out += quoted;
  } else {
    JsonWriter(out).String(MaskedUrl(is_read ? text : quoted));
  }
}

}  // namespace

std::string WithMaskedUrls(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  simdjson::ondemand::parser parser;
  for (size_t at = 0; at < json.size();) {
    const size_t start = std::min(json.find('"', at), json.size());
    out += json.substr(at, start - at);
    if (start == json.size()) break;
    at = EndOfString(json, start);
    AppendMasked(json.substr(start, at - start), parser, out);
  }
  return out;
}

}  // namespace pigeonhub::wire
