// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>

#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub::cli {
namespace {

absl::StatusOr<ExitCode> ListAddresses(Session& session, const Arguments& arguments) {
  v1::ListAddressesRequest request;
  request.set_order_by(ServerOrderOf(arguments, *v1::Address::descriptor()));
  const uint64_t limit = LimitOf(arguments, request.order_by());
  request.set_page_size(
      static_cast<int32_t>(limit == 0 ? kLargestPage : std::min(limit, kLargestPage)));
  v1::ListAddressesResponse all;
  if (auto status = session.Call(request, all); !status.ok()) return status;
  Answer answer{.message = &all, .items = ItemsOf(all.addresses())};
  Table table{{{.title = "ADDRESS", .shrinks = true},
               {.title = "CONNECTIONS"},
               {.title = "HANDSHAKES"},
               {.title = "JOINS"},
               {.title = "REFUSED"},
               {.title = "MESSAGES"},
               {.title = "BYTES"},
               {.title = "QUEUE"},
               {.title = "SIGNALS", .wide_only = true}},
              {}};
  for (const v1::Address& each : all.addresses()) {
    answer.names.push_back(each.address());
    table.rows.push_back({each.address(), each.connection_count(), each.handshake_count(),
                          each.join_count(), each.refusal_count(), each.message_count(),
                          SizeCell(each.received_bytes()), SizeCell(each.queue_bytes()),
                          each.sent_signal_count()});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no addresses", {});
}

}  // namespace

Command AddressesCommand() {
  return {
      .name = "addresses",
      .summary = "Look at the addresses that connections come from",
      .examples = {"pigeonctl addresses list"},
      .commands = {
          {.name = "list",
           .summary = "List addresses, those with the most connections first",
           .details = "At most 1000. IPv6 addresses count by network. Joins and refusals are those "
                      "since the hub knows the address, which it forgets a while after its last "
                      "connection; messages, bytes, signals and queues are those of the peers that "
                      "are connected from there now.",
           .examples = {"pigeonctl addresses list --limit 10",
                        "pigeonctl addresses list --sort-by -refusalCount --limit 10"},
           .flags = ListFlags(),
           .run = Watchable(ListAddresses,
                            {"messageCount", "receivedBytes", "sentSignalCount", "queueBytes"})}}};
}

}  // namespace pigeonhub::cli
