// SPDX-License-Identifier: Apache-2.0
//
// Reads fields that many requests have. For files that include gRPC already.
#pragma once

#include <grpcpp/support/status.h>

#include <optional>
#include <string>
#include <string_view>

#include "control/call/paging.h"
#include "control/call/rpc_error.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub/token_claims.h"
#include "server/core/ids.h"

namespace pigeonhub {

// The value that was read, or why it could not be read.
template <typename T>
struct Parsed {
  T value{};
  grpc::Status status;

  Parsed(T value) : value(std::move(value)) {}          // NOLINT: as absl::StatusOr
  Parsed(const RpcError& refusal) : status(refusal) {}  // NOLINT
  bool ok() const { return status.ok(); }
};

template <typename Request>
Mode ModeOf(const Request& request) {
  return request.validate_only() ? Mode::kCheckOnly : Mode::kDo;
}

inline Parsed<PeerId> ParsePeerId(std::string_view text, std::string_view field = "peer_id") {
  const std::optional<PeerId> id = PeerId::Parse(text);
  if (!id)
    return InvalidField(field, "is not 40 hexadecimal digits; give the whole id, as lists show it");
  return *id;
}

// Attributes of tokens to choose peers by, as a map of the request.
template <typename Map>
Parsed<TokenAttributes> ParseAttributes(const Map& attributes) {
  constexpr size_t kMost = 16;  // of a token
  if (attributes.size() > kMost) {
    return InvalidField("attributes", "are more than 16, which no token has");
  }
  return TokenAttributes(attributes.begin(), attributes.end());
}

inline Parsed<size_t> ParsePageSize(int32_t page_size) {
  const std::optional<size_t> size = PageSize(page_size);
  if (!size) {
    return InvalidField("page_size", "is out of range; give a number from 1 to " +
                                         std::to_string(kMaxPageSize) + ", or 0 for " +
                                         std::to_string(kDefaultPageSize));
  }
  return *size;
}

inline RpcError BadPageToken() {
  return RpcError(grpc::StatusCode::INVALID_ARGUMENT, v1::REASON_INVALID_PAGE_TOKEN,
                  "page_token is not one of this list with these filters; begin anew without one")
      .Field("page_token", "is not one of this list with these filters");
}

// Where a page begins, in a list whose rows have numbers.
inline Parsed<uint64_t> ParsePlace(const PageTokens& tokens, std::string_view token) {
  const std::optional<uint64_t> place = tokens.ReadNumber(token);
  if (!place) return BadPageToken();
  return *place;
}

}  // namespace pigeonhub
