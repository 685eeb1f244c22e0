// SPDX-License-Identifier: Apache-2.0

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/nouns/event_follower.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/output/archive.h"
#include "cli/output/message_text.h"
#include "cli/probe/http_get.h"
#include "cli/rpc/paging.h"
#include "cli/rpc/target.h"
#include "cli/text/count.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub_version.h"
#include "server/base/duration.h"
#include "server/base/files.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::system_clock;

// What is gathered of a stream: more of it nobody reads, and it is all in memory.
constexpr size_t kMostText = 64 << 20;
constexpr std::chrono::seconds kMetricsPatience{5};

// Raises the log level of a hub, and puts it back when it goes away.
class RaisedLogLevel {
 public:
  RaisedLogLevel(Session& session, Client& hub) : session_(session), hub_(hub) {}
  ~RaisedLogLevel() {
    if (previous_ == v1::LOG_LEVEL_UNSPECIFIED || previous_ == v1::LOG_LEVEL_DEBUG) return;
    const absl::Status status = Set(previous_);
    if (status.ok()) return;
    session_.Say("the log level is still debug: " + std::string(status.message()) +
                 "; put it back with pigeonctl server log-level");
  }
  RaisedLogLevel(const RaisedLogLevel&) = delete;
  RaisedLogLevel& operator=(const RaisedLogLevel&) = delete;

  absl::Status Raise() {
    v1::SetLogLevelResponse response;
    absl::Status status = Set(v1::LOG_LEVEL_DEBUG, &response);
    if (status.ok()) previous_ = response.previous();
    return status;
  }

 private:
  absl::Status Set(v1::LogLevel level, v1::SetLogLevelResponse* response = nullptr) {
    v1::SetLogLevelRequest request;
    request.set_level(level);
    v1::SetLogLevelResponse ignored;
    return hub_.Call(request, response == nullptr ? ignored : *response);
  }

  Session& session_;
  Client& hub_;
  v1::LogLevel previous_ = v1::LOG_LEVEL_UNSPECIFIED;
};

class Bundle {
 public:
  explicit Bundle(Client& hub) : hub_(hub) {}

  void Add(std::string name, std::string text) {
    files_.push_back({"pigeonhub-debug/" + std::move(name), std::move(text)});
  }

  // What the hub answers, or why it does not.
  template <typename Response, typename Request>
  Response Ask(const std::string& name, const Request& request) {
    Response response;
    const absl::Status status = hub_.Call(request, response);
    if (status.ok()) {
      Add(name + ".json", ToJson(response));
    } else {
      Add(name + ".txt", std::string(status.message()) + '\n');
    }
    return response;
  }

  const std::vector<ArchiveFile>& files() const { return files_; }

 private:
  Client& hub_;
  std::vector<ArchiveFile> files_;
};

// What the hub is and does now. Who its peers are stays out: only how many there are where.
v1::GetServerInfoResponse AskState(Bundle& bundle, const std::string& when) {
  bundle.Ask<v1::GetStatsResponse>(when + "/stats", v1::GetStatsRequest());
  bundle.Ask<v1::GetLimitsResponse>(when + "/limits", v1::GetLimitsRequest());
  bundle.Ask<v1::GetTopologyResponse>(when + "/topology", v1::GetTopologyRequest());
  bundle.Ask<v1::GetHubStatsResponse>(when + "/hubs", v1::GetHubStatsRequest());
  v1::ListLinksRequest links;
  links.set_page_size(kLargestPage);
  bundle.Ask<v1::ListLinksResponse>(when + "/links", links);
  v1::ListNamespacesRequest namespaces;
  namespaces.set_page_size(kLargestPage);
  bundle.Ask<v1::ListNamespacesResponse>(when + "/namespaces", namespaces);
  return bundle.Ask<v1::GetServerInfoResponse>(when + "/info", v1::GetServerInfoRequest());
}

// Adds the events that the hub still keeps and those of the time until `end`, a line each.
absl::Status FollowEvents(Session& session, Client& hub, std::chrono::steady_clock::time_point end,
                          std::string& lines) {
  Environment until = session.environment();
  until.interrupted = [&session, end] {
    return session.environment().interrupted() || std::chrono::steady_clock::now() > end;
  };
  int64_t left_out = 0;
  const auto add = [&](const google::protobuf::Message& message) {
    if (lines.size() < kMostText) {
      lines += ToJsonLine(message) + '\n';
    } else {
      ++left_out;
    }
    return true;
  };
  EventFollower follower(hub, until,
                         {.on_event = [&](const v1::Event& event) { return add(event); },
                          .on_gap =
                              [&](const v1::Gap& gap) {
                                v1::WatchEventsResponse item;
                                *item.mutable_gap() = gap;
                                return add(item);
                              },
                          .on_trouble = [&](const std::string& line) { session.Say(line); }});
  v1::WatchEventsRequest request;
  request.set_earliest(true);
  absl::Status status = follower.Run(request);
  if (left_out > 0) session.Say(Counted(left_out, "event") + " had no room");
  return status;
}

// What the metrics port says, where it is one of this machine.
std::string MetricsOf(const v1::GetServerInfoResponse& info) {
  for (const std::string& address : info.metrics_addresses()) {
    const auto url = WebSocketUrl::Parse("ws://" + address);
    if (!url.ok()) continue;
    auto text = HttpGet(*url, {}, "/metrics", std::chrono::steady_clock::now() + kMetricsPatience);
    if (text.ok()) return *std::move(text);
  }
  return {};
}

// The log of the process since then, where the journal of this machine has it.
std::string LogOf(const v1::GetServerInfoResponse& info, system_clock::time_point since) {
  const std::string command =
      absl::StrCat("journalctl --quiet --no-pager -o short-iso-precise --since @",
                   system_clock::to_time_t(since), " _PID=", info.pid(), " 2>/dev/null");
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char bytes[4096];
  size_t size = 0;
  while (pipe != nullptr && text.size() < kMostText &&
         (size = fread(bytes, 1, sizeof bytes, pipe.get())) > 0) {
    text.append(bytes, size);
  }
  return text;
}

bool IsOfThisMachine(const v1::GetServerInfoResponse& info) {
  for (const std::string& address : info.control_addresses()) {
    if (!IsLocal(address)) return false;
  }
  return true;
}

absl::StatusOr<ExitCode> DebugFor(Session& session, const Arguments& arguments) {
  const auto duration = ParseDuration(arguments.operands()[0], PlainNumber::kRefused);
  if (!duration) {
    return absl::InvalidArgumentError("TIME is a duration such as 30s, 5m or 1h30m, not " +
                                      arguments.operands()[0]);
  }
  if (!arguments.has("output")) {
    return absl::InvalidArgumentError("say where to with -o FILE, such as -o debug.tgz");
  }
  const std::string path = arguments.text("output");
  if (path == "-") return absl::InvalidArgumentError("-o names a file; - is none");
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  Environment& environment = session.environment();
  const system_clock::time_point begin = environment.now();
  environment.catch_interrupts();

  // Whoever waited for it must not hear then that it cannot be written.
  const auto write = [&](const std::vector<ArchiveFile>& files) {
    const absl::Status written = ReplaceFile(path, TarGz(files, environment.now()), /*mode=*/0600);
    return written.ok() ? written : absl::UnknownError(written.message());
  };
  if (absl::Status status = write({}); !status.ok()) return status;
  Bundle bundle(**hub);
  std::string events;
  absl::Status followed;
  {
    RaisedLogLevel level(session, **hub);
    if (const absl::Status status = level.Raise(); !status.ok()) return status;
    session.Say("the log level is debug for " + FormatDuration(*duration) +
                "; Ctrl-C ends it sooner, and puts the level back");
    AskState(bundle, "before");
    followed = FollowEvents(session, **hub, std::chrono::steady_clock::now() + *duration, events);
  }
  const v1::GetServerInfoResponse info = AskState(bundle, "after");
  if (followed.ok() && info.hub_peer_id().empty()) {
    followed = absl::UnavailableError("the hub does not answer any more");
  }
  bundle.Add("events.jsonl", std::move(events));
  if (std::string metrics = MetricsOf(info); !metrics.empty()) {
    bundle.Add("metrics.txt", std::move(metrics));
  }
  std::string log = IsOfThisMachine(info) ? LogOf(info, begin) : std::string();
  const bool has_log = !log.empty();
  if (has_log) bundle.Add("log.txt", std::move(log));
  bundle.Add("about.txt",
             absl::StrCat("hub ", info.hub_peer_id(), " ", info.version(), ", pigeonctl ",
                          std::string(kVersion), "\nfrom ", TimeText(ToProto(begin)), " to ",
                          TimeText(ToProto(environment.now())), "\n"));
  if (absl::Status status = write(bundle.files()); !status.ok()) return status;
  if (!has_log) session.Say("the journal of this machine has no log of the hub; add it by hand");
  session.Print(path + '\n');
  if (followed.ok()) return ExitCode::kOk;
  return absl::Status(followed.code(),
                      absl::StrCat("events are missing in it: ", followed.message()));
}

}  // namespace

Command DebugCommand() {
  return {.name = "debug",
          .summary = "Gather what somebody needs who looks for a fault",
          .examples = {"pigeonctl debug for 5m -o debug.tgz"},
          .commands = {
              {.name = "for",
               .summary = "Raise the log level for a while and gather what happens",
               .details =
                   "Into an archive go the state before and after, events, metrics, the log where "
                   "the journal of this machine has it, and the configuration with secrets masked; "
                   "no peer's id but those in events and limits. The log level is put back, also "
                   "after Ctrl-C.",
               .examples = {"pigeonctl debug for 5m -o debug.tgz"},
               .operands = {{.name = "TIME", .help = "How long, e.g. 5m"}},
               .flags = {{.name = "output",
                          .value = "FILE",
                          .help = "The archive to write; nobody else may read it",
                          .words = Words::kFiles,
                          .letter = 'o'}},
               .run = DebugFor},
          }};
}

}  // namespace pigeonhub::cli
