// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "cli/nouns/attributes.h"
#include "cli/nouns/bans.h"
#include "cli/nouns/change.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/nouns/whole_id.h"
#include "cli/rpc/paging.h"
#include "cli/text/count.h"
#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub::cli {
namespace {

std::string AttributesOf(const v1::Peer& peer) {
  const auto& attributes = peer.token().attributes();
  return AttributesText({attributes.begin(), attributes.end()});
}

// The way to a peer of another hub.
std::string LinkText(const v1::RemotePlace& place) {
  if (place.unreachable()) return "no way there now";
  return place.over_bus() ? "the bus" : OrDash(place.link());
}

// At which hub it is: "here", or the id of that.
std::string HubOfPeer(const v1::Peer& peer) {
  if (!peer.has_remote()) return "here";
  return peer.remote().hub_id().empty() ? "unknown" : peer.remote().hub_id();
}

// Puts the columns that a list with peers of other hubs has besides behind the namespace.
void AddHubColumns(const v1::ListPeersResponse& all, Table& table) {
  constexpr int kAt = 2;
  table.columns.insert(table.columns.begin() + kAt, {{.title = "AT HUB", .shrinks = true},
                                                     {.title = "OVER", .wide_only = true}});
  for (int i = 0; i < all.peers_size(); ++i) {
    const v1::Peer& peer = all.peers(i);
    auto& row = table.rows[static_cast<size_t>(i)];
    row.insert(row.begin() + kAt,
               {HubOfPeer(peer), peer.has_remote() ? LinkText(peer.remote()) : "-"});
  }
}

absl::StatusOr<ExitCode> ListPeers(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListPeersRequest request;
  request.set_namespace_(arguments.text("namespace"));
  request.set_peer_id_prefix(arguments.text("id-prefix"));
  request.set_hubs_only(arguments.has("hubs-only"));
  request.set_include_remote(arguments.has("include-remote"));
  const auto attributes = AttributesOf(arguments);
  if (!attributes.ok()) return attributes.status();
  request.mutable_attributes()->insert(attributes->begin(), attributes->end());
  request.set_order_by(ServerOrderOf(arguments, *v1::Peer::descriptor()));
  v1::ListPeersResponse all;
  absl::Status status = CollectPages<v1::ListPeersRequest, v1::ListPeersResponse>(
      **hub, request, LimitOf(arguments, request.order_by()), all,
      [](const auto& page) { return page.peers_size(); });
  if (!status.ok()) return status;

  const auto now = session.environment().now();
  Answer answer{.message = &all, .items = ItemsOf(all.peers())};
  Table table{{{.title = "PEER ID"},
               {.title = "NAMESPACE", .shrinks = true},
               {.title = "HUB"},
               {.title = "AGE"},
               {.title = "IDLE"},
               {.title = "ADDRESS", .wide_only = true},
               {.title = "CONNECTED", .wide_only = true},
               {.title = "ANNOUNCED", .wide_only = true},
               {.title = "SUBJECT", .wide_only = true},
               {.title = "ATTRIBUTES", .wide_only = true},
               {.title = "MESSAGES", .wide_only = true},
               {.title = "BYTES", .wide_only = true},
               {.title = "QUEUE", .wide_only = true},
               {.title = "RTT", .wide_only = true}},
              {}};
  for (const v1::Peer& peer : all.peers()) {
    answer.names.push_back(peer.peer_id());
    table.rows.push_back(
        {peer.peer_id(), OrDash(peer.namespace_()), peer.is_hub() ? "yes" : "no",
         AgeText(peer.has_remote() ? peer.remote().since_time() : peer.connect_time(), now),
         AgeText(peer.last_activity_time(), now), OrDash(peer.remote_address()),
         TimeText(peer.connect_time()), TimeText(peer.announce_time()),
         OrDash(peer.token().subject()), OrDash(AttributesOf(peer)), peer.message_count(),
         SizeCell(peer.received_bytes()), SizeCell(peer.queue_bytes()),
         RoundTripCell(peer.has_round_trip(), peer.round_trip())});
  }
  if (request.include_remote()) AddHubColumns(all, table);
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no peers", all.next_page_token());
}

// The id that the user means.
absl::StatusOr<std::string> WholeIdIn(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  return WholePeerId(**hub, arguments.operands()[0]);
}

// "34 messages, 3KiB, with 12 signals"
std::string SentText(const v1::Peer& peer) {
  return Counted(peer.message_count(), "message") + ", " + SizeText(peer.received_bytes()) +
         ", with " + Counted(peer.sent_signal_count(), "signal");
}

using FactRows = std::vector<std::pair<std::string, Cell>>;

FactRows FactsOf(const v1::Peer& peer, std::chrono::system_clock::time_point now) {
  FactRows facts{{"Peer id", peer.peer_id()},
                 {"Namespace", OrDash(peer.namespace_())},
                 {"Hub", peer.is_hub() ? "yes" : "no"}};
  if (peer.has_remote()) {
    facts.insert(facts.end(), {{"At hub", HubOfPeer(peer)},
                               {"Over", LinkText(peer.remote())},
                               {"There since", Since(peer.remote().since_time(), now)}});
  } else {
    facts.insert(facts.end(),
                 {{"Address", OrDash(peer.remote_address())},
                  {"Connected", Since(peer.connect_time(), now)},
                  {"Announced", Since(peer.announce_time(), now)},
                  {"Last activity", Since(peer.last_activity_time(), now)},
                  {"Sent", SentText(peer)},
                  {"Received", Counted(peer.received_signal_count(), "signal")},
                  {"Queue", SizeText(peer.queue_bytes())},
                  {"Round trip", RoundTripCell(peer.has_round_trip(), peer.round_trip()).text}});
  }
  facts.emplace_back("Data", OrDash(peer.data_json()));
  if (peer.has_token()) {
    facts.insert(facts.end(), {{"Subject", OrDash(peer.token().subject())},
                               {"Issuer", OrDash(peer.token().issuer())},
                               {"Attributes", OrDash(AttributesOf(peer))},
                               {"Token expires", TimeText(peer.token().expire_time())}});
  }
  return facts;
}

absl::StatusOr<ExitCode> GetPeer(Session& session, const Arguments& arguments) {
  const auto id = WholeIdIn(session, arguments);
  if (!id.ok()) return id.status();
  v1::GetPeerRequest request;
  request.set_peer_id(*id);
  v1::GetPeerResponse response;
  if (auto status = session.Call(request, response); !status.ok()) return status;
  const v1::Peer& peer = response.peer();
  session.Print(Answer{.message = &response,
                       .items = {&peer},
                       .names = {peer.peer_id()},
                       .tables = {Facts(FactsOf(peer, session.environment().now()))}});
  return ExitCode::kOk;
}

FactRows FactsOf(const v1::PeerDeparture& departure, std::chrono::system_clock::time_point now) {
  FactRows facts{{"Peer id", departure.peer_id()},
                 {"Left", Cell(Since(departure.leave_time(), now), Tone::kBad)},
                 {"Reason", ReasonText(departure.reason())},
                 {"Namespace", OrDash(departure.namespace_())}};
  if (!departure.lost_hub().empty()) {
    facts.emplace_back("Was at hub", departure.lost_hub() + ", which was lost");
  } else {
    facts.insert(facts.end(), {{"Close code", departure.close_code()},
                               {"Event", static_cast<int64_t>(departure.event_seq())}});
  }
  return facts;
}

absl::StatusOr<ExitCode> FindOne(Session& session, const Arguments& arguments) {
  v1::FindPeerRequest request;
  request.set_peer_id(std::string(absl::StripSuffix(arguments.operands()[0], "…")));
  request.set_namespace_(arguments.text("namespace"));
  v1::FindPeerResponse response;
  if (auto status = session.Call(request, response); !status.ok()) return status;
  const auto now = session.environment().now();
  const bool is_there = response.has_peer();
  FactRows facts = is_there ? FactsOf(response.peer(), now) : FactsOf(response.departure(), now);
  if (is_there && !response.peer().has_remote())
    facts.insert(facts.begin() + 1, {"At hub", "here"});
  session.Print(
      Answer{.message = &response,
             .items = {&response},
             .names = {is_there ? response.peer().peer_id() : response.departure().peer_id()},
             .tables = {Facts(std::move(facts))}});
  return is_there ? ExitCode::kOk : ExitCode::kFailed;
}

absl::StatusOr<ExitCode> DisconnectWith(Session& session, const Arguments& arguments,
                                        const TokenAttributes& attributes) {
  if (!arguments.operands().empty()) {
    return absl::InvalidArgumentError("an ID and --attr exclude each other; give one of them");
  }
  if (arguments.has("ban")) {
    return absl::InvalidArgumentError(
        "--ban needs an ID: no ban goes by attributes; bans add takes --subject");
  }
  v1::DisconnectPeerRequest request;
  request.mutable_attributes()->insert(attributes.begin(), attributes.end());
  return Change<v1::DisconnectPeerResponse>(
      session, arguments, request, [&](const auto& sent, const auto& response) {
        const std::string peers =
            Counted(response.disconnected_count(), "peer") + " with " + AttributesText(attributes);
        return Outcome{{response.peer_ids().begin(), response.peer_ids().end()},
                       peers + (sent.validate_only() ? " would be disconnected"
                                                     : " disconnected; they may come back")};
      });
}

absl::StatusOr<ExitCode> DisconnectPeer(Session& session, const Arguments& arguments) {
  const auto attributes = AttributesOf(arguments);
  if (!attributes.ok()) return attributes.status();
  if (!attributes->empty()) return DisconnectWith(session, arguments, *attributes);
  if (arguments.operands().empty()) {
    return absl::InvalidArgumentError("give the ID of a peer, or --attr NAME=VALUE for many");
  }
  const auto id = WholeIdIn(session, arguments);
  if (!id.ok()) return id.status();
  if (const auto duration = arguments.duration("ban")) {
    // A ban ends the connection, too.
    v1::BanRequest ban;
    ban.mutable_target()->set_peer_id(*id);
    *ban.mutable_duration() = ToProto(*duration);
    ban.set_reason("disconnected by an operator");
    return SendBan(session, arguments, std::move(ban));
  }
  v1::DisconnectPeerRequest request;
  request.set_peer_id(*id);
  return Change<v1::DisconnectPeerResponse>(
      session, arguments, request, [](const auto& sent, const auto&) {
        const std::string& peer = sent.peer_id();
        return Outcome{{peer},
                       peer + (sent.validate_only() ? " would be disconnected"
                                                    : " disconnected; it may come back")};
      });
}

}  // namespace

Command PeersCommand() {
  const Operand id{.name = "ID",
                   .help = "The peer's id, or a beginning that no other has",
                   .words = Words::kPeers};
  Operand optional_id = id;
  optional_id.optional = true;
  return {
      .name = "peers",
      .summary = "Look at connected peers and end connections",
      .examples = {"pigeonctl peers list"},
      .commands = {
          {.name = "list",
           .summary = "List connected peers, oldest connection first",
           .examples = {"pigeonctl peers list --namespace chat -o wide",
                        "pigeonctl peers list --include-remote",
                        "pigeonctl peers list -o name | wc -l"},
           .flags = ListFlags(
               {{.name = "namespace",
                 .value = "NAME",
                 .help = "Only peers of this namespace",
                 .words = Words::kNamespaces},
                {.name = "id-prefix",
                 .value = "HEX",
                 .help = "Only peers whose id starts with this"},
                Switch("hubs-only", "Only hubs"),
                Switch("include-remote", "Also peers of other hubs, as those tell of them"),
                AttributeFlag("Only peers whose token has this attribute")}),
           .run = Watchable(ListPeers,
                            {"lastActivityTime", "messageCount", "receivedBytes", "sentSignalCount",
                             "receivedSignalCount", "queueBytes", "roundTrip"})},
          {.name = "get",
           .summary = "Show one peer and what it announced",
           .examples = {"pigeonctl peers get 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"},
           .operands = {id},
           .run = GetPeer},
          {.name = "find",
           .summary = "Say at which hub a peer is, or how it left",
           .details =
               "The hub knows who is connected to it, who left within the last hour, and what "
               "other hubs tell: mesh hubs tell of peers in namespaces that have members "
               "here. Ends with 1 if the peer left, and with 5 if nothing is known of it.",
           .examples = {"pigeonctl peers find 0a1b2c3d", "pigeonctl peers find 0a1b -o json"},
           .operands = {{.name = "ID",
                         .help = "The peer's id, or a beginning that no other has",
                         .words = Words::kPeers}},
           .flags = {{.name = "namespace",
                      .value = "NAME",
                      .help = "Only if it is, or was last, in this namespace",
                      .words = Words::kNamespaces}},
           .run = FindOne},
          {.name = "disconnect",
           .summary = "Close the connection of a peer, or of all with an attribute",
           .details = "PeerPigeon clients connect again by themselves; --ban keeps them out. See "
                      "also bans add, and server drain --attr.",
           .examples = {"pigeonctl peers disconnect "
                        "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567 --dry-run",
                        "pigeonctl peers disconnect --attr tier=free --dry-run"},
           .operands = {optional_id},
           .flags = ChangeFlags({{.name = "ban",
                                  .value = "TIME",
                                  .help = "Keep the peer's id out for so long, at all hubs",
                                  .kind = Kind::kDuration},
                                 AttributeFlag("All peers whose token has this attribute")}),
           .run = DisconnectPeer},
      }};
}

}  // namespace pigeonhub::cli
