// SPDX-License-Identifier: Apache-2.0

#include "control/pages/client_files.h"

#include <algorithm>
#include <string>
#include <utility>

#include "control/web/gzip.h"

namespace pigeonhub {
namespace {

// As RFC 9110 13.1.2 compares: a weak tag equals the strong one.
bool Has(std::string_view if_none_match, std::string_view entity_tag) {
  return if_none_match == "*" || if_none_match.find(entity_tag) != std::string_view::npos;
}

}  // namespace

Response FileAnswer(Files files, std::string_view path, const Request& request) {
  const auto file = std::find_if(files.begin(), files.end(),
                                 [&](const EmbeddedFile& one) { return one.path == path; });
  if (file == files.end()) {
    return {.status = 404,
            .body =
                "This pigeonhub was built without npm, and so without its pages and scripts; "
                "build it with npm and -DPIGEONHUB_CONSOLE=ON.\n"};
  }
  // Weak, as the packed bytes are others.
  Response answer{.content_type = std::string(file->content_type),
                  .headers = {{"ETag", "W/" + std::string(file->entity_tag)},
                              {"Cache-Control", "no-cache"},
                              {"Vary", "Accept-Encoding"},
                              {"X-Content-Type-Options", "nosniff"}}};
  if (Has(request.header("If-None-Match"), file->entity_tag)) {
    answer.status = 304;
  } else if (TakesGzip(request.header("Accept-Encoding"))) {
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = file->gzip;
  } else if (auto content = Gunzip(file->gzip, file->size); content.ok()) {
    answer.body = *std::move(content);
  } else {
    return {.status = 500, .body = "This file cannot be unpacked.\n"};
  }
  return answer;
}

}  // namespace pigeonhub
