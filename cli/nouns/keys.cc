// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "pigeonhub/v1/access_service.pb.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

// "token key". One that only a newer hub has is shown as its number.
std::string KindText(v1::KeyKind kind) {
  constexpr std::string_view kPrefix = "KEY_KIND_";
  const std::string& name = v1::KeyKind_Name(kind);
  if (name.empty()) return std::to_string(kind);
  std::string text = absl::AsciiStrToLower(name.substr(kPrefix.size()));
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// "token-key/2026-11", as one word for -o name.
std::string NameOf(const v1::Key& key) {
  std::string kind = KindText(key.kind());
  std::replace(kind.begin(), kind.end(), ' ', '-');
  return key.name().empty() ? kind : kind + '/' + key.name();
}

Cell EndCell(const v1::Key& key, std::chrono::system_clock::time_point now) {
  if (!key.has_expire_time()) return "-";
  const auto left = ToChrono(key.expire_time()) - now;
  if (left < left.zero()) return {"expired", Tone::kBad};
  return RoughDuration(left);
}

absl::StatusOr<ExitCode> List(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListKeysResponse all;
  absl::Status status = CollectPages<v1::ListKeysRequest, v1::ListKeysResponse>(
      **hub, v1::ListKeysRequest(), LimitOf(arguments), all,
      [](const auto& page) { return page.keys_size(); });
  if (!status.ok()) return status;

  const auto now = session.environment().now();
  Answer answer{.message = &all, .items = ItemsOf(all.keys())};
  Table table{{{.title = "KEY"},
               {.title = "NAME", .shrinks = true},
               {.title = "AGE"},
               {.title = "USED"},
               {.title = "LEFT"},
               {.title = "FROM", .shrinks = true},
               {.title = "ALGORITHM", .wide_only = true},
               {.title = "SETTING", .wide_only = true},
               {.title = "LOADED", .wide_only = true},
               {.title = "USES", .wide_only = true},
               {.title = "PROBLEM", .wide_only = true}},
              {}};
  for (const v1::Key& key : all.keys()) {
    answer.names.push_back(NameOf(key));
    const auto& since = key.has_file_time() ? key.file_time() : key.loaded_time();
    table.rows.push_back(
        {KindText(key.kind()), OrDash(key.name()), AgeText(since, now),
         AgeText(key.last_used_time(), now), EndCell(key, now),
         Cell{OrDash(key.source()), key.problem().empty() ? Tone::kPlain : Tone::kBad},
         OrDash(key.algorithm()), OrDash(key.setting()), AgeText(key.loaded_time(), now),
         key.use_count(), OrDash(key.problem())});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no keys", all.next_page_token());
}

}  // namespace

Command KeysCommand() {
  return {
      .name = "keys",
      .summary = "Look at the keys and secrets of a hub, and how old they are",
      .examples = {"pigeonctl keys list"},
      .commands = {
          {.name = "list",
           .summary = "List keys of tokens, hubs and callers, certificates and secrets",
           .details = "Never the keys themselves. AGE is since their file changed, or without one "
                      "since the hub made them; USED is since a token of a peer came that the key "
                      "signed, and so says when an old key may go. -o wide says since when the hub "
                      "uses a key, and what is wrong where a changed file is not in force.",
           .examples = {"pigeonctl keys list --sort-by fileTime"},
           .flags = ListFlags(),
           .run = Watchable(List, {"useCount", "lastUsedTime"})},
      }};
}

}  // namespace pigeonhub::cli
