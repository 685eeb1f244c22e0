// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/top_tables.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/nouns/message_cells.h"
#include "cli/text/count.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Top;
using pigeonctl::v1::TopHub;
using pigeonctl::v1::TopNamespace;
using pigeonctl::v1::TopPeer;

Cell RateCell(double rate) {
  Cell cell(absl::StrFormat(rate < 10 ? "%.1f" : "%.0f", rate));
  cell.right = true;
  return cell;
}

Cell ChangeCell(int64_t change) {
  Cell cell(change == 0 ? std::string("0") : absl::StrFormat("%+d", change),
            change < 0 ? Tone::kBad : Tone::kPlain);
  cell.right = true;
  return cell;
}

Cell DurationCell(bool is_there, const google::protobuf::Duration& duration) {
  return is_there ? RoughDuration(ToChrono(duration)) : std::string("-");
}

Table HubsTable(const Top& top) {
  Table table{{{.title = "HUB ID", .shrinks = true},
               {.title = "REGION", .shrinks = true},
               {.title = "HOPS"},
               {.title = "PEERS"},
               {.title = "+/-"},
               {.title = "SIGNALS/S"},
               {.title = "REFUSED/S"},
               {.title = "LINKED"},
               {.title = "UP"},
               {.title = "BYTES/S", .wide_only = true},
               {.title = "QUEUE", .wide_only = true},
               {.title = "RTT", .wide_only = true}},
              {}};
  for (const TopHub& hub : top.hubs()) {
    table.rows.push_back({hub.hub_peer_id(), OrDash(hub.region()),
                          hub.self()        ? Cell("this")
                          : hub.hops() == 0 ? Cell("-")
                                            : Cell(int64_t{hub.hops()}),
                          hub.peers(), ChangeCell(hub.peers_change()),
                          hub.has_age() ? RateCell(hub.signals()) : Cell("-"),
                          hub.has_age() ? RateCell(hub.refusals()) : Cell("-"),
                          DurationCell(hub.has_age() && !hub.self(), hub.age()),
                          DurationCell(hub.has_uptime(), hub.uptime()),
                          hub.has_age() ? SizeCell(static_cast<int64_t>(hub.bytes())) : Cell("-"),
                          hub.has_age() ? SizeCell(hub.queue_bytes()) : Cell("-"),
                          RoundTripCell(hub.has_round_trip(), hub.round_trip())});
  }
  return table;
}

Table PeersTable(const Top& top) {
  Table table{{{.title = "PEER ID", .shrinks = true},
               {.title = "NAMESPACE", .shrinks = true},
               {.title = "ADDRESS", .shrinks = true},
               {.title = "AGE"},
               {.title = "IDLE"},
               {.title = "MSG/S"},
               {.title = "BYTES/S"},
               {.title = "QUEUE"},
               {.title = "RTT"}},
              {}};
  for (const TopPeer& peer : top.peers()) {
    table.rows.push_back(
        {peer.peer_id(), OrDash(peer.namespace_()), OrDash(peer.remote_address()),
         RoughDuration(ToChrono(peer.age())),
         Cell(RoughDuration(ToChrono(peer.idle())), peer.active() ? Tone::kGood : Tone::kPlain),
         RateCell(peer.messages()), SizeCell(static_cast<int64_t>(peer.bytes())),
         SizeCell(peer.queue_bytes()), RoundTripCell(peer.has_round_trip(), peer.round_trip())});
  }
  return table;
}

Table NamespacesTable(const Top& top) {
  Table table{{{.title = "NAMESPACE", .shrinks = true},
               {.title = "PEERS HERE"},
               {.title = "ON OTHER HUBS"},
               {.title = "+/-"},
               {.title = "SIGNALS/S"},
               {.title = "BYTES/S"}},
              {}};
  for (const TopNamespace& each : top.namespaces()) {
    table.rows.push_back({each.namespace_(), each.local_peers(), each.remote_peers(),
                          ChangeCell(each.peers_change()), RateCell(each.signals()),
                          SizeCell(static_cast<int64_t>(each.bytes()))});
  }
  return table;
}

}  // namespace

std::vector<std::string> TopLines(const Top& top) {
  const pigeonctl::v1::TopTotals& totals = top.totals();
  std::string state = absl::StrCat(
      "hub ", OrDash(ShortId(totals.hub_peer_id())), " ", StateCell(totals.serving_state()).text,
      ", up ", RoughDuration(ToChrono(totals.uptime())), "; ", totals.connections(), " of ",
      Counted(totals.max_connections(), "connection"), ", ",
      Counted(totals.remote_peers(), "remote peer"));
  const auto rate = [](double number) { return RateCell(number).text + "/s"; };
  std::string flow = absl::StrCat("joins ", rate(totals.joins()), ", signals ",
                                  rate(totals.signals()), ", refused ", rate(totals.refusals()));
  const char* before = ": ";
  for (const v1::ReasonCount& each : totals.reasons()) {
    absl::StrAppend(&flow, std::exchange(before, ", "), ReasonText(each.reason()), " x",
                    each.count());
  }
  return {std::move(state), std::move(flow)};
}

Table TopTable(const Top& top, TopView view) {
  switch (view) {
    case TopView::kHubs:
      return HubsTable(top);
    case TopView::kPeers:
      return PeersTable(top);
    case TopView::kNamespaces:
      return NamespacesTable(top);
  }
  return {};
}

}  // namespace pigeonhub::cli
