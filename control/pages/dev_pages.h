// SPDX-License-Identifier: Apache-2.0
//
// What --dev adds for pages: facts and pictures that the demo shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/http.h"

namespace pigeonhub {

// /qr.svg?text=…; HTTP 400 for a text that no code is made of.
Response QrAnswer(const Request& request);

// The two ids in /explain?from=ID&to=ID. INVALID_ARGUMENT, one line, for anything else.
absl::StatusOr<PairQuestion> ParsePairQuestion(const Request& request);

// {"verdict":{"code":"PH-E14","text":"no answer","sure":"likely"},"findings":[{"code":"PH-E14",
// "cause":"…","advice":"…"}]}. The code of the verdict is empty where no finding decides.
std::string ExplanationJson(const Explanation& explanation);

// {"addresses":["http://192.168.1.5:3000"],"lan":true,"token":"…"}, without an empty token.
std::string DevJson(const std::vector<std::string>& addresses, bool lan, std::string_view token);

}  // namespace pigeonhub
