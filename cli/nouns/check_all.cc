// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/check_all.h"

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/pause.h"
#include "cli/probe/handshake.h"
#include "cli/probe/metrics_server.h"
#include "cli/probe/synthetic_peer.h"
#include "pigeonctl/v1/handshakes.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"
#include "server/base/nearest_word.h"
#include "server/base/random.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Handshakes;
using pigeonctl::v1::PairHandshake;

constexpr std::chrono::seconds kUsualInterval{15};

struct Door {
  std::string hub;
  WebSocketUrl url;
};

// Where one comes in at the hubs, as they themselves say.
absl::StatusOr<std::vector<Door>> DoorsOf(Session& session, Handshakes& result) {
  v1::GetTopologyResponse mesh;
  if (auto status = session.Call(v1::GetTopologyRequest(), mesh); !status.ok()) return status;
  std::vector<Door> doors;
  for (const v1::TopologyHub& hub : mesh.hubs()) {
    auto url = WebSocketUrl::Parse(hub.url());
    if (url.ok()) {
      doors.push_back({hub.peer_id(), *std::move(url)});
    } else {
      result.add_without_url(hub.peer_id());
    }
  }
  return doors;
}

PairHandshake Meet(const Door& one, const Door& other, const Entry& entry,
                   std::chrono::nanoseconds step_timeout) {
  const std::vector<HandshakeStep> steps =
      RunHandshake({.first = one.url,
                    .second = other.url,
                    .entry = entry,
                    .first_peer_id = RandomHex(kPeerIdDigits),
                    .second_peer_id = RandomHex(kPeerIdDigits),
                    .namespace_ = "pigeonctl-check-" + RandomHex(12),
                    .step_timeout = step_timeout});
  PairHandshake pair;
  pair.set_hub_peer_id(one.hub);
  pair.set_other_hub_peer_id(other.hub);
  pair.set_url(MaskedUrl(one.url.text()));
  pair.set_other_url(MaskedUrl(other.url.text()));
  std::chrono::nanoseconds took{};
  for (const HandshakeStep& step : steps) took += step.took;
  *pair.mutable_took() = ToProto(took);
  const HandshakeStep& last = steps.back();
  pair.set_passed(last.status.ok());
  if (!last.status.ok()) {
    pair.set_problem(last.name + ": " + std::string(last.status.message()));
  }
  return pair;
}

absl::StatusOr<Handshakes> Round(Session& session, const Entry& entry,
                                 std::chrono::nanoseconds step_timeout) {
  Handshakes result;
  const auto doors = DoorsOf(session, result);
  if (!doors.ok()) return doors.status();
  result.set_passed(true);
  // A single hub is a pair with itself.
  const bool alone = doors->size() == 1;
  for (size_t i = 0; i < doors->size() && !session.environment().interrupted(); ++i) {
    for (size_t j = alone ? i : i + 1; j < doors->size(); ++j) {
      *result.add_pairs() = Meet((*doors)[i], (*doors)[j], entry, step_timeout);
      if (!result.pairs().rbegin()->passed()) result.set_passed(false);
    }
  }
  return result;
}

Answer AnswerOf(const Handshakes& result) {
  Answer answer{.message = &result, .items = ItemsOf(result.pairs())};
  Table table{{{.title = "HUB"},
               {.title = "OTHER HUB"},
               {.title = "TIME"},
               {.title = "RESULT", .shrinks = true},
               {.title = "URL", .wide_only = true},
               {.title = "OTHER URL", .wide_only = true}},
              {}};
  for (const PairHandshake& pair : result.pairs()) {
    answer.names.push_back(pair.hub_peer_id() + ' ' + pair.other_hub_peer_id());
    table.rows.push_back(
        {ShortId(pair.hub_peer_id()), ShortId(pair.other_hub_peer_id()),
         MeasuredDuration(ToChrono(pair.took())),
         pair.passed() ? Cell("ok", Tone::kGood) : Cell(pair.problem(), Tone::kBad), pair.url(),
         pair.other_url()});
  }
  answer.tables = {std::move(table)};
  return answer;
}

void SayWhatIsMissing(Session& session, const Handshakes& result) {
  if (!result.without_url().empty()) {
    session.Say("no address is known of " +
                Listed({result.without_url().begin(), result.without_url().end()}) +
                "; --advertise-url of a hub says where others reach it");
  }
}

// As Prometheus reads it. Labels are ids of hubs.
std::string MetricsOf(const Handshakes& result, std::chrono::system_clock::time_point when) {
  std::string out =
      "# HELP pigeonctl_handshake_success Whether two synthetic peers met through the two hubs.\n"
      "# TYPE pigeonctl_handshake_success gauge\n";
  const auto labels = [](const PairHandshake& pair) {
    return "{hub=" + Quoted(pair.hub_peer_id()) + ",other_hub=" + Quoted(pair.other_hub_peer_id()) +
           '}';
  };
  for (const PairHandshake& pair : result.pairs()) {
    absl::StrAppend(&out, "pigeonctl_handshake_success", labels(pair), " ", pair.passed() ? 1 : 0,
                    "\n");
  }
  absl::StrAppend(&out,
                  "# HELP pigeonctl_handshake_seconds How long the handshake took.\n"
                  "# TYPE pigeonctl_handshake_seconds gauge\n");
  for (const PairHandshake& pair : result.pairs()) {
    const double seconds = std::chrono::duration<double>(ToChrono(pair.took())).count();
    absl::StrAppend(&out, "pigeonctl_handshake_seconds", labels(pair), " ", seconds, "\n");
  }
  absl::StrAppend(
      &out,
      "# HELP pigeonctl_handshake_last_round_timestamp_seconds When all pairs were tried "
      "last.\n# TYPE pigeonctl_handshake_last_round_timestamp_seconds gauge\n"
      "pigeonctl_handshake_last_round_timestamp_seconds ",
      std::chrono::system_clock::to_time_t(when), "\n");
  return out;
}

// Tries all pairs again and again in a thread of its own, and serves what came of it.
absl::StatusOr<ExitCode> Export(Session& session, MetricsServer server, const Entry& entry,
                                std::chrono::nanoseconds interval,
                                std::chrono::nanoseconds step_timeout) {
  Environment& environment = session.environment();
  session.Say("serving http://" + server.address() + "/metrics");
  std::mutex mutex;
  std::string metrics;
  std::thread rounds([&] {
    bool is_lost = false;
    do {
      const auto result = Round(session, entry, step_timeout);
      if (result.ok()) {
        is_lost = false;
        const std::lock_guard lock(mutex);
        metrics = MetricsOf(*result, environment.now());
      } else if (!std::exchange(is_lost, true)) {
        session.Say(std::string(result.status().message()));
      }
    } while (Pause(environment, interval));
  });
  server.Serve(
      [&] {
        const std::lock_guard lock(mutex);
        return metrics;
      },
      environment.interrupted);
  rounds.join();
  return ExitCode::kOk;
}

}  // namespace

absl::StatusOr<ExitCode> CheckAllHandshakes(Session& session, const Arguments& arguments,
                                            const Entry& entry,
                                            std::chrono::nanoseconds step_timeout) {
  if (!arguments.operands().empty()) {
    return absl::InvalidArgumentError("--all takes the addresses that hubs say; leave out the URL");
  }
  if (arguments.has("listen") && !arguments.has("every")) {
    return absl::InvalidArgumentError("--listen serves what --every tries; give both");
  }
  const auto interval = arguments.duration("every").value_or(kUsualInterval);
  if (interval <= interval.zero()) return absl::InvalidArgumentError("--every is more than 0");
  session.environment().catch_interrupts();
  if (arguments.has("listen")) {
    auto server = MetricsServer::Listen(arguments.text("listen"));
    if (!server.ok()) return server.status();
    return Export(session, *std::move(server), entry, interval, step_timeout);
  }
  bool passed = true;
  do {
    const auto result = Round(session, entry, step_timeout);
    if (!result.ok()) return result.status();
    session.PrintStreamed(AnswerOf(*result));
    SayWhatIsMissing(session, *result);
    passed = result->passed();
  } while (arguments.has("every") && Pause(session.environment(), interval));
  return passed ? ExitCode::kOk : ExitCode::kUnhealthy;
}

}  // namespace pigeonhub::cli
