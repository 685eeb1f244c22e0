// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/policies.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/nouns/change.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "cli/text/count.h"
#include "proto/values/message_values.h"
#include "server/base/size.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

// What --issuers takes for tokens of everybody.
constexpr std::string_view kAllIssuers = "all";

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

const Choices<v1::WhoMayEnter>& WhoChoices() {
  static const Choices<v1::WhoMayEnter> choices = {{"anyone", v1::WHO_MAY_ENTER_ANYONE},
                                                   {"token", v1::WHO_MAY_ENTER_TOKEN}};
  return choices;
}

const Choices<v1::OnDuplicate>& DuplicateChoices() {
  static const Choices<v1::OnDuplicate> choices = {{"probe", v1::ON_DUPLICATE_PROBE},
                                                   {"replace", v1::ON_DUPLICATE_REPLACE},
                                                   {"reject", v1::ON_DUPLICATE_REJECT}};
  return choices;
}

std::vector<std::string> WordsOf(const auto& choices) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) words.push_back(word);
  return words;
}

template <typename T>
std::string WordFor(const Choices<T>& choices, T chosen) {
  for (const auto& [word, value] : choices) {
    if (value == chosen) return word;
  }
  return absl::StrCat(static_cast<int>(chosen));  // of a newer hub
}

template <typename T>
T ChoiceOf(const Choices<T>& choices, const std::string& chosen) {
  T found{};  // nothing said
  for (const auto& [word, value] : choices) {
    if (word == chosen) found = value;
  }
  return found;
}

std::string IssuersText(const v1::TokenIssuers& issuers) {
  return issuers.issuers().empty() ? std::string(kAllIssuers)
                                   : absl::StrJoin(issuers.issuers(), ", ");
}

// The keys that the policy has, as the configuration file names them, and what it says of each.
std::vector<std::pair<std::string, std::string>> KeysOf(const v1::NamespacePolicy& policy) {
  std::vector<std::pair<std::string, std::string>> keys;
  const auto add = [&](bool said, const char* key, const auto& text) {
    if (said) keys.emplace_back(key, text());
  };
  add(policy.has_who(), "who", [&] { return WordFor(WhoChoices(), policy.who()); });
  add(policy.has_issuers(), "issuers", [&] { return IssuersText(policy.issuers()); });
  add(policy.has_max_peers(), "max-peers", [&] { return absl::StrCat(policy.max_peers()); });
  add(policy.has_announce_data(), "announce-data",
      [&] { return FormatSize(static_cast<uint64_t>(policy.announce_data())); });
  add(policy.has_discovery_limit(), "discovery-limit",
      [&] { return absl::StrCat(policy.discovery_limit()); });
  add(policy.has_duplicate(), "duplicate",
      [&] { return WordFor(DuplicateChoices(), policy.duplicate()); });
  add(policy.has_message_rate(), "message-rate", [&] { return policy.message_rate(); });
  add(policy.has_announce_rate(), "announce-rate", [&] { return policy.announce_rate(); });
  return keys;
}

std::string SourceText(v1::PolicySource source) {
  switch (source) {
    case v1::POLICY_SOURCE_CONFIGURATION:
      return "file";
    case v1::POLICY_SOURCE_CALL:
      return "call";
    default:
      return "default";
  }
}

// "max-peers 10, who token"
std::string Said(const v1::NamespacePolicy& policy) {
  std::vector<std::string> said;
  for (const auto& [key, text] : KeysOf(policy)) said.push_back(absl::StrCat(key, " ", text));
  return absl::StrJoin(said, ", ");
}

int64_t NumberOf(const Arguments& arguments, std::string_view flag) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(arguments.number(flag).value_or(0), kMost));
}

absl::Status ReadIssuers(const Arguments& arguments, v1::NamespacePolicy& policy) {
  const std::vector<std::string> issuers = arguments.all("issuers");
  if (issuers.empty()) return absl::OkStatus();
  v1::TokenIssuers& said = *policy.mutable_issuers();
  if (issuers == std::vector<std::string>{std::string(kAllIssuers)}) return absl::OkStatus();
  for (const std::string& issuer : issuers) {
    if (issuer == kAllIssuers) {
      return absl::InvalidArgumentError(
          "--issuers all takes tokens of everybody; give it alone, or name the issuers");
    }
    said.add_issuers(issuer);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::NamespacePolicy> PolicyOf(const Arguments& arguments) {
  v1::NamespacePolicy policy;
  if (arguments.has("who")) policy.set_who(ChoiceOf(WhoChoices(), arguments.text("who")));
  if (auto status = ReadIssuers(arguments, policy); !status.ok()) return status;
  if (arguments.has("max-peers")) policy.set_max_peers(NumberOf(arguments, "max-peers"));
  if (arguments.has("announce-data")) {
    const std::string text = arguments.text("announce-data");
    const auto size = ParseSize(text);
    if (!size.has_value()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--announce-data needs a size such as 512 or 4KiB, not ", Quoted(text)));
    }
    policy.set_announce_data(
        static_cast<int64_t>(std::min<uint64_t>(*size, std::numeric_limits<int64_t>::max())));
  }
  if (arguments.has("discovery-limit")) {
    policy.set_discovery_limit(NumberOf(arguments, "discovery-limit"));
  }
  if (arguments.has("duplicate")) {
    policy.set_duplicate(ChoiceOf(DuplicateChoices(), arguments.text("duplicate")));
  }
  if (arguments.has("message-rate")) policy.set_message_rate(arguments.text("message-rate"));
  if (arguments.has("announce-rate")) policy.set_announce_rate(arguments.text("announce-rate"));
  return policy;
}

std::vector<Flag> PolicyFlags() {
  return {
      {.name = "who",
       .value = "WHO",
       .help = "Who may come in; token: peers with a token",
       .choices = WordsOf(WhoChoices())},
      {.name = "issuers",
       .value = "ISS",
       .help = "Whose tokens are taken; all: everybody's",
       .repeated = true},
      {.name = "max-peers",
       .value = "N",
       .help = "How many members there may be at this hub",
       .kind = Kind::kNumber},
      {.name = "announce-data",
       .value = "SIZE",
       .help = "How much an announce may say, such as 4KiB"},
      {.name = "discovery-limit",
       .value = "N",
       .help = "How many members a newcomer is told of; 0: all",
       .kind = Kind::kNumber},
      {.name = "duplicate",
       .value = "WHAT",
       .help = "What a second connection with the id of a member does",
       .choices = WordsOf(DuplicateChoices())},
      {.name = "message-rate",
       .value = "RATE",
       .help = "How many messages a member may send, such as 10/s,50; off: no limit"},
      {.name = "announce-rate",
       .value = "RATE",
       .help = "How often a member may announce, such as 1/s,10; off: no limit"},
      Switch("evict", "Close those inside whom it does not admit; without a key: what is in force"),
  };
}

Table EvictedTable(const v1::SetNamespacePolicyResponse& response) {
  Table table{{{.title = "PEER ID"}, {.title = "NAMESPACE", .shrinks = true}, {.title = "WHY"}},
              {}};
  for (const v1::EvictedPeer& each : response.evicted_peers()) {
    table.rows.push_back({each.peer_id(), each.namespace_(), ReasonText(each.reason())});
  }
  return table;
}

std::string WhatSetDid(const v1::SetNamespacePolicyRequest& request,
                       const v1::SetNamespacePolicyResponse& response) {
  const bool dry = request.validate_only();
  const std::string said = Said(request.policy());
  std::string sentence =
      said.empty() ? absl::StrCat("what is in force in ", Shown(request.name()),
                                  dry ? " would be" : " was", " applied to those inside")
                   : absl::StrCat("policy of ", Shown(request.name()), dry ? " would be" : " is",
                                  " set until the hub's process ends: ", said);
  if (request.evict()) {
    absl::StrAppend(&sentence, dry ? "; that would evict " : "; that evicted ",
                    Counted(response.evicted_count(), "peer"));
  }
  return sentence;
}

absl::StatusOr<ExitCode> SetPolicy(Session& session, const Arguments& arguments) {
  v1::SetNamespacePolicyRequest request;
  request.set_name(arguments.operands()[0]);
  auto policy = PolicyOf(arguments);
  if (!policy.ok()) return policy.status();
  *request.mutable_policy() = *std::move(policy);
  request.set_evict(arguments.has("evict"));
  if (!request.evict() && KeysOf(request.policy()).empty()) {
    return absl::InvalidArgumentError(
        "say what to set, such as --max-peers 50, or --evict to apply what is in force");
  }
  return Change<v1::SetNamespacePolicyResponse>(
      session, arguments, request, [&](const auto& sent, const auto& response) {
        Outcome outcome{{sent.name()}, WhatSetDid(sent, response)};
        if (response.evicted_count() > response.evicted_peers_size()) {
          session.Say(absl::StrCat(response.evicted_count() - response.evicted_peers_size(),
                                   " more peers are not listed"));
        }
        if (response.evicted_peers_size() > 0) outcome.tables = {EvictedTable(response)};
        return outcome;
      });
}

absl::StatusOr<ExitCode> Unset(Session& session, const Arguments& arguments) {
  v1::UnsetNamespacePolicyRequest request;
  request.set_name(arguments.operands()[0]);
  return Change<v1::UnsetNamespacePolicyResponse>(
      session, arguments, request, [](const auto& sent, const auto&) {
        return Outcome{{sent.name()},
                       absl::StrCat("what calls said of ", Shown(sent.name()),
                                    sent.validate_only() ? " would be" : " is", " forgotten")};
      });
}

absl::StatusOr<ExitCode> ListPolicies(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::ListNamespacePoliciesResponse all;
  absl::Status status =
      CollectPages<v1::ListNamespacePoliciesRequest, v1::ListNamespacePoliciesResponse>(
          **hub, v1::ListNamespacePoliciesRequest(), LimitOf(arguments), all,
          [](const auto& page) { return page.policies_size(); });
  if (!status.ok()) return status;

  Answer answer{.message = &all, .items = ItemsOf(all.policies())};
  Table table{
      {{.title = "POLICY", .shrinks = true}, {.title = "FROM"}, {.title = "SAYS", .shrinks = true}},
      {}};
  for (const v1::NamedPolicy& each : all.policies()) {
    answer.names.push_back(each.name());
    table.rows.push_back({each.name(), SourceText(each.source()), OrDash(Said(each.policy()))});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no policies", all.next_page_token());
}

absl::StatusOr<ExitCode> GetPolicy(Session& session, const Arguments& arguments) {
  v1::GetNamespacePolicyRequest request;
  request.set_name(arguments.operands()[0]);
  v1::GetNamespacePolicyResponse response;
  if (auto status = session.Call(request, response); !status.ok()) return status;
  session.Print(Answer{.message = &response,
                       .items = {&response.in_force()},
                       .names = {request.name()},
                       .tables = {PolicyTable(PolicyAnswerOf(response))}});
  return ExitCode::kOk;
}

Operand NameOperand(std::string help) {
  return {.name = "NAME", .help = std::move(help), .words = Words::kNamespaces};
}

}  // namespace

Table PolicyTable(const PolicyAnswer& answer) {
  std::map<std::string, std::string> origins;
  for (const v1::PolicyOrigin& origin : answer.all.origins()) {
    std::string& text = origins[origin.key()];
    text = SourceText(origin.source());
    if (!origin.name().empty()) absl::StrAppend(&text, " ", Shown(origin.name()));
  }
  Table table{{{.title = "KEY"}, {.title = "VALUE", .shrinks = true}, {.title = "FROM"}}, {}};
  std::set<std::string> same;
  for (const auto& [key, text] : KeysOf(answer.all.policy())) {
    same.insert(key);
    table.rows.push_back({key, text, OrDash(origins[key])});
  }
  // Of each key the values, and the hubs that have them.
  std::map<std::string, std::map<std::string, std::vector<std::string>>> differing;
  for (const auto& [hub, in_force] : answer.per_hub) {
    for (const auto& [key, text] : KeysOf(in_force->policy())) {
      if (!same.contains(key)) differing[key][text].push_back(ShortId(hub));
    }
  }
  for (const auto& [key, values] : differing) {
    std::vector<std::string> each;
    for (const auto& [text, hubs] : values) {
      each.push_back(absl::StrCat(text, " at ", absl::StrJoin(hubs, ", ")));
    }
    table.rows.push_back({key, absl::StrJoin(each, "; "), Cell("hubs differ", Tone::kBad)});
  }
  return table;
}

Command PolicyCommand() {
  return {
      .name = "policy",
      .summary = "Who may be in a namespace, and how much may be asked there",
      .examples = {"pigeonctl namespaces policy list"},
      .commands = {
          {.name = "list",
           .summary = "List the policies that are set, by the configuration file and by calls",
           .examples = {"pigeonctl namespaces policy list"},
           .flags = ListFlags(),
           .run = Watchable(ListPolicies)},
          {.name = "get",
           .summary = "Show what holds in a namespace, and where each key comes from",
           .examples = {"pigeonctl namespaces policy get game:lobby"},
           .operands = {NameOperand("A namespace, which need not exist")},
           .run = GetPolicy},
          {.name = "set",
           .summary = "Set keys of a policy until the hub's process ends",
           .details = "Keys that calls set before stay. Nobody inside has to leave, except with "
                      "--evict; with --dry-run that says whom it would close. What should last "
                      "stands in the hub's configuration file.",
           .examples = {"pigeonctl namespaces policy set chat --max-peers 50 --evict --dry-run",
                        "pigeonctl namespaces policy set 'game:*' --issuers https://game.example"},
           .operands = {NameOperand("A namespace, or the beginning of names with * behind")},
           .flags = ChangeFlags(PolicyFlags()),
           .run = SetPolicy},
          {.name = "unset",
           .summary = "Forget what calls said of a name; what the file says holds again",
           .examples = {"pigeonctl namespaces policy unset chat"},
           .operands = {NameOperand("The name of the policy")},
           .flags = ChangeFlags(),
           .run = Unset},
      }};
}

}  // namespace pigeonhub::cli
