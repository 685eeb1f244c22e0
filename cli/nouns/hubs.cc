// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "cli/nouns/change.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/nouns/whole_id.h"
#include "cli/rpc/paging.h"
#include "pigeonhub/v1/hub_service.pb.h"

namespace pigeonhub::cli {
namespace {

template <typename Hubs>
Table HubTable(const Hubs& hubs, std::chrono::system_clock::time_point now) {
  Table table{{{.title = "HUB ID"},
               {.title = "NAMESPACE", .shrinks = true},
               {.title = "REGION", .shrinks = true},
               {.title = "REGISTERED"},
               {.title = "IDLE"},
               {.title = "CAPABILITIES", .wide_only = true},
               {.title = "CONNECTED", .wide_only = true},
               {.title = "DATA", .wide_only = true}},
              {}};
  for (const v1::HubEntry& hub : hubs) {
    table.rows.push_back(
        {hub.peer_id(), OrDash(hub.namespace_()), OrDash(hub.region()),
         AgeText(hub.register_time(), now),
         hub.connected() ? Cell(AgeText(hub.last_activity_time(), now)) : Cell("not connected"),
         OrDash(absl::StrJoin(hub.capabilities(), ",")),
         hub.connected() ? Cell(TimeText(hub.connect_time())) : Cell("-"),
         OrDash(hub.data_json())});
  }
  return table;
}

template <typename Hubs>
std::vector<std::string> IdsOf(const Hubs& hubs) {
  std::vector<std::string> ids;
  for (const v1::HubEntry& hub : hubs) ids.push_back(hub.peer_id());
  return ids;
}

absl::StatusOr<ExitCode> ListHubs(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListHubsRequest request;
  request.set_exclude_peer_id(arguments.text("exclude"));
  request.set_include_granted(arguments.has("granted"));
  v1::ListHubsResponse all;
  absl::Status status = CollectPages<v1::ListHubsRequest, v1::ListHubsResponse>(
      **hub, request, LimitOf(arguments), all, [](const auto& page) { return page.hubs_size(); });
  if (!status.ok()) return status;
  return PrintList(session,
                   Answer{.message = &all,
                          .items = ItemsOf(all.hubs()),
                          .names = IdsOf(all.hubs()),
                          .tables = {HubTable(all.hubs(), session.environment().now())}},
                   "no hubs", all.next_page_token());
}

absl::StatusOr<ExitCode> GetHub(Session& session, const Arguments& arguments) {
  const auto client = session.client();
  if (!client.ok()) return client.status();
  const auto id = WholeHubId(**client, arguments.operands()[0]);
  if (!id.ok()) return id.status();
  v1::GetHubRequest request;
  request.set_peer_id(*id);
  v1::GetHubResponse response;
  if (auto status = (*client)->Call(request, response); !status.ok()) return status;
  const v1::HubEntry& hub = response.hub();
  const auto now = session.environment().now();
  session.Print(
      Answer{.message = &response,
             .items = {&hub},
             .names = {hub.peer_id()},
             .tables = {Facts({{"Hub id", hub.peer_id()},
                               {"Namespace", OrDash(hub.namespace_())},
                               {"Region", OrDash(hub.region())},
                               {"Capabilities", OrDash(absl::StrJoin(hub.capabilities(), ","))},
                               {"Registered", Since(hub.register_time(), now)},
                               {"Connected", Since(hub.connect_time(), now)},
                               {"Last activity", Since(hub.last_activity_time(), now)},
                               {"Data", OrDash(hub.data_json())}})}});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Register(Session& session, const Arguments& arguments) {
  v1::RegisterHubRequest request;
  request.set_peer_id(arguments.operands()[0]);
  request.set_region(arguments.text("region"));
  for (const std::string& each : arguments.all("capability")) request.add_capabilities(each);
  return Change<v1::RegisterHubResponse>(
      session, arguments, request, [](const auto& sent, const auto& response) {
        std::string sentence = sent.peer_id();
        sentence += sent.validate_only() ? " would be a hub" : " is a hub until the process ends";
        sentence += response.connected() ? ", and is connected" : ", once it connects";
        return Outcome{{sent.peer_id()}, std::move(sentence)};
      });
}

// A change that concerns the hub of this id, and whose response has nothing to show.
template <typename Response, typename Request>
absl::StatusOr<ExitCode> ChangeHub(Session& session, const Arguments& arguments, Request request,
                                   const absl::StatusOr<std::string>& id, std::string_view would,
                                   std::string_view did) {
  if (!id.ok()) return id.status();
  request.set_peer_id(*id);
  return Change<Response>(session, arguments, request, [=](const auto& sent, const auto&) {
    std::string sentence = sent.peer_id();
    sentence += sent.validate_only() ? would : did;
    return Outcome{{sent.peer_id()}, std::move(sentence)};
  });
}

absl::StatusOr<ExitCode> Unregister(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  return ChangeHub<v1::UnregisterHubResponse>(session, arguments, v1::UnregisterHubRequest(),
                                              WholeHubId(**hub, arguments.operands()[0]),
                                              " would be no hub any more", " is no hub any more");
}

absl::StatusOr<ExitCode> Quarantine(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  return ChangeHub<v1::QuarantineHubResponse>(
      session, arguments, v1::QuarantineHubRequest(), WholeHubId(**hub, arguments.operands()[0]),
      " would be in quarantine", " is in quarantine until it is released or the process ends");
}

absl::StatusOr<ExitCode> Release(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  return ChangeHub<v1::ReleaseHubResponse>(session, arguments, v1::ReleaseHubRequest(),
                                           WholeQuarantinedId(**hub, arguments.operands()[0]),
                                           " would be released", " may come back");
}

Table QuarantineTable(const v1::GetHubStatsResponse& stats,
                      std::chrono::system_clock::time_point now) {
  Table table{{{.title = "IN QUARANTINE"}, {.title = "FOR"}, {.title = "REFUSED"}}, {}};
  for (const v1::QuarantinedHub& hub : stats.quarantined_hubs()) {
    table.rows.push_back(
        {hub.peer_id(), AgeText(hub.quarantine_time(), now), int64_t{hub.refused()}});
  }
  return table;
}

absl::StatusOr<ExitCode> HubStats(Session& session, const Arguments&) {
  v1::GetHubStatsResponse stats;
  if (auto status = session.Call(v1::GetHubStatsRequest(), stats); !status.ok()) {
    return status;
  }
  Answer answer{.message = &stats, .items = {&stats}, .names = IdsOf(stats.hubs())};
  answer.tables = {Facts(
      {{"Hubs connected here", stats.connected_hubs()},
       {"Bootstrap hubs", int64_t{stats.bootstrap_hubs_size()}},
       {"Bootstrap hubs linked",
        std::count_if(stats.bootstrap_hubs().begin(), stats.bootstrap_hubs().end(),
                      [](const v1::Link& link) { return link.state() == v1::LINK_STATE_UP; })}})};
  const auto add = [&](Table table, const auto& items) {
    if (items.empty()) return;
    if (session.arguments().has("hub"))
      AddHubColumn(ItemsOf(items), session.style().format == Format::kWide, table);
    answer.tables.push_back(std::move(table));
  };
  const auto now = session.environment().now();
  add(HubTable(stats.hubs(), now), stats.hubs());
  add(QuarantineTable(stats, now), stats.quarantined_hubs());
  session.Print(answer);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ShowKey(Session& session, const Arguments&) {
  v1::GetHubKeyResponse key;
  if (auto status = session.Call(v1::GetHubKeyRequest(), key); !status.ok()) return status;
  Answer answer{.message = &key};
  // Lines of a file, so the table has no titles and one column.
  Table lines{{{}}, {}};
  const auto add = [&](const v1::GetHubKeyResponse& one) {
    answer.items.push_back(&one);
    answer.names.push_back(one.peer_id());
    lines.rows.emplace_back().emplace_back(one.peer_id() + ' ' + one.public_key());
  };
  for (const v1::GetHubKeyResponse& one : key.per_hub()) add(one);
  if (key.per_hub().empty()) add(key);
  answer.tables = {std::move(lines)};
  session.Print(answer);
  return ExitCode::kOk;
}

}  // namespace

Command HubsCommand() {
  const std::string example_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
  const Operand hub{.name = "ID",
                    .help = "The hub's peer id, or a beginning that no other has",
                    .words = Words::kHubs};
  const Operand peer{
      .name = "ID", .help = "The peer's id; it need not be connected yet", .words = Words::kPeers};
  const Operand quarantined{.name = "ID",
                            .help = "The hub's peer id, or the beginning of one in quarantine",
                            .words = Words::kQuarantinedHubs};
  return {.name = "hubs",
          .summary = "Look at connected hubs, make peers hubs",
          .examples = {"pigeonctl hubs list"},
          .commands = {
              {.name = "list",
               .summary = "List connected hubs in order of registration",
               .examples = {"pigeonctl hubs list -o wide"},
               .flags = ListFlags({{.name = "exclude",
                                    .value = "ID",
                                    .help = "Leave this hub out",
                                    .words = Words::kHubs},
                                   Switch("granted",
                                          "Also those that hubs register made hubs and that are "
                                          "not connected")}),
               .run = Watchable(ListHubs, {"lastActivityTime"})},
              {.name = "get",
               .summary = "Show one hub and what it announced",
               .examples = {"pigeonctl hubs get " + example_id},
               .operands = {hub},
               .run = GetHub},
              {.name = "register",
               .summary = "Make a peer a hub, now or whenever it connects",
               .details = "Lasts until the hub process ends; its flag --hub-allow is durable.",
               .examples = {"pigeonctl hubs register " + example_id + " \\",
                            "    --region eu-west --capability signaling --capability relay"},
               .operands = {peer},
               .flags = ChangeFlags({{.name = "region", .value = "NAME", .help = "Where it runs"},
                                     {.name = "capability",
                                      .value = "NAME",
                                      .help = "What it can do",
                                      .repeated = true}}),
               .run = Register},
              {.name = "unregister",
               .summary = "Make a hub an ordinary peer",
               .examples = {"pigeonctl hubs unregister " + example_id},
               .operands = {hub},
               .flags = ChangeFlags(),
               .run = Unregister},
              {.name = "quarantine",
               .summary = "Close a hub out: no link, no connection, nothing it says counts",
               .details = "For a hub that its key or a grant would admit. Bans that it made "
                          "are lifted, at all hubs. Other hubs go on with it. Lasts until the hub "
                          "is released or the hub process ends; what endures is to rotate the "
                          "hub keys.",
               .examples = {"pigeonctl hubs quarantine " + example_id},
               .operands = {{.name = "ID",
                             .help = "The hub's peer id or the beginning of one; it need not be "
                                     "connected",
                             .words = Words::kHubs}},
               .flags = ChangeFlags(),
               .run = Quarantine},
              {.name = "release",
               .summary = "End the quarantine of a hub",
               .examples = {"pigeonctl hubs release " + example_id},
               .operands = {quarantined},
               .flags = ChangeFlags(),
               .run = Release},
              {.name = "key",
               .summary = "Print the hub's id and public key, a line of --hub-trust",
               .details = "Other hubs that have this line in their file know this hub by it. The "
                          "key stays the same over restarts if the hub has a --hub-peer-id.",
               .examples = {"pigeonctl hubs key >> trusted_hubs"},
               .run = ShowKey},
              {.name = "stats",
               .summary = "Show how many hubs are connected and linked, and which are quarantined",
               .examples = {"pigeonctl hubs stats"},
               .run = HubStats},
          }};
}

}  // namespace pigeonhub::cli
