// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

inline constexpr size_t kDefaultPageSize = 100;
inline constexpr size_t kMaxPageSize = 1000;
// A page of more bytes than this ends early. One message may have 4 MiB.
inline constexpr size_t kMaxPageBytes = 1 << 20;

// How many rows a request's page_size asks for; empty for a negative one.
std::optional<size_t> PageSize(int32_t page_size);

// Page tokens of one list: a token says where the next page begins. It is good only for the list
// and the filters that it was made for. `list` names the list. It contains the filters, and the
// epoch, because a place of an earlier run means nothing.
class PageTokens {
 public:
  explicit PageTokens(std::string_view list);

  std::string Make(std::string_view place) const;
  std::string Make(uint64_t place) const { return Make(std::to_string(place)); }

  // Empty for a token that is not one of this list.
  std::optional<std::string> Read(std::string_view token) const;
  // As Read, for a place that is a number. An empty token means the beginning, which is 0.
  std::optional<uint64_t> ReadNumber(std::string_view token) const;

 private:
  std::string mark_;
};

}  // namespace pigeonhub
