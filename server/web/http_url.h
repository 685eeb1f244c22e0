// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub::web {

// What matters of a URL that this program calls over HTTP. The text itself goes to HttpClient.
struct HttpUrl {
  // INVALID_ARGUMENT, one line, unless it is an http or https URL.
  static absl::StatusOr<HttpUrl> Parse(std::string_view text);

  bool secure = false;           // https
  bool is_this_machine = false;  // its host is localhost or a loopback address
  bool has_user = false;         // user name or password
  bool has_fragment = false;
};

}  // namespace pigeonhub::web
