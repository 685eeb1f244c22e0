// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub {

// Web pages by where they come from, their origin (RFC 6454): scheme, host and port. Browsers name
// it in the header Origin of a request that a page makes. A value.
class OriginPattern {
 public:
  // Reads
  //   *                      any page
  //   https://example.org    the pages of this origin; the usual port may be left out
  //   https://*.example.org  those of each host whose name ends so, not of example.org itself
  //   same                   those of the host that the request is for, whatever its scheme
  //   null                   those that have no origin, such as files
  // INVALID_ARGUMENT, one line, for anything else.
  static absl::StatusOr<OriginPattern> Parse(std::string_view text);

  // Whether a page of `origin`, the value of the header Origin, is meant; `host` is that of the
  // header Host. Letters count in any case.
  bool Matches(std::string_view origin, std::string_view host) const;

  bool is_any() const { return kind_ == Kind::kAny; }
  // Whether it is one origin, which text() names as browsers do.
  bool is_exact() const { return kind_ == Kind::kExact; }
  const std::string& text() const { return text_; }

 private:
  enum class Kind { kAny, kExact, kSubdomains, kSame };
  OriginPattern(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

  Kind kind_;
  std::string text_;  // in lower case and without the usual port, where it is an origin
};

}  // namespace pigeonhub
