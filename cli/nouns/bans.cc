// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/bans.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/nouns/change.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "server/base/duration.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

std::vector<Flag> TargetFlags() {
  return {{.name = "peer", .value = "ID", .help = "Who has this peer id", .words = Words::kPeers},
          {.name = "subject", .value = "S", .help = "Whose token has this sub, the user"},
          {.name = "token-id", .value = "J", .help = "Whose token has this jti"},
          {.name = "issuer",
           .value = "I",
           .help = "With --subject or --token-id: only tokens with this iss"},
          {.name = "address",
           .value = "A",
           .help = "Who comes from this address, or from a network such as 192.0.2.0/24; at the "
                   "widest /8, IPv6 /16"}};
}

absl::StatusOr<v1::BanTarget> TargetOf(const Arguments& arguments) {
  v1::BanTarget target;
  int named = 0;
  for (const char* flag : {"peer", "subject", "token-id", "address"}) named += arguments.has(flag);
  if (named != 1) {
    return absl::InvalidArgumentError(
        "say whom with one of --peer, --subject, --token-id and --address");
  }
  if (arguments.has("peer")) target.set_peer_id(arguments.text("peer"));
  if (arguments.has("subject")) target.set_subject(arguments.text("subject"));
  if (arguments.has("token-id")) target.set_token_id(arguments.text("token-id"));
  if (arguments.has("address")) target.set_address(arguments.text("address"));
  if (arguments.has("issuer") && !arguments.has("subject") && !arguments.has("token-id")) {
    return absl::InvalidArgumentError("--issuer is for --subject and --token-id alone");
  }
  target.set_issuer(arguments.text("issuer"));
  return target;
}

std::string KindOf(const v1::BanTarget& target) {
  switch (target.target_case()) {
    case v1::BanTarget::kPeerId:
      return "peer";
    case v1::BanTarget::kSubject:
      return "subject";
    case v1::BanTarget::kTokenId:
      return "token id";
    case v1::BanTarget::kAddress:
      return "address";
    case v1::BanTarget::TARGET_NOT_SET:
      break;
  }
  return "-";
}

const std::string& BannedValue(const v1::BanTarget& target) {
  switch (target.target_case()) {
    case v1::BanTarget::kSubject:
      return target.subject();
    case v1::BanTarget::kTokenId:
      return target.token_id();
    case v1::BanTarget::kAddress:
      return target.address();
    default:
      return target.peer_id();
  }
}

// "subject user42", as one word for -o name.
std::string NameOf(const v1::BanTarget& target) {
  std::string kind = KindOf(target);
  std::replace(kind.begin(), kind.end(), ' ', '-');
  const std::string name = kind + '/' + BannedValue(target);
  return target.issuer().empty() ? name : name + '@' + target.issuer();
}

std::string Described(const v1::BanTarget& target) {
  const std::string text = KindOf(target) + ' ' + Shown(BannedValue(target));
  return target.issuer().empty() ? text : text + " of issuer " + Shown(target.issuer());
}

// What became of the one that was there before: until when it was, by whom, and why.
std::string Replaced(const v1::BanEntry& ban, bool dry_run) {
  const std::string until =
      absl::StrCat("until ", TimeText(ban.expire_time()), ", ordered at hub ", ban.made_by_hub_id(),
                   ban.reason().empty() ? "" : absl::StrCat(" for ", Shown(ban.reason())));
  if (ban.has_issued_before()) {
    return absl::StrCat("; what was revoked before (", until, ") ",
                        dry_run ? "would stay" : "stays", " revoked");
  }
  return absl::StrCat("; this ", dry_run ? "would replace" : "replaced", " the ban ", until);
}

// --issued-before: now, seconds since 1970 as tokens have them, or a time as lists show it.
absl::StatusOr<google::protobuf::Timestamp> TimeOf(const std::string& text,
                                                   std::chrono::system_clock::time_point now) {
  if (text == "now") return ToProto(now);
  // The clock of this machine has no time after 2262, and the hub says what it takes.
  google::protobuf::Timestamp taken;
  int64_t seconds = 0;
  if (absl::SimpleAtoi(text, &seconds) && seconds > 0) {
    taken.set_seconds(seconds);
    return taken;
  }
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    taken.set_seconds(absl::ToUnixSeconds(time));
    taken.set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(taken.seconds())) /
                                         absl::Nanoseconds(1)));
    return taken;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--issued-before ", Shown(text),
                   " is neither now, nor a time such as 2026-12-01T12:00:00Z, nor the iat of a "
                   "token"));
}

std::string Hits(const v1::BanResponse& response) {
  const int64_t count = response.hit_count();
  return absl::StrCat(count, count == 1 ? " peer" : " peers");
}

absl::StatusOr<ExitCode> Add(Session& session, const Arguments& arguments) {
  v1::BanRequest request;
  auto target = TargetOf(arguments);
  if (!target.ok()) return target.status();
  *request.mutable_target() = *std::move(target);
  const auto duration = arguments.duration("for");
  if (!duration.has_value()) {
    return absl::InvalidArgumentError("say for how long with --for, such as --for 1h");
  }
  *request.mutable_duration() = ToProto(*duration);
  request.set_reason(arguments.text("reason"));
  request.set_keep_channels(arguments.has("keep-channels"));
  if (arguments.has("issued-before")) {
    auto time = TimeOf(arguments.text("issued-before"), session.environment().now());
    if (!time.ok()) return time.status();
    *request.mutable_issued_before() = *std::move(time);
  }
  return SendBan(session, arguments, std::move(request));
}

absl::StatusOr<ExitCode> Remove(Session& session, const Arguments& arguments) {
  v1::UnbanRequest request;
  auto target = TargetOf(arguments);
  if (!target.ok()) return target.status();
  *request.mutable_target() = *std::move(target);
  return Change<v1::UnbanResponse>(
      session, arguments, request, [](const auto& sent, const auto& response) {
        std::string sentence = Described(sent.target()) +
                               (sent.validate_only() ? " would be let in again" : " may come back");
        if (response.lifted_count() > 1) sentence += ", ban and revocation lifted";
        return Outcome{{NameOf(sent.target())}, std::move(sentence)};
      });
}

absl::StatusOr<ExitCode> ListBans(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListBansResponse all;
  absl::Status status = CollectPages<v1::ListBansRequest, v1::ListBansResponse>(
      **hub, v1::ListBansRequest(), LimitOf(arguments), all,
      [](const auto& page) { return page.bans_size(); });
  if (!status.ok()) return status;

  const auto now = session.environment().now();
  Answer answer{.message = &all, .items = ItemsOf(all.bans())};
  Table table{{{.title = "BANNED"},
               {.title = "WHO", .shrinks = true},
               {.title = "LEFT"},
               {.title = "AGE"},
               {.title = "REASON", .shrinks = true},
               {.title = "ISSUER", .wide_only = true},
               {.title = "ISSUED BEFORE", .wide_only = true},
               {.title = "CHANNELS", .wide_only = true},
               {.title = "ENDS", .wide_only = true},
               {.title = "MADE AT HUB", .wide_only = true}},
              {}};
  for (const v1::BanEntry& ban : all.bans()) {
    answer.names.push_back(NameOf(ban.target()));
    const std::string revoked = ban.has_issued_before() ? ", revoked" : "";
    table.rows.push_back({KindOf(ban.target()) + revoked, BannedValue(ban.target()),
                          RoughDuration(ToChrono(ban.expire_time()) - now),
                          AgeText(ban.ban_time(), now), OrDash(ban.reason()),
                          OrDash(ban.target().issuer()), TimeText(ban.issued_before()),
                          ban.keep_channels() ? "kept" : "closed", TimeText(ban.expire_time()),
                          ban.made_by_hub_id()});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no bans", all.next_page_token());
}

}  // namespace

absl::StatusOr<ExitCode> SendBan(Session& session, const Arguments& arguments,
                                 v1::BanRequest request) {
  return Change<v1::BanResponse>(
      session, arguments, std::move(request), [&](const auto& sent, const auto& response) {
        std::string sentence = Described(sent.target());
        if (sent.has_issued_before()) {
          // Of an older hub there is only what was asked for.
          const bool told = response.has_issued_before();
          absl::StrAppend(&sentence, " with a token issued before ",
                          TimeText(told ? response.issued_before() : sent.issued_before()));
        }
        absl::StrAppend(&sentence,
                        sent.validate_only() ? " would be banned until " : " is banned until ",
                        TimeText(response.expire_time()),
                        sent.validate_only() ? "; that would end " : "; that ended ",
                        Hits(response), " of this hub");
        if (response.has_replaced()) {
          sentence += Replaced(response.replaced(), sent.validate_only());
        }
        for (const std::string& warning : response.warnings()) session.Say("warning: " + warning);
        return Outcome{{NameOf(sent.target())}, std::move(sentence)};
      });
}

Command BansCommand() {
  std::vector<Flag> add = TargetFlags();
  add.push_back({.name = "issued-before",
                 .value = "T",
                 .help = "With --subject: only tokens issued before this time, or now"});
  add.push_back(
      {.name = "for", .value = "TIME", .help = "How long, at most 30d", .kind = Kind::kDuration});
  add.push_back({.name = "reason", .value = "TEXT", .help = "Why, for other operators"});
  add.push_back(Switch("keep-channels", "Leave the data channels of those it hits open"));
  return {
      .name = "bans",
      .summary = "Keep peers out, at all hubs of the mesh",
      .examples = {"pigeonctl bans list"},
      .commands = {
          {.name = "add",
           .summary = "Ban a peer id, a user, a token or an address for a while",
           .details = "Ends the connections of those it hits, at all hubs, and tells the members "
                      "of their namespaces goodbye in their name, so that data channels close, "
                      "too. A ban on the same target is replaced, and the answer says which. With "
                      "--issued-before now all tokens of a user are revoked: who gets a new one "
                      "may come back. A revocation stands beside a ban, and takes back nothing of "
                      "the one before it. Where several apps share a hub, --issuer keeps their "
                      "users apart.",
           .examples = {"pigeonctl bans add --address 192.0.2.0/24 --for 1h --reason spam",
                        "pigeonctl bans add --subject user42 --issued-before now --for 7d "
                        "--reason lost"},
           .flags = ChangeFlags(std::move(add)),
           .run = Add},
          {.name = "remove",
           .summary = "End a ban and a revocation before their time, at all hubs",
           .details = "Give the --issuer that it was made with.",
           .examples = {"pigeonctl bans remove --subject user42"},
           .flags = ChangeFlags(TargetFlags()),
           .run = Remove},
          {.name = "list",
           .summary = "List the bans in force, also those made at other hubs",
           .examples = {"pigeonctl bans list -o wide"},
           .flags = ListFlags(),
           .run = Watchable(ListBans)},
      }};
}

}  // namespace pigeonhub::cli
