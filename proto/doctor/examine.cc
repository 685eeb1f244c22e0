// SPDX-License-Identifier: Apache-2.0

#include "proto/doctor/examine.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/doctor/examine_lately.h"
#include "proto/values/message_values.h"
#include "server/base/address.h"
#include "server/base/duration.h"

namespace pigeonhub::doctor {
namespace {

using std::chrono::system_clock;

// As the alert has it.
constexpr std::chrono::milliseconds kLongestLag(100);
// Below this many connections one address is no sign of anything.
constexpr int64_t kFewConnections = 20;
// What a process opens beside its connections: listeners, files, other hubs.
constexpr int64_t kOtherFiles = 64;

std::string SettingOf(const v1::GetServerInfoResponse& info, std::string_view name) {
  for (const v1::ConfigValue& each : info.config()) {
    if (each.name() == name) return each.value();
  }
  return {};
}

// Whether a setting is not what its default is.
bool IsSet(const v1::GetServerInfoResponse& info, std::string_view name) {
  for (const v1::ConfigValue& each : info.config()) {
    if (each.name() == name) return each.origin() != "default" && !each.value().empty();
  }
  return false;
}

void ExamineServing(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  const v1::GetStatsResponse& stats = hub.stats;
  const std::string state = StateText(stats.serving_state());
  if (stats.serving_state() != v1::SERVING_STATE_SERVING) {
    AddIll(found, Check::kServing, subject, "signaling is " + state);
  } else if (stats.turning_away() != v1::REASON_UNSPECIFIED) {
    AddIll(found, Check::kServing, subject, ReasonText(stats.turning_away()));
  } else {
    AddWell(found, Check::kServing, subject);
  }
  const std::string room =
      absl::StrCat(stats.connections(), " of ", stats.max_connections(), " are open");
  // The last tenth is kept for addresses that hold few connections.
  if (stats.connections() * 10 >= stats.max_connections() * 9) {
    AddIll(found, Check::kRoom, subject, room);
  } else {
    AddWell(found, Check::kRoom, subject, room);
  }
  const int64_t most_files = stats.resources().max_descriptors();
  if (most_files == 0) return;  // there is no limit
  const int64_t wanted = stats.max_connections() + kOtherFiles;
  const std::string files =
      absl::StrCat(most_files, " files, --max-connections ", stats.max_connections());
  if (most_files < wanted) {
    AddIll(found, Check::kDescriptors, subject, files);
  } else {
    AddWell(found, Check::kDescriptors, subject, files);
  }
}

void ExamineLoops(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  if (!hub.stats.has_resources()) return;
  const v1::Resources& resources = hub.stats.resources();
  const std::string lag =
      absl::StrCat("1 of 100 timers within the last minute came ",
                   MeasuredDuration(ToChrono(resources.loop_lag_p99())), " late or more");
  if (ToChrono(resources.loop_lag_p99()) > kLongestLag) {
    AddIll(found, Check::kLoopLag, subject, lag);
  } else {
    AddWell(found, Check::kLoopLag, subject, lag);
  }
}

void ExamineDrain(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  const auto window =
      ParseDuration(SettingOf(hub.info, "drain-timeout"), PlainNumber::kMilliseconds);
  if (!hub.grace || !window) return;
  const std::string both = absl::StrCat("--drain-timeout ", FormatDuration(*window), ", then ",
                                        FormatDuration(*hub.grace), " until it is killed");
  if (*window >= *hub.grace) {
    AddIll(found, Check::kDrainWindow, subject, both);
  } else {
    AddWell(found, Check::kDrainWindow, subject, both);
  }
}

void ExamineAddresses(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  if (hub.limits.busiest_addresses().empty() || hub.stats.connections() < kFewConnections) return;
  const v1::AddressCount& busiest = hub.limits.busiest_addresses(0);
  const std::string evidence = absl::StrCat(busiest.count(), " of ", hub.stats.connections(),
                                            " connections are from ", busiest.address());
  if (busiest.count() * 2 > hub.stats.connections() && !IsLoopback(busiest.address())) {
    AddIll(found, Check::kOneAddress, subject, evidence);
  } else {
    AddWell(found, Check::kOneAddress, subject, evidence);
  }
}

// A hub of before has no console.
void ExamineConsole(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  const auto& config = hub.info.config();
  const auto listen = std::find_if(config.begin(), config.end(), [](const v1::ConfigValue& each) {
    return each.name() == "console-listen";
  });
  if (listen == config.end() || listen->value() == "off") return;
  if (SettingOf(hub.info, "console-behind-proxy") != "true") {
    AddWell(found, Check::kConsoleProxy, subject);
  } else if (SettingOf(hub.info, "control-tokens").empty()) {
    AddError(found, Check::kConsoleProxy, subject,
             "no --control-tokens say who may come through the proxy");
  } else {
    AddIll(found, Check::kConsoleProxy, subject, listen->value());
  }
}

// Whether the address leads to this hub from other machines.
bool IsPublic(const std::string& address) {
  const auto parts = SplitHostAndPort(address);
  return !parts || !IsLoopback(parts->host);
}

void ExamineAdmission(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  const auto& addresses = hub.info.signaling_addresses();
  const auto open = std::find_if(addresses.begin(), addresses.end(), IsPublic);
  const std::string auth = SettingOf(hub.info, "auth");
  if (open == addresses.end()) {
    AddWell(found, Check::kAdmission, subject, "no other machine reaches the hub");
  } else if (auth == "required" || auth == "optional") {
    AddWell(found, Check::kAdmission, subject, "--auth " + auth);
  } else if (IsSet(hub.info, "tls-client-ca")) {
    AddWell(found, Check::kAdmission, subject, "clients need a certificate");
  } else {
    AddIll(found, Check::kAdmission, subject, *open);
  }
}

void ExamineLinks(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  bool all_up = true;
  int count = hub.links.links_size() + (hub.links.has_bus() ? 1 : 0);
  const auto problem = [&](const std::string& name, const std::string& why) {
    all_up = false;
    AddIll(found, Check::kLinks, subject, why.empty() ? name : name + ", " + why);
  };
  for (const v1::Link& link : hub.links.links()) {
    const std::string name = link.url().empty() ? ShortId(link.hub_peer_id()) : link.url();
    if (link.plain_server()) problem(name, "what answers there is no hub");
    if (link.state() == v1::LINK_STATE_UP || link.state() == v1::LINK_STATE_STOPPED) continue;
    if (link.is_default()) {
      --count;
      continue;
    }
    problem(name, link.last_error());
  }
  if (const v1::Bus& bus = hub.links.bus();
      hub.links.has_bus() && (!bus.up() || !bus.last_error().empty())) {
    problem(bus.server(), bus.last_error());
  }
  if (all_up && count > 0) AddWell(found, Check::kLinks, subject, std::to_string(count));

  std::string lost;
  const auto no_way_to = [&](const std::string& id) {
    absl::StrAppend(&lost, lost.empty() ? "" : "; ", "no way leads to ", ShortId(id));
  };
  for (const v1::LostHub& each : hub.mesh.lost_hubs()) no_way_to(each.peer_id());
  for (const v1::TopologyHub& each : hub.mesh.hubs()) {
    const std::string id = ShortId(each.peer_id());
    if (!each.self() && each.hops() == 0) no_way_to(each.peer_id());
    for (const std::string& unheard : each.bus_unheard()) {
      absl::StrAppend(&lost, lost.empty() ? "" : "; ", id, " does not hear ", ShortId(unheard));
    }
  }
  if (!lost.empty()) {
    AddIll(found, Check::kPaths, subject, lost);
  } else if (hub.mesh.hubs_size() > 1) {
    AddWell(found, Check::kPaths, subject, absl::StrCat(hub.mesh.hubs_size(), " hubs"));
  }
  std::string one_way;
  for (const v1::TopologyEdge& edge : hub.mesh.one_way_edges()) {
    absl::StrAppend(&one_way, one_way.empty() ? "" : "; ", ShortId(edge.peer_id()), " has one to ",
                    ShortId(edge.other_peer_id()), ", which has none");
  }
  if (!one_way.empty()) {
    AddIll(found, Check::kOneWay, subject, one_way);
  } else if (hub.mesh.edges_size() > 0) {
    AddWell(found, Check::kOneWay, subject);
  }
}

// What is told of other hubs is compared with what the one that is asked says of itself.
void ExamineHubs(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  if (hub.hubs.per_hub_size() < 2) return;
  std::map<std::string, std::string> versions;  // and which hubs have them
  std::string clocks;
  const auto here = ToChrono(hub.info.time());
  for (const v1::GetServerInfoResponse& each : hub.hubs.per_hub()) {
    const std::string id = ShortId(each.hub_peer_id());
    std::string& at = versions[each.version()];
    absl::StrAppend(&at, at.empty() ? "" : ", ", id);
    if (!each.has_time() || !hub.info.has_time()) continue;
    // It said it at some time while all were asked.
    const auto ahead = ToChrono(each.time()) - here;
    if (ahead < kClockTolerance + hub.hubs_took && -ahead < kClockTolerance) continue;
    absl::StrAppend(&clocks, clocks.empty() ? "" : "; ", id, " is ",
                    RoughDuration(ahead < ahead.zero() ? -ahead : ahead),
                    ahead < ahead.zero() ? " behind" : " ahead");
  }
  std::string each_version;
  for (const auto& [version, hubs] : versions) {
    absl::StrAppend(&each_version, each_version.empty() ? "" : "; ", version, " at ", hubs);
  }
  if (versions.size() > 1) {
    AddIll(found, Check::kHubVersions, subject, each_version);
  } else {
    AddWell(found, Check::kHubVersions, subject, hub.info.version());
  }
  if (clocks.empty()) {
    AddWell(found, Check::kHubClocks, subject);
  } else {
    AddIll(found, Check::kHubClocks, subject, clocks);
  }
}

// A certificate that is over is worse than one that ends soon.
void ExamineEnd(Check check, const std::string& subject, system_clock::time_point end,
                system_clock::time_point now, Diagnoses& found) {
  const std::string text = EndText(end, now);
  if (end < now) {
    AddError(found, check, subject, text);
  } else if (end - now < kRenewalTime) {
    AddIll(found, check, subject, text);
  } else {
    AddWell(found, check, subject, text);
  }
}

void ExamineCertificates(const HubAnswers& hub, const std::string& subject,
                         system_clock::time_point now, Diagnoses& found) {
  if (hub.info.has_tls()) {
    const v1::Tls& tls = hub.info.tls();
    ExamineEnd(Check::kCertificate, subject, ToChrono(tls.not_after()), now, found);
    if (tls.problem().empty()) {
      AddWell(found, Check::kCertificateFiles, subject);
    } else {
      AddIll(found, Check::kCertificateFiles, subject, tls.problem());
    }
  }
  if (hub.control_certificate_end) {
    ExamineEnd(Check::kControlCertificate, subject, *hub.control_certificate_end, now, found);
  }
}

void ExamineVersion(const HubAnswers& hub, const std::string& subject, Diagnoses& found) {
  if (!hub.asker_version) return;
  if (hub.info.version() == *hub.asker_version) {
    AddWell(found, Check::kVersion, subject, hub.info.version());
  } else {
    AddIll(found, Check::kVersion, subject,
           absl::StrCat("hub ", hub.info.version(), ", pigeonctl ", *hub.asker_version));
  }
}

}  // namespace

void Examine(const HubAnswers& hub, const std::string& subject, system_clock::time_point now,
             Diagnoses& found) {
  ExamineServing(hub, subject, found);
  ExamineLoops(hub, subject, found);
  ExamineDrain(hub, subject, found);
  ExamineAddresses(hub, subject, found);
  ExamineAdmission(hub, subject, found);
  ExamineConsole(hub, subject, found);
  ExamineLinks(hub, subject, found);
  ExamineCertificates(hub, subject, now, found);
  ExamineLately(hub, subject, found);
  ExamineHubs(hub, subject, found);
  ExamineVersion(hub, subject, found);
}

v1::ListEventsRequest EventsOfLately(system_clock::time_point now) {
  v1::ListEventsRequest request;
  for (const auto kind : {v1::EVENT_KIND_PEER_REFUSED, v1::EVENT_KIND_HUB_REFUSED,
                          v1::EVENT_KIND_LINK_DOWN, v1::EVENT_KIND_HUB_LOST}) {
    request.mutable_filter()->add_kinds(kind);
  }
  *request.mutable_from_time() = ToProto(now - kLately);
  request.set_newest_first(true);
  return request;
}

std::string EndText(system_clock::time_point end, system_clock::time_point now) {
  const std::string day = TimeText(ToProto(end)).substr(0, 10);
  if (end < now) return "it ended on " + day;
  return "it ends on " + day + ", in " + RoughDuration(end - now);
}

}  // namespace pigeonhub::doctor
