// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/policies.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "cli/text/natural_order.h"
#include "pigeonhub/v1/namespace_service.pb.h"

namespace pigeonhub::cli {
namespace {

absl::StatusOr<ExitCode> ListNamespaces(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListNamespacesRequest request;
  request.set_name_prefix(arguments.text("prefix"));
  request.set_order_by(ServerOrderOf(arguments, *v1::Namespace::descriptor()));
  v1::ListNamespacesResponse all;
  absl::Status status = CollectPages<v1::ListNamespacesRequest, v1::ListNamespacesResponse>(
      **hub, request, LimitOf(arguments, request.order_by()), all,
      [](const auto& page) { return page.namespaces_size(); });
  if (!status.ok()) return status;

  // The hub goes by bytes, which only matters where the list is cut: people want room2 before
  // room10.
  if (all.next_page_token().empty() && request.order_by().empty()) {
    std::stable_sort(all.mutable_namespaces()->begin(), all.mutable_namespaces()->end(),
                     [](const v1::Namespace& a, const v1::Namespace& b) {
                       return CompareNaturally(a.name(), b.name()) < 0;
                     });
  }
  Answer answer{.message = &all, .items = ItemsOf(all.namespaces())};
  Table table{{{.title = "NAMESPACE", .shrinks = true},
               {.title = "PEERS HERE"},
               {.title = "ON OTHER HUBS"},
               {.title = "HUB MESH"},
               {.title = "SIGNALS", .wide_only = true},
               {.title = "SIGNAL BYTES", .wide_only = true},
               {.title = "JOINS", .wide_only = true},
               {.title = "LEFT", .wide_only = true}},
              {}};
  for (const v1::Namespace& each : all.namespaces()) {
    answer.names.push_back(each.name());
    table.rows.push_back({each.name(), each.local_peers(), each.remote_peers(),
                          each.is_hub_mesh() ? "yes" : "no", each.signal_count(),
                          SizeCell(each.signal_bytes()), each.join_count(), each.leave_count()});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no namespaces", all.next_page_token());
}

// Where the peers are, where several hubs were asked.
Table HubsTable(const v1::GetNamespaceResponse& response) {
  Table table{{{.title = "AT HUB"}, {.title = "PEERS"}}, {}};
  for (const v1::GetNamespaceResponse& hub : response.per_hub()) {
    table.rows.push_back({hub.hub_id(), hub.namespace_().local_peers()});
  }
  return table;
}

absl::StatusOr<ExitCode> GetNamespace(Session& session, const Arguments& arguments) {
  v1::GetNamespaceRequest request;
  request.set_name(arguments.operands()[0]);
  v1::GetNamespaceResponse response;
  if (auto status = session.Call(request, response); !status.ok()) return status;
  const v1::Namespace& found = response.namespace_();
  const bool of_all = !response.per_hub().empty();
  std::vector<std::pair<std::string, Cell>> facts = {{"Namespace", found.name()}};
  if (of_all) {
    facts.emplace_back("Peers", found.local_peers());
  } else {
    facts.emplace_back("Peers here", found.local_peers());
    facts.emplace_back("On other hubs", found.remote_peers());
  }
  facts.emplace_back("Hub mesh", found.is_hub_mesh() ? "yes" : "no");
  Answer answer{.message = &response,
                .items = {&response},
                .names = {found.name()},
                .tables = {Facts(std::move(facts))}};
  if (of_all) answer.tables.push_back(HubsTable(response));
  if (response.has_in_force()) answer.tables.push_back(PolicyTable(PolicyAnswerOf(response)));
  session.Print(answer);
  return ExitCode::kOk;
}

}  // namespace

Command NamespacesCommand() {
  return {
      .name = "namespaces",
      .summary = "Look at namespaces, in which peers discover each other, and set their policies",
      .examples = {"pigeonctl namespaces list"},
      .commands = {
          {.name = "list",
           .summary = "List namespaces in the order of their names",
           .examples = {"pigeonctl namespaces list --prefix chat/"},
           .flags = ListFlags(
               {{.name = "prefix", .value = "TEXT", .help = "Only names that start with this"}}),
           .run = Watchable(ListNamespaces,
                            {"signalCount", "signalBytes", "joinCount", "leaveCount"})},
          {.name = "get",
           .summary = "Show one namespace, what holds there, and where that comes from",
           .examples = {"pigeonctl namespaces get chat"},
           .operands =
               {{.name = "NAME", .help = "The namespace's name", .words = Words::kNamespaces}},
           .run = GetNamespace},
          PolicyCommand(),
      }};
}

}  // namespace pigeonhub::cli
