// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_query.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/nouns/event_facts.h"
#include "cli/nouns/event_text.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/whole_id.h"
#include "server/base/characters.h"
#include "server/base/nearest_word.h"

namespace pigeonhub::cli {
namespace {

absl::Status CheckFlags(const Arguments& arguments) {
  const int starts = arguments.has("from-seq") + arguments.has("earliest") + arguments.has("since");
  if (starts > 1) {
    return absl::InvalidArgumentError("--from-seq, --earliest and --since exclude each other");
  }
  if (arguments.has("epoch") && !arguments.has("from-seq")) {
    return absl::InvalidArgumentError("--epoch says to which run --from-seq belongs; give both");
  }
  if (arguments.has("with") && !arguments.has("peer")) {
    return absl::InvalidArgumentError("--with names the other peer of a pair; give --peer, too");
  }
  if (arguments.has("follow") && arguments.has("until")) {
    return absl::InvalidArgumentError("--until ends a list, and -f has no end; leave one out");
  }
  if (arguments.has("follow") && arguments.has("file")) {
    return absl::InvalidArgumentError("-f follows a hub, and --file asks none; leave one out");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Reason> ReasonNamed(const std::string& name) {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  const std::string upper = absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}}));
  if (v1::Reason_Parse("REASON_" + upper, &reason) && reason != v1::REASON_UNSPECIFIED) {
    return reason;
  }
  std::vector<std::string> known;
  for (int i = v1::REASON_UNSPECIFIED + 1; i < v1::Reason_ARRAYSIZE; ++i) {
    if (v1::Reason_IsValid(i)) known.push_back(ReasonText(static_cast<v1::Reason>(i)));
  }
  const std::string meant = DidYouMean(name, known);
  return absl::InvalidArgumentError(
      absl::StrCat("--reason cannot be \"", Displayable(name), "\"",
                   meant.empty() ? "; `pigeonctl errors` lists them" : meant));
}

}  // namespace

absl::StatusOr<EventQuery> EventQuery::From(const Arguments& arguments, Moment now) {
  if (absl::Status status = CheckFlags(arguments); !status.ok()) return status;
  EventQuery query;
  for (const std::string& name : arguments.all("kind")) query.filter.add_kinds(*KindNamed(name));
  for (const std::string& name : arguments.all("exclude-kind")) {
    query.filter.add_exclude_kinds(*KindNamed(name));
  }
  for (const std::string& name : arguments.all("reason")) {
    const auto reason = ReasonNamed(name);
    if (!reason.ok()) return reason.status();
    query.filter.add_reasons(*reason);
  }
  query.filter.set_namespace_(arguments.text("namespace"));
  query.filter.set_peer_id(arguments.text("peer"));
  query.filter.set_other_peer_id(arguments.text("with"));
  query.filter.set_remote_address(arguments.text("address"));
  query.filter.set_signal_payloads(arguments.has("payloads"));
  if (arguments.has("from-seq")) {
    query.from.emplace();
    query.from->set_epoch(arguments.text("epoch"));
    query.from->set_seq(*arguments.number("from-seq"));
  }
  query.since = arguments.moment("since", now);
  query.until = arguments.moment("until", now);
  query.earliest = arguments.has("earliest");
  query.follow = arguments.has("follow");
  query.files = arguments.all("file");
  return query;
}

absl::Status EventQuery::CompleteIds(Client& hub) {
  for (std::string* id : {filter.mutable_peer_id(), filter.mutable_other_peer_id()}) {
    auto whole = WholePeerId(hub, *id);
    if (!whole.ok()) return whole.status();
    *id = *std::move(whole);
  }
  return absl::OkStatus();
}

std::vector<Flag> EventQuery::Flags() {
  return {
      Switch("follow", "Go on with what happens, from now or from the start given", 'f'),
      {.name = "file",
       .value = "FILE",
       .help = "Ask no hub, but read what --event-log wrote, with FILE.1, FILE.2 and so on; - is "
               "stdin",
       .words = Words::kFiles,
       .repeated = true},
      {.name = "from-seq", .value = "N", .help = "Start at this event", .kind = Kind::kNumber},
      {.name = "epoch",
       .value = "ID",
       .help = "The run of the hub that --from-seq counts in; another one is a gap"},
      Switch("earliest", "Start at the oldest event kept; without -f the default"),
      {.name = "since",
       .value = "TIME",
       .help = "Start there: 10m is so long ago, 14:03 the last one (UTC), or RFC 3339",
       .kind = Kind::kMoment},
      {.name = "until", .value = "TIME", .help = "End before that", .kind = Kind::kMoment},
      {.name = "kind",
       .value = "KIND",
       .help = "Only these",
       .choices = KindNames(),
       .repeated = true},
      {.name = "exclude-kind",
       .value = "KIND",
       .help = "Not these",
       .choices = KindNames(),
       .repeated = true},
      {.name = "reason",
       .value = "REASON",
       .help = "Only with this reason, e.g. transport_lost",
       .repeated = true},
      {.name = "address",
       .value = "ADDRESS",
       .help = "Only about this remote address, without port"},
      {.name = "namespace",
       .value = "NAME",
       .help = "Only of this namespace",
       .words = Words::kNamespaces},
      {.name = "peer",
       .value = "ID",
       .help = "Only about this peer or hub: its id, or a beginning that no other has",
       .words = Words::kPeers},
      {.name = "with",
       .value = "ID",
       .help = "Only about the pair of --peer and this one",
       .words = Words::kPeers},
      {.name = "limit",
       .value = "N",
       .help = "At most so many: the newest, or with -f the next (default: all)",
       .kind = Kind::kNumber},
  };
}

bool EventQuery::IsWithin(Moment time) const {
  return (!since.has_value() || time >= *since) && (!until.has_value() || time < *until);
}

bool EventQuery::Has(const v1::Event& event) const {
  if (!IsWithin(ToChrono(event.time()))) return false;
  if (from.has_value()) {
    if (!from->epoch().empty() && event.epoch() != from->epoch()) return false;
    if (event.seq() < from->seq()) return false;
  }
  return Matches(filter, event);
}

}  // namespace pigeonhub::cli
