// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/nouns/item_filter.h"
#include "cli/nouns/whole_id.h"
#include "cli/output/json_path.h"
#include "cli/rpc/context_file.h"
#include "cli/rpc/target.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {

absl::StatusOr<std::unique_ptr<Client>> Session::ClientFor(const Arguments& arguments,
                                                           std::chrono::nanoseconds timeout) {
  auto contexts = LoadContexts(ContextFilePath(environment_.variables));
  if (!contexts.ok()) return contexts.status();
  const auto target = ResolveTarget(arguments, environment_.variables, *contexts, DefaultAddress());
  if (!target.ok()) return target.status();
  ClientOptions options{.timeout = timeout, .log = {}};
  if (arguments.has("show-rpc")) {
    options.log = [this](const std::string& line) {
      environment_.err << Displayable(line) << '\n';
    };
  }
  auto client = Client::Create(*target, std::move(options));
  if (!client.ok()) return client;
  if (arguments.has("hub")) {
    const auto hub = WholeHubId(**client, arguments.text("hub"));
    if (!hub.ok()) return hub.status();
    (*client)->set_hub(*hub);
  }
  // What is asked to find the hub is no answer to the user.
  (*client)->set_on_unreachable([this](const std::string& hub, const std::string& reason) {
    // A list that is read again and again says it once.
    if (list_watch_ == nullptr) SayUnreachable(hub, reason);
  });
  return client;
}

absl::StatusOr<Client*> Session::client() {
  if (client_ == nullptr) {
    const auto timeout = arguments_.duration("timeout").value_or(ClientOptions{}.timeout);
    auto client = ClientFor(arguments_, timeout);
    if (!client.ok()) return client.status();
    client_ = *std::move(client);
  }
  return client_.get();
}

absl::Status Session::Call(const google::protobuf::Message& request,
                           google::protobuf::Message& response) {
  const auto hub = client();
  return hub.ok() ? (*hub)->Call(request, response) : hub.status();
}

void Session::Print(const Answer& answer) {
  if (style_.format == Format::kPath) {
    for (const FieldPath& field : JsonPath::Parse(style_.path)->Fields()) {
      if (field.empty()) continue;
      const auto found = FieldPathOf(absl::StrJoin(field, "."), *answer.message->GetDescriptor());
      if (!found.ok()) {
        status_ = found.status();
        return;
      }
    }
  }
  Print(Render(answer, style_));
}

void Session::Print(std::string_view text) { environment_.out << text << std::flush; }

void Session::PrintStreamed(const Answer& answer) {
  if (streamed_ && style_.format == Format::kYaml) Print("---\n");
  streamed_ = true;
  Print(Render(answer, style_));
}

void Session::SayLeftOut(const std::string& hub, const std::string& reason) {
  Say(absl::StrCat("hub ", hub, " is not in the answer: ", reason));
}

void Session::SayUnreachable(const std::string& hub, const std::string& reason) {
  // The pages of a list say it again.
  if (unreachable_.emplace(hub, reason).second) SayLeftOut(hub, reason);
}

void Session::Say(std::string_view line) {
  environment_.err << "pigeonctl: " << Displayable(line) << '\n';
}

}  // namespace pigeonhub::cli
