// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>
#include <vector>

#include "cli/nouns/change.h"
#include "cli/nouns/drain.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/text/count.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::system_clock;

// In the order of v1::LogLevel, from DEBUG on.
constexpr std::array<std::string_view, 5> kLogLevels = {"debug", "info", "warn", "error", "off"};

// Certificates that are renewed by a program have more left than this.
constexpr std::chrono::hours kRenewal(14 * 24);

template <typename Texts>
std::string Joined(const Texts& texts) {
  std::string out;
  for (const std::string& text : texts) {
    if (!out.empty()) out += ", ";
    out += text;
  }
  return out;
}

void AddTls(const v1::Tls& tls, system_clock::time_point now,
            std::vector<std::pair<std::string, Cell>>& facts) {
  facts.emplace_back("Certificate", OrDash(Joined(tls.names())) +
                                        (tls.client_certificates() ? ", clients need one" : ""));
  facts.emplace_back("Issued by", OrDash(tls.issuer()));
  const auto left = ToChrono(tls.not_after()) - now;
  const Tone tone = left < kRenewal ? Tone::kBad : Tone::kGood;
  facts.emplace_back("Valid until",
                     Cell{TimeText(tls.not_after()) +
                              (left < left.zero() ? ", expired" : ", " + RoughDuration(left)),
                          tone});
  if (!tls.problem().empty()) facts.emplace_back("New files", Cell{tls.problem(), Tone::kBad});
}

// The facts of one hub, and its settings.
void AddInfo(const v1::GetServerInfoResponse& info, Session& session, Answer& answer) {
  const system_clock::time_point now = session.environment().now();
  answer.items.push_back(&info);
  answer.names.push_back(info.hub_peer_id());
  std::vector<std::pair<std::string, Cell>> facts;
  if (!info.hub_id().empty()) facts.emplace_back("At hub", info.hub_id());
  facts.insert(facts.end(), {{"Version", info.version()},
                             {"Process id", int64_t{info.pid()}},
                             {"Started", Since(info.start_time(), now)},
                             {"Hub peer id", OrDash(info.hub_peer_id())},
                             {"Signaling", OrDash(Joined(info.signaling_addresses()))},
                             {"Other hubs", OrDash(Joined(info.hub_addresses()))},
                             {"Control", OrDash(Joined(info.control_addresses()))},
                             {"Console", OrDash(Joined(info.console_addresses()))},
                             {"Metrics", OrDash(Joined(info.metrics_addresses()))}});
  if (info.has_tls()) AddTls(info.tls(), now, facts);
  answer.tables.push_back(Facts(std::move(facts)));
  Table settings{{{.title = "SETTING"}, {.title = "VALUE", .shrinks = true}, {.title = "FROM"}},
                 {}};
  const bool all = session.style().format == Format::kWide;
  for (const v1::ConfigValue& value : info.config()) {
    if (!all && value.origin() == "default") continue;
    settings.rows.push_back({value.name(), OrDash(value.value()), value.origin()});
  }
  if (!settings.rows.empty()) answer.tables.push_back(std::move(settings));
}

absl::StatusOr<ExitCode> Info(Session& session, const Arguments&) {
  v1::GetServerInfoResponse info;
  if (auto status = session.Call(v1::GetServerInfoRequest(), info); !status.ok()) {
    return status;
  }
  Answer answer{.message = &info};
  for (const v1::GetServerInfoResponse& one : info.per_hub()) AddInfo(one, session, answer);
  if (info.per_hub().empty()) AddInfo(info, session, answer);
  session.Print(answer);
  return ExitCode::kOk;
}

// "192.0.2.1 x12, 192.0.2.7 x3".
template <typename Counts, typename Name>
std::string Tops(const Counts& counts, Name name) {
  std::string out;
  for (const auto& count : counts) {
    if (!out.empty()) out += ", ";
    out += name(count) + " x" + std::to_string(count.count());
  }
  return out;
}

// "default, 2 policies differ"
std::string OriginOf(const v1::Limit& limit) {
  if (limit.exceptions() == 0) return limit.origin();
  return limit.origin() + ", " + std::to_string(limit.exceptions()) +
         (limit.exceptions() == 1 ? " policy differs" : " policies differ");
}

absl::StatusOr<ExitCode> Limits(Session& session, const Arguments&) {
  v1::GetLimitsResponse limits;
  if (auto status = session.Call(v1::GetLimitsRequest(), limits); !status.ok()) return status;
  Table table{{{.title = "LIMIT"},
               {.title = "VALUE"},
               {.title = "FROM"},
               {.title = "LAST " + RoughDuration(ToChrono(limits.window()))},
               {.title = "EVER"},
               {.title = "ADDRESSES", .shrinks = true},
               {.title = "PEERS", .shrinks = true}},
              {}};
  Answer answer{.message = &limits};
  for (const v1::Limit& limit : limits.limits()) {
    const auto address = [](const v1::AddressCount& count) { return count.address(); };
    const auto peer = [](const v1::PeerCount& count) { return count.peer_id(); };
    table.rows.push_back({limit.name(), OrDash(limit.value()), OriginOf(limit), limit.recent_hits(),
                          limit.total_hits(), OrDash(Tops(limit.addresses(), address)),
                          OrDash(Tops(limit.peers(), peer))});
    answer.items.push_back(&limit);
    answer.names.push_back(limit.name());
  }
  if (session.arguments().has("hub"))
    AddHubColumn(answer.items, session.style().format == Format::kWide, table);
  answer.tables.push_back(std::move(table));
  if (limits.busiest_addresses_size() > 0) {
    Table busiest{{{.title = "BUSIEST ADDRESSES"}, {.title = "CONNECTIONS"}}, {}};
    for (const v1::AddressCount& address : limits.busiest_addresses()) {
      busiest.rows.push_back({address.address(), address.count()});
    }
    answer.tables.push_back(std::move(busiest));
  }
  session.Print(answer);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Start(Session& session, const Arguments& arguments) {
  return Change<v1::StartSignalingResponse>(
      session, arguments, v1::StartSignalingRequest(), [](const auto& sent, const auto& response) {
        const auto& addresses = response.signaling_addresses();
        return Outcome{{addresses.begin(), addresses.end()},
                       sent.validate_only() ? "signaling would start"
                                            : "signaling runs on " + Joined(addresses)};
      });
}

absl::StatusOr<ExitCode> Stop(Session& session, const Arguments& arguments) {
  return Change<v1::StopSignalingResponse>(
      session, arguments, v1::StopSignalingRequest(), [](const auto& sent, const auto& response) {
        const std::string closed = Counted(response.closed_connections(), "connection");
        return Outcome{{"signaling"},
                       (sent.validate_only() ? "signaling would stop, closing "
                                             : "signaling is stopped, closed ") +
                           closed};
      });
}

absl::StatusOr<ExitCode> Undrain(Session& session, const Arguments& arguments) {
  return Change<v1::UndrainResponse>(
      session, arguments, v1::UndrainRequest(), [](const auto& sent, const auto& response) {
        const std::string left = Counted(response.connections(), "connection");
        return Outcome{{"signaling"},
                       (sent.validate_only() ? "the drain would end, with "
                                             : "newcomers are welcome again, with ") +
                           left + " left"};
      });
}

std::string NameOf(v1::LogLevel level) {
  const size_t place = static_cast<size_t>(level) - v1::LOG_LEVEL_DEBUG;
  return std::string(place < kLogLevels.size() ? kLogLevels[place] : "unknown");
}

absl::StatusOr<ExitCode> SetLogLevel(Session& session, const Arguments& arguments) {
  const auto chosen = std::find(kLogLevels.begin(), kLogLevels.end(), arguments.operands()[0]);
  v1::SetLogLevelRequest request;
  request.set_level(static_cast<v1::LogLevel>(v1::LOG_LEVEL_DEBUG + (chosen - kLogLevels.begin())));
  return Change<v1::SetLogLevelResponse>(
      session, arguments, request, [](const auto& sent, const auto& response) {
        const std::string level = NameOf(sent.level());
        return Outcome{{level},
                       "the log level " + std::string(sent.validate_only() ? "would be " : "is ") +
                           level + ", was " + NameOf(response.previous())};
      });
}

absl::StatusOr<ExitCode> Reload(Session& session, const Arguments& arguments) {
  return Change<v1::ReloadResponse>(
      session, arguments, v1::ReloadRequest(), [](const auto& sent, const auto& response) {
        Outcome outcome{{response.applied().begin(), response.applied().end()}, ""};
        outcome.names.insert(outcome.names.end(), response.needs_restart().begin(),
                             response.needs_restart().end());
        std::string& sentence = outcome.sentence;
        if (outcome.names.empty()) sentence = "nothing has changed";
        if (!response.applied().empty()) {
          sentence =
              (sent.validate_only() ? "would apply " : "applied ") + Joined(response.applied());
        }
        if (!response.needs_restart().empty()) {
          if (!sentence.empty()) sentence += "; ";
          sentence += "needs a restart for " + Joined(response.needs_restart());
        }
        return outcome;
      });
}

}  // namespace

Command ServerCommand() {
  return {.name = "server",
          .summary = "Look at and steer the hub process",
          .examples = {"pigeonctl server info"},
          .commands = {
              {.name = "info",
               .summary = "Show version, addresses and the configuration in force",
               .details = "The table leaves out settings that have their default; wide shows all.",
               .examples = {"pigeonctl server info -o wide"},
               .run = Info},
              {.name = "limits",
               .summary = "Show the limits in force, and who came to them in the last minutes",
               .details = "Rates with their default hold for no peer at a loopback address.",
               .examples = {"pigeonctl server limits", "pigeonctl server limits -o yaml"},
               .run = Limits},
              {.name = "start",
               .summary = "Start signaling on the address it had",
               .examples = {"pigeonctl server start"},
               .flags = ChangeFlags(),
               .run = Start},
              {.name = "stop",
               .summary = "Stop signaling and close every connection; the control API stays",
               .examples = {"pigeonctl server stop --dry-run"},
               .flags = ChangeFlags(),
               .run = Stop},
              DrainCommand(),
              {.name = "undrain",
               .summary = "End a drain; who is still connected stays",
               .examples = {"pigeonctl server undrain"},
               .flags = ChangeFlags(),
               .run = Undrain},
              {.name = "log-level",
               .summary = "Change the log level until the process ends",
               .examples = {"pigeonctl server log-level debug"},
               .operands = {{.name = "LEVEL",
                             .help = "How much is logged",
                             .choices = {kLogLevels.begin(), kLogLevels.end()}}},
               .flags = ChangeFlags(),
               .run = SetLogLevel},
              {.name = "reload",
               .summary = "Make the hub read its configuration and credential files again",
               .examples = {"pigeonctl server reload --dry-run"},
               .flags = ChangeFlags(),
               .run = Reload},
          }};
}

}  // namespace pigeonhub::cli
