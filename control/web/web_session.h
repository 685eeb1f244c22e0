// SPDX-License-Identifier: Apache-2.0
//
// How a browser stays signed in: its control token in a cookie that pages cannot read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "control/access/access_list.h"

namespace pigeonhub {

// The token in {"token":"…"}. INVALID_ARGUMENT, one line, for anything else.
absl::StatusOr<std::string> TokenOfSignIn(std::string_view body);

// The token in the value of the header Cookie; empty: there is none.
std::optional<std::string> TokenOfCookie(std::string_view cookies);

// The value of the header Set-Cookie that keeps the token, or takes it away if it is empty. It goes
// with no request that another site causes. `secure`: over TLS alone.
std::string CookieOfToken(std::string_view token, bool secure);

struct WebSession {
  Principal caller;
  std::string hub_id;
  bool signed_in = false;  // showed a token
};
// {"name":"alice","role":"admin","hubId":"…","version":"0.1.0","signedIn":true}
std::string SessionJson(const WebSession& session);

}  // namespace pigeonhub
