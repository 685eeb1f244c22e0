// SPDX-License-Identifier: Apache-2.0

#include "cli/command/completion.h"
#include "cli/nouns/completion_scripts.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/context_file.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

// The limits of an answer: a shell waits for it, and nobody chooses from a longer list.
constexpr std::chrono::milliseconds kCompletionPatience{800};
constexpr int kMostNames = 200;

absl::StatusOr<ExitCode> Script(Session& session, const Arguments& arguments) {
  const std::string& shell = arguments.operands()[0];
  session.Print(shell == "bash"  ? kBashCompletion
                : shell == "zsh" ? kZshCompletion
                                 : kFishCompletion);
  return ExitCode::kOk;
}

using Names = std::vector<std::string>;

Names PeerNames(Client& hub, const std::string& typed) {
  v1::ListPeersRequest request;
  request.set_peer_id_prefix(typed);
  request.set_page_size(kMostNames);
  v1::ListPeersResponse response;
  hub.Call(request, response).IgnoreError();
  Names names;
  for (const v1::Peer& peer : response.peers()) names.push_back(peer.peer_id());
  return names;
}

Names HubNames(Client& hub) {
  v1::ListHubsRequest request;
  request.set_page_size(kMostNames);
  v1::ListHubsResponse response;
  hub.Call(request, response).IgnoreError();
  Names names;
  for (const v1::HubEntry& each : response.hubs()) names.push_back(each.peer_id());
  return names;
}

Names QuarantinedHubNames(Client& hub) {
  v1::GetHubStatsResponse response;
  hub.Call(v1::GetHubStatsRequest(), response).IgnoreError();
  Names names;
  for (const v1::QuarantinedHub& each : response.quarantined_hubs()) {
    names.push_back(each.peer_id());
  }
  return names;
}

Names NamespaceNames(Client& hub, const std::string& typed) {
  v1::ListNamespacesRequest request;
  request.set_name_prefix(typed);
  request.set_page_size(kMostNames);
  v1::ListNamespacesResponse response;
  hub.Call(request, response).IgnoreError();
  Names names;
  for (const v1::Namespace& each : response.namespaces()) names.push_back(each.name());
  return names;
}

Names ContextNames(Session& session) {
  Names names;
  const auto contexts = LoadContexts(ContextFilePath(session.environment().variables));
  if (!contexts.ok()) return names;
  for (const auto& context : contexts->contexts()) names.push_back(context.name());
  return names;
}

// The names that exist now. None if the hub does not answer quickly: that is better than an error
// in the middle of a command line.
Names ExistingNames(Session& session, const Completion& completion) {
  if (completion.words == Words::kContexts) return ContextNames(session);
  if (completion.words == Words::kAnything || completion.words == Words::kFiles) return {};
  const auto hub = session.ClientFor(completion.arguments, kCompletionPatience);
  if (!hub.ok()) return {};
  if (completion.words == Words::kPeers) return PeerNames(**hub, completion.typed);
  if (completion.words == Words::kHubs) return HubNames(**hub);
  if (completion.words == Words::kQuarantinedHubs) return QuarantinedHubNames(**hub);
  return NamespaceNames(**hub, completion.typed);
}

absl::StatusOr<ExitCode> AnswerScript(Session& session, const Arguments& arguments) {
  const Completion completion = Complete(session.root(), arguments.operands());
  std::string out;
  for (const Candidate& candidate : completion.candidates) {
    out += completion.kept + candidate.word;
    if (!candidate.help.empty()) out += '\t' + candidate.help;
    out += '\n';
  }
  for (const std::string& name : ExistingNames(session, completion)) {
    // A name that a terminal cannot show cannot be typed either.
    if (!name.starts_with(completion.typed) || Displayable(name) != name) continue;
    out += completion.kept + name + '\n';
  }
  if (completion.words == Words::kFiles) out += ":files\n";
  session.Print(out);
  return ExitCode::kOk;
}

}  // namespace

Command CompletionCommand() {
  return {.name = "completion",
          .summary = "Print a script with which a shell completes commands and names",
          .details = "Peers, hubs and namespaces are asked of the hub as you type.",
          .examples = {"source <(pigeonctl completion bash)"},
          .operands = {{.name = "SHELL", .help = "The shell", .choices = {"bash", "zsh", "fish"}}},
          .run = Script};
}

Command CompleteCommand() {
  return {.name = "__complete",
          .summary = "Answer a completion script",
          .operands = {{.name = "WORD",
                        .help = "The words so far",
                        .optional = true,
                        .repeated = true,
                        .may_be_empty = true}},
          .run = AnswerScript,
          .hidden = true};
}

}  // namespace pigeonhub::cli
