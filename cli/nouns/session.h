// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/nouns/environment.h"
#include "cli/output/answer.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

// One run of pigeonctl: the hub it talks to and the streams it writes.
class Session {
 public:
  Session(Environment& environment, const Command& root, const Arguments& arguments, Style style)
      : environment_(environment), root_(root), arguments_(arguments), style_(style) {}

  Environment& environment() { return environment_; }
  const Command& root() const { return root_; }
  const Style& style() const { return style_; }

  // The hub of --server and its kin, the same at every call.
  absl::StatusOr<Client*> client();
  // One for other arguments and with a patience of its own.
  absl::StatusOr<std::unique_ptr<Client>> ClientFor(const Arguments& arguments,
                                                    std::chrono::nanoseconds timeout);

  // client() and its Call.
  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message& response);

  // Writes data to stdout.
  void Print(const Answer& answer);
  void Print(std::string_view text);
  // The same for one of many answers that come over time: JSON documents follow one another, YAML
  // documents have "---" between them.
  void PrintStreamed(const Answer& answer);
  // Writes a line of talk to stderr; whatever it quotes stays on that line.
  void Say(std::string_view line);

 private:
  Environment& environment_;
  const Command& root_;
  const Arguments& arguments_;
  Style style_;
  std::unique_ptr<Client> client_;
  bool streamed_ = false;  // something was printed by PrintStreamed
};

}  // namespace pigeonhub::cli
