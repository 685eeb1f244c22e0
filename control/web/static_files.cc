// SPDX-License-Identifier: Apache-2.0

#include "control/web/static_files.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "control/web/gzip.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// Pages of the console take nothing from elsewhere, and no other page may show them.
constexpr char kContentPolicy[] =
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

std::string PathOfFile(std::string_view path) {
  return path == "/" ? "console/index.html" : "console" + std::string(path);
}

WebAnswer NoSuchFile(std::string_view path) {
  if (path != "/") {
    return {404,
            "text/plain; charset=utf-8",
            "there is nothing at " + Shown(path) +
                "; the console is at /, and methods are at /pigeonhub.v1.Service/Method\n",
            {}};
  }
  return {200,
          "text/plain; charset=utf-8",
          "this pigeonhub was built without the console's pages; the control API answers here at "
          "/pigeonhub.v1.Service/Method, as the Connect protocol asks\n",
          {}};
}

// Whether the value of If-None-Match names the tag; '*' names all.
bool Names(std::string_view tags, std::string_view tag) {
  return tags == "*" || absl::StrContains(absl::string_view(tags.data(), tags.size()),
                                          absl::string_view(tag.data(), tag.size()));
}

}  // namespace

WebAnswer FileAnswer(std::span<const EmbeddedFile> files, const WebRequest& request) {
  const std::string path = PathOfFile(request.path);
  const auto file =
      std::find_if(files.begin(), files.end(), [&](const auto& one) { return one.path == path; });
  if (file == files.end()) return NoSuchFile(request.path);
  WebAnswer answer{200,
                   std::string(file->content_type),
                   {},
                   {{"ETag", std::string(file->entity_tag)},
                    {"Cache-Control", "no-cache"},
                    {"Vary", "Accept-Encoding"},
                    {"Content-Security-Policy", kContentPolicy}}};
  if (Names(request.header("If-None-Match"), file->entity_tag)) {
    answer.status = 304;
  } else if (TakesGzip(request.header("Accept-Encoding"))) {
    answer.body = std::string(file->gzip);
    answer.headers.emplace_back("Content-Encoding", "gzip");
  } else if (auto unpacked = Gunzip(file->gzip, file->size); unpacked.ok()) {
    answer.body = *std::move(unpacked);
  }
  return answer;
}

}  // namespace pigeonhub
