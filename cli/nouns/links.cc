// SPDX-License-Identifier: Apache-2.0
//
// Links to other hubs: the nouns links and bootstrap.

#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <string>

#include "cli/nouns/change.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::util::TimeUtil;

Cell LinkStateCell(const v1::Link& link) {
  switch (link.state()) {
    case v1::LINK_STATE_CONNECTING:
      return "connecting";
    case v1::LINK_STATE_UP:
      return {"up", Tone::kGood};
    case v1::LINK_STATE_WAITING:
      return {"waiting", Tone::kBad};
    case v1::LINK_STATE_SLOW:
      return {"slow", Tone::kBad};
    case v1::LINK_STATE_STOPPED:
      return {"stopped", Tone::kFaint};
    case v1::LINK_STATE_NOT_ADMITTED:
      return {"not admitted", Tone::kBad};
    default:
      return std::to_string(link.state());
  }
}

// The name of a link, which disconnect accepts: its address, or the id of the hub that dialed.
std::string NameOf(const v1::Link& link) {
  return link.url().empty() ? link.hub_peer_id() : link.url();
}

std::string KindOf(const v1::Link& link) {
  if (link.is_default()) return "default";
  if (link.bootstrap()) return "bootstrap";
  return link.outgoing() ? "outgoing" : "incoming";
}

// What a link that is up is not good for is no error of its.
std::string ProblemOf(const v1::Link& link) {
  if (link.plain_server()) return "what answers there is no hub, and tells of no peers";
  if (link.is_default() && !link.last_error().empty()) {
    return "no fault, as nobody named it; --no-auto-connect or a --bootstrap-hub ends it (" +
           link.last_error() + ")";
  }
  return link.last_error();
}

// A bus is a link to several hubs at once.
Cell LinkStateCell(const v1::Bus& bus) {
  if (!bus.up()) return {"down", Tone::kBad};
  const int32_t hubs = bus.hubs();
  const std::chrono::nanoseconds echo(TimeUtil::DurationToNanoseconds(bus.echo()));
  return {"up, " + std::to_string(hubs) + (hubs == 1 ? " hub" : " hubs") + ", echo " +
              MeasuredDuration(echo),
          Tone::kGood};
}

Table LinkTable(const v1::ListLinksResponse& links, std::chrono::system_clock::time_point now) {
  Table table{{{.title = "LINK", .shrinks = true},
               {.title = "KIND"},
               {.title = "STATE"},
               {.title = "SINCE"},
               {.title = "PEERS"},
               {.title = "PROBLEM", .shrinks = true},
               {.title = "HUB ID", .wide_only = true},
               {.title = "FAILURES", .wide_only = true},
               {.title = "RELAYED", .wide_only = true},
               {.title = "REFUSED", .wide_only = true},
               {.title = "BYTES", .wide_only = true},
               {.title = "QUEUE", .wide_only = true},
               {.title = "RTT", .wide_only = true}},
              {}};
  if (links.has_bus()) {
    const v1::Bus& bus = links.bus();
    table.rows.push_back({bus.server(), "bus", LinkStateCell(bus),
                          bus.has_state_time() ? AgeText(bus.state_time(), now) : "-",
                          bus.remote_peers(), OrDash(bus.last_error()), "-", "-", bus.relayed(),
                          bus.refused() + bus.forged() + bus.looped(), "-", "-", "-"});
  }
  for (const v1::Link& link : links.links()) {
    table.rows.push_back(
        {NameOf(link), KindOf(link), LinkStateCell(link), AgeText(link.state_time(), now),
         link.remote_peers(), OrDash(ProblemOf(link)), OrDash(link.hub_peer_id()),
         int64_t{link.attempt()}, link.relayed(), link.refused() + link.forged() + link.looped(),
         SizeCell(link.received_bytes()), SizeCell(link.queue_bytes()),
         RoundTripCell(link.has_round_trip(), link.round_trip())});
  }
  return table;
}

absl::StatusOr<ExitCode> ListLinks(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListLinksRequest request;
  request.set_order_by(ServerOrderOf(arguments, *v1::Link::descriptor()));
  v1::ListLinksResponse all;
  const absl::Status status = CollectPages<v1::ListLinksRequest, v1::ListLinksResponse>(
      **hub, request, LimitOf(arguments, request.order_by()), all,
      [](const auto& page) { return page.links_size(); });
  if (!status.ok()) return status;
  Answer answer{.message = &all,
                .items = ItemsOf(all.links()),
                .tables = {LinkTable(all, session.environment().now())}};
  if (all.has_bus()) {
    answer.items.insert(answer.items.begin(), &all.bus());
    answer.names.emplace_back();  // it cannot be disconnected
  }
  for (const v1::Link& link : all.links()) answer.names.push_back(NameOf(link));
  return PrintList(session, answer, "no links", all.next_page_token());
}

absl::StatusOr<ExitCode> ConnectLink(Session& session, const Arguments& arguments) {
  v1::ConnectHubRequest request;
  request.set_url(arguments.operands()[0]);
  return Change<v1::ConnectHubResponse>(
      session, arguments, request, [](const auto& sent, const auto&) {
        const std::string url = MaskedUrl(sent.url());
        return Outcome{{url},
                       sent.validate_only() ? "would dial " + url
                                            : "dialing " + url + "; links list tells more"};
      });
}

absl::StatusOr<ExitCode> DisconnectLink(Session& session, const Arguments& arguments) {
  v1::DisconnectLinkRequest request;
  const std::string& link = arguments.operands()[0];
  if (link.find("://") != std::string::npos) {
    request.set_url(link);
  } else {
    request.set_hub_peer_id(link);
  }
  return Change<v1::DisconnectLinkResponse>(
      session, arguments, request, [](const auto& sent, const auto&) {
        const std::string end = sent.url().empty() ? sent.hub_peer_id() : MaskedUrl(sent.url());
        return Outcome{
            {end}, "links to " + end + (sent.validate_only() ? " would be closed" : " are closed")};
      });
}

std::string HowMany(const auto& response) {
  const int count = response.bootstrap_hubs();
  if (count == 0) return "no hub; --bootstrap-hub of pigeonhub names bootstrap hubs";
  return std::to_string(count) + (count == 1 ? " bootstrap hub" : " bootstrap hubs");
}

absl::StatusOr<ExitCode> ConnectBootstrap(Session& session, const Arguments& arguments) {
  return Change<v1::ConnectBootstrapHubsResponse>(
      session, arguments, v1::ConnectBootstrapHubsRequest(),
      [](const auto& sent, const auto& response) {
        return Outcome{{"bootstrap hubs"},
                       (sent.validate_only() ? "would dial " : "dialing ") + HowMany(response)};
      });
}

absl::StatusOr<ExitCode> DisconnectBootstrap(Session& session, const Arguments& arguments) {
  return Change<v1::DisconnectBootstrapHubsResponse>(
      session, arguments, v1::DisconnectBootstrapHubsRequest(),
      [](const auto& sent, const auto& response) {
        return Outcome{
            {"bootstrap hubs"},
            (sent.validate_only() ? "would disconnect " : "disconnected ") + HowMany(response)};
      });
}

}  // namespace

Command LinksCommand() {
  const std::string example_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
  return {
      .name = "links",
      .summary = "Look at and change the links to other hubs",
      .examples = {"pigeonctl links list"},
      .commands = {
          {.name = "list",
           .summary = "List links and the addresses that are being dialed",
           .examples = {"pigeonctl links list -o wide"},
           .flags = ListFlags(),
           .run = Watchable(ListLinks, {"messageCount", "receivedBytes", "queueBytes", "roundTrip",
                                        "announced", "relayed", "refused", "forged", "looped",
                                        "echo", "lastAttemptTime", "nextAttemptTime"})},
          {.name = "connect",
           .summary = "Dial a hub and keep the link until it is disconnected",
           .details =
               "Lasts until the hub process ends; its flag --bootstrap-hub is durable. No hub "
               "token is shown at such an address, so a hub that wants one does not admit "
               "this one: dial that with --bootstrap-hub.",
           .examples = {"pigeonctl links connect ws://hub.example.org:3000"},
           .operands = {{.name = "URL", .help = "ws://HOST[:PORT] or wss://HOST[:PORT]"}},
           .flags = ChangeFlags(),
           .run = ConnectLink},
          {.name = "disconnect",
           .summary = "Close a link, or take back what connect dials",
           .details = "With an address also before a link has come about. A bootstrap hub "
                      "stays away until bootstrap connect; a hub that dials by itself may "
                      "come back.",
           .examples = {"pigeonctl links disconnect ws://hub.example.org:3000",
                        "pigeonctl links disconnect " + example_id},
           .operands = {{.name = "URL|ID",
                         .help = "What links list calls it: the address dialed, or the hub's "
                                 "peer id",
                         .words = Words::kHubs}},
           .flags = ChangeFlags(),
           .run = DisconnectLink},
      }};
}

Command BootstrapCommand() {
  return {.name = "bootstrap",
          .summary = "Connect and disconnect the bootstrap hubs",
          .examples = {"pigeonctl bootstrap connect"},
          .commands = {
              {.name = "connect",
               .summary = "Dial the bootstrap hubs to which there is no link",
               .examples = {"pigeonctl bootstrap connect"},
               .flags = ChangeFlags(),
               .run = ConnectBootstrap},
              {.name = "disconnect",
               .summary = "Close the links to the bootstrap hubs until somebody connects them",
               .examples = {"pigeonctl bootstrap disconnect --dry-run"},
               .flags = ChangeFlags(),
               .run = DisconnectBootstrap},
          }};
}

}  // namespace pigeonhub::cli
