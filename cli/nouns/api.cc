// SPDX-License-Identifier: Apache-2.0

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <istream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/reflected_api.h"
#include "cli/rpc/target.h"
#include "pigeonctl/v1/api.pb.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

absl::StatusOr<ExitCode> ListMethods(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  ReflectedApi api(**hub);
  std::vector<std::string> services = arguments.operands();
  if (services.empty()) {
    auto all = api.Services();
    if (!all.ok()) return all.status();
    services = *std::move(all);
  }
  pigeonctl::v1::Api answer;
  Table table{{{.title = "METHOD"},
               {.title = "TAKES", .shrinks = true},
               {.title = "RETURNS", .shrinks = true}},
              {}};
  std::vector<std::string> names;
  for (const std::string& name : services) {
    const auto service = api.Service(name);
    // Of all services those are left out that the hub does not describe.
    if (arguments.operands().empty() && absl::IsNotFound(service.status())) continue;
    if (!service.ok()) return service.status();
    for (int i = 0; i < (*service)->method_count(); ++i) {
      const MethodDescriptor& method = *(*service)->method(i);
      pigeonctl::v1::ApiMethod& entry = *answer.add_methods();
      entry.set_name((*service)->full_name() + '/' + method.name());
      entry.set_request(method.input_type()->full_name());
      entry.set_response(method.output_type()->full_name());
      entry.set_streams(method.server_streaming());
      names.push_back(entry.name());
      table.rows.push_back(
          {entry.name(), method.input_type()->name(),
           (method.server_streaming() ? "stream " : "") + method.output_type()->name()});
    }
  }
  session.Print(Answer{.message = &answer,
                       .items = ItemsOf(answer.methods()),
                       .names = std::move(names),
                       .tables = {std::move(table)}});
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Describe(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const auto text = ReflectedApi(**hub).Definition(arguments.operands()[0]);
  if (!text.ok()) return text.status();
  // The lines are the hub's, what is in them may be anybody's.
  std::string shown;
  for (size_t at = 0; at < text->size();) {
    const size_t end = std::min(text->find('\n', at), text->size());
    shown += Displayable(std::string_view(*text).substr(at, end - at)) + '\n';
    at = end + 1;
  }
  session.Print(shown);
  return ExitCode::kOk;
}

// -d: JSON, @FILE or @- for standard input; nothing is an empty request.
absl::StatusOr<std::string> DataOf(Session& session, const Arguments& arguments) {
  const std::string data = arguments.text("data");
  if (data.empty()) return "{}";
  if (data[0] != '@') return data;
  if (data != "@-") return ReadSmallFile("the request", data.substr(1));
  std::istream& in = session.environment().in;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// What protobuf says of JSON that it cannot read, without the text that it shows below that, and
// the path to a field where there is none.
std::string ProblemOf(const std::string& message) {
  const std::string line = message.substr(0, message.find('\n'));
  return line.starts_with(": ") ? line.substr(2) : line;
}

absl::StatusOr<ExitCode> CallMethod(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const auto data = DataOf(session, arguments);
  if (!data.ok()) return data.status();
  ReflectedApi api(**hub);
  const auto found = api.Method(arguments.operands()[0]);
  if (!found.ok()) return found.status();
  const MethodDescriptor& method = **found;
  if (method.client_streaming()) {
    return absl::InvalidArgumentError(method.full_name() +
                                      " takes a stream of requests, and call sends one");
  }
  const auto request = api.New(method.input_type());
  const auto parsed = google::protobuf::util::JsonStringToMessage(*data, request.get());
  if (!parsed.ok()) {
    return absl::InvalidArgumentError("the request is no " + method.input_type()->full_name() +
                                      ": " + ProblemOf(std::string(parsed.message())) +
                                      "; pigeonctl api describe " + method.name() + " shows it");
  }
  const auto response = api.New(method.output_type());
  const std::string name = '/' + method.service()->full_name() + '/' + method.name();
  // There is no table for what it was not built for.
  Style style = session.style();
  if (IsForPeople(style.format)) style.format = Format::kJson;
  const auto print = [&] {
    session.Print(Render(Answer{.message = response.get(), .items = {response.get()}}, style));
  };
  if (!method.server_streaming()) {
    const absl::Status status = (*hub)->Call(name, *request, *response);
    if (!status.ok()) return status;
    print();
    return ExitCode::kOk;
  }
  session.environment().catch_interrupts();
  const absl::Status status = (*hub)->Stream(
      name, *request, *response,
      [&] {
        print();
        return true;
      },
      session.environment().interrupted);
  if (!status.ok()) return status;
  return ExitCode::kOk;
}

}  // namespace

Command ApiCommand() {
  const Operand method{.name = "METHOD",
                       .help = "As list prints it, or ListPeers, where only one service has it"};
  return {.name = "api",
          .summary = "Call the control API as it is, also what pigeonctl has no command for",
          .details =
              "The hub itself says what it can do, by gRPC reflection: a newer hub than "
              "pigeonctl, too.",
          .examples = {"pigeonctl api list"},
          .commands = {
              {.name = "list",
               .summary = "List methods",
               .examples = {"pigeonctl api list PeerService"},
               .operands = {{.name = "SERVICE",
                             .help = "Only of this service",
                             .optional = true,
                             .repeated = true}},
               .run = ListMethods},
              {.name = "describe",
               .summary = "Show a service, a method with its messages, a message or an enum",
               .examples = {"pigeonctl api describe ListPeers",
                            "pigeonctl api describe pigeonhub.v1.Peer"},
               .operands = {{.name = "NAME", .help = "What list prints, or a type"}},
               .run = Describe},
              {.name = "call",
               .summary = "Call a method and print what it returns, as JSON unless -o says else",
               .examples = {"pigeonctl api call ListPeers -d '{\"namespace\": \"chat\"}'",
                            "pigeonctl api call SetNamespacePolicy -d @policy.json"},
               .operands = {method},
               .flags = {{.name = "data",
                          .value = "JSON",
                          .help = "The request, @FILE, or @- for standard input (default: empty)",
                          .letter = 'd'}},
               .run = CallMethod},
          }};
}

}  // namespace pigeonhub::cli
