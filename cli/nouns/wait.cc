// SPDX-License-Identifier: Apache-2.0

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/nouns/item_filter.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/outage.h"
#include "cli/nouns/session.h"
#include "cli/output/json_path.h"
#include "cli/rpc/paging.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::Message;

constexpr std::chrono::minutes kUsualPatience{1};

// What was counted, and from where on a change is one since then.
struct Look {
  uint64_t matching = 0;
  v1::EventCursor cursor;
};

template <typename Response, typename Elements>
Look Count(const Response& all, const Elements& elements, const ItemFilter& filter) {
  Look look;
  if constexpr (requires { all.cursor(); }) look.cursor = all.cursor();
  for (const Message* item : ItemsOf(elements)) {
    if (filter.Accepts(ToValue(*item))) ++look.matching;
  }
  return look;
}

// Something that can be waited for.
struct Subject {
  std::string name;
  const google::protobuf::Descriptor* item = nullptr;
  std::function<absl::StatusOr<Look>(Client&, const ItemFilter&)> look;
};

template <typename Request, typename Response>
std::function<absl::StatusOr<Look>(Client&, const ItemFilter&)> InList(auto elements_of) {
  return [elements_of](Client& hub, const ItemFilter& filter) -> absl::StatusOr<Look> {
    Response all;
    absl::Status status = CollectPages<Request, Response>(
        hub, Request(), 0, all,
        [&](const Response& page) { return static_cast<uint64_t>(elements_of(page).size()); });
    if (!status.ok()) return status;
    return Count(all, elements_of(all), filter);
  };
}

std::vector<Subject> Subjects() {
  return {
      {"peers", v1::Peer::descriptor(), InList<v1::ListPeersRequest, v1::ListPeersResponse>([
       ](const auto& page) -> const auto& { return page.peers(); })},
      {"namespaces", v1::Namespace::descriptor(),
       InList<v1::ListNamespacesRequest, v1::ListNamespacesResponse>(
           [](const auto& page) -> const auto& { return page.namespaces(); })},
      {"hubs", v1::HubEntry::descriptor(), InList<v1::ListHubsRequest, v1::ListHubsResponse>([
       ](const auto& page) -> const auto& { return page.hubs(); })},
      {"links", v1::Link::descriptor(), InList<v1::ListLinksRequest, v1::ListLinksResponse>([
       ](const auto& page) -> const auto& { return page.links(); })},
      {"server", v1::GetStatsResponse::descriptor(),
       [](Client& hub, const ItemFilter& filter) -> absl::StatusOr<Look> {
         v1::GetStatsResponse stats;
         if (auto status = hub.Call(v1::GetStatsRequest(), stats); !status.ok()) return status;
         return Look{.matching = filter.Accepts(ToValue(stats)) ? uint64_t{1} : 0, .cursor = {}};
       }},
  };
}

absl::StatusOr<ExitCode> Wait(Session& session, const Arguments& arguments) {
  Subject subject;
  for (Subject& each : Subjects()) {
    if (each.name == arguments.operands()[0]) subject = std::move(each);
  }
  const auto filter = ItemFilter::Parse(arguments.all("for"), *subject.item, "--for");
  if (!filter.ok()) return filter.status();
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const auto patience = arguments.duration("timeout").value_or(kUsualPatience);
  const auto end = std::chrono::steady_clock::now() + patience;
  const uint64_t wanted = arguments.number("count").value_or(1);
  const bool gone = arguments.has("gone");
  session.environment().catch_interrupts();
  while (true) {
    const auto look = subject.look(**hub, *filter);
    if (!look.ok() && !MayAnswerLater(look.status())) return look.status();
    const uint64_t matching = look.ok() ? look->matching : 0;
    if (look.ok() && (gone ? matching == 0 : matching >= wanted)) return ExitCode::kOk;
    if (!AwaitChange(session, look.ok() ? look->cursor : v1::EventCursor(), end)) {
      if (session.environment().interrupted()) return absl::CancelledError("interrupted");
      const std::string waited = "not within " + FormatDuration(patience) + "; ";
      if (!look.ok()) {
        return absl::DeadlineExceededError(waited + std::string(look.status().message()));
      }
      return absl::DeadlineExceededError(
          waited + (gone ? absl::StrCat(matching, " still there")
                         : absl::StrCat(matching, " of ", wanted, " are there")));
    }
  }
}

}  // namespace

Command WaitCommand() {
  return {.name = "wait",
          .summary = "Wait until a list has what is asked for, or has it no longer",
          .details =
              "Looks again whenever something happens at the hub, and waits for a hub that is not "
              "there yet. Exit code 9 if it did not happen within --timeout (default: 1m).",
          .examples = {"pigeonctl wait server --for servingState=serving --timeout 30s",
                       "pigeonctl wait peers --for namespace=chat --count 2",
                       "pigeonctl wait links --for url=ws://hub2:3000 --for state=LINK_STATE_UP",
                       "pigeonctl wait peers --for namespace=stale --gone"},
          .operands = {{.name = "WHAT",
                        .help = "In which list, or the server, which stats shows",
                        .choices = {"peers", "namespaces", "hubs", "links", "server"}}},
          .flags = {{.name = "for",
                     .value = "FIELD=VALUE",
                     .help = "What an item has, as in --filter of the lists",
                     .repeated = true},
                    {.name = "count",
                     .value = "N",
                     .help = "Until so many have it (default: 1)",
                     .kind = Kind::kNumber},
                    Switch("gone", "Until none has it"),
                    {.name = "timeout",
                     .value = "TIME",
                     .help = "Wait at most so long (default: 1m)",
                     .kind = Kind::kDuration}},
          .run = Wait};
}

}  // namespace pigeonhub::cli
