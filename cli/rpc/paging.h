// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

inline constexpr uint64_t kLargestPage = 1000;

// Collects a list page by page into `all`: at most `limit` elements, 0 for every one. If more
// elements exist, next_page_token stays set. The cursor is that of the first page: a watcher who
// starts there misses nothing. The cursor of a later page would miss what changed between the
// pages.
template <typename Request, typename Response>
absl::Status CollectPages(Client& client, Request request, uint64_t limit, Response& all,
                          const std::function<uint64_t(const Response&)>& size_of) {
  for (bool first = true;; first = false) {
    const uint64_t wanted = limit == 0 ? kLargestPage : limit - size_of(all);
    request.set_page_size(static_cast<int32_t>(std::min(wanted, kLargestPage)));
    Response page;
    if (absl::Status status = client.Call(request, page); !status.ok()) return status;
    if constexpr (requires { page.clear_cursor(); }) {
      if (!first) page.clear_cursor();
    }
    if constexpr (requires { page.clear_cursors(); }) {
      if (!first) page.clear_cursors();
    }
    const std::string token = page.next_page_token();
    const bool moved_on = token != request.page_token();
    all.clear_next_page_token();
    all.MergeFrom(page);
    if (token.empty() || (limit != 0 && size_of(all) >= limit)) return absl::OkStatus();
    if (!moved_on) return absl::InternalError("the hub's list does not end: two pages are alike");
    request.set_page_token(token);
  }
}

}  // namespace pigeonhub::cli
