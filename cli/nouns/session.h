// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/nouns/environment.h"
#include "cli/output/answer.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

class ListWatch;

// One run of pigeonctl: its connection to a hub, and the streams that it writes.
class Session {
 public:
  Session(Environment& environment, const Command& root, const Arguments& arguments, Style style)
      : environment_(environment), root_(root), arguments_(arguments), style_(style) {}

  Environment& environment() { return environment_; }
  const Command& root() const { return root_; }
  const Arguments& arguments() const { return arguments_; }
  const Style& style() const { return style_; }

  // Takes lists in the place of stdout, while there is one.
  ListWatch* list_watch() const { return list_watch_; }
  void set_list_watch(ListWatch* watch) { list_watch_ = watch; }

  // The client of the hub that --server or the context names. Every call returns the same one.
  absl::StatusOr<Client*> client();
  // A client for other arguments, with a timeout of its own.
  absl::StatusOr<std::unique_ptr<Client>> ClientFor(const Arguments& arguments,
                                                    std::chrono::nanoseconds timeout);

  // Sends the request with client().
  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message& response);

  // Writes data to stdout, but for a part of it that it cannot have.
  void Print(const Answer& answer);
  void Print(std::string_view text);
  // Writes one of many answers that come over time. JSON documents follow one another; YAML
  // documents have "---" between them.
  void PrintStreamed(const Answer& answer);
  // INVALID_ARGUMENT, with the line for the user, if a part was asked for that an answer cannot
  // have.
  const absl::Status& status() const { return status_; }
  // Writes one line for the user to stderr. Line ends in it are escaped.
  void Say(std::string_view line);
  // The same of a hub that an answer of several hubs leaves out.
  void SayLeftOut(const std::string& hub, const std::string& reason);
  // The same, once in the run for each hub and reason.
  void SayUnreachable(const std::string& hub, const std::string& reason);

 private:
  Environment& environment_;
  const Command& root_;
  const Arguments& arguments_;
  Style style_;
  std::unique_ptr<Client> client_;
  ListWatch* list_watch_ = nullptr;
  absl::Status status_;
  bool streamed_ = false;  // PrintStreamed has printed something
  std::set<std::pair<std::string, std::string>> unreachable_;  // hubs and reasons that were said
};

}  // namespace pigeonhub::cli
