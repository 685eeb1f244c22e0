// SPDX-License-Identifier: Apache-2.0
//
// The commands of pigeonctl as data: one tree, which parsing, help, suggestions and completion all
// use.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/exit_code.h"

namespace pigeonhub::cli {

class Session;  // of one run: cli/nouns/session.h

// What a value names, for the completion of the shell. Commands also accept a namespace in the form
// that -o name prints (cli/text/name.h).
enum class Words { kAnything, kFiles, kPeers, kHubs, kQuarantinedHubs, kNamespaces, kContexts };

// What a value must look like.
enum class Kind { kSwitch, kText, kNumber, kDuration, kMoment };

struct Flag {
  std::string name;   // without dashes
  std::string value;  // what help calls its value; empty for a switch
  std::string help;
  Kind kind = Kind::kText;
  // If any, nothing else is accepted. One that ends in = is the beginning of what is.
  std::vector<std::string> choices = {};
  Words words = Words::kAnything;
  bool repeated = false;
  char letter = 0;  // "o" for -o
};

// A word that a command takes beside its flags.
struct Operand {
  std::string name;  // as help shows it, e.g. "ID"
  std::string help;
  Words words = Words::kAnything;
  std::vector<std::string> choices = {};
  bool optional = false;
  bool repeated = false;  // only the last operand
  bool may_be_empty = false;
};

// A noun with verbs below it, or a verb with `run`, or both: a noun that means its most frequent
// verb where none is given. Flags before a verb must be ones of the verb.
struct Command {
  std::string name;
  std::string summary;  // one line
  std::string details = {};
  std::vector<std::string> examples = {};  // whole lines
  std::vector<Operand> operands = {};
  std::vector<Flag> flags = {};
  std::vector<Command> commands = {};
  // Status codes become exit codes; the message is the line the user reads.
  std::function<absl::StatusOr<ExitCode>(Session&, const Arguments&)> run = {};
  bool hidden = false;  // help and completion leave it out
};

// A flag without a value.
Flag Switch(std::string name, std::string help, char letter = 0);

// The command of this name below `command`, or null.
const Command* Find(const Command& command, std::string_view name);
// The flag of this name, or null.
const Flag* Find(const std::vector<Flag>& flags, std::string_view name);

// The names of the commands below that are not hidden.
std::vector<std::string> VisibleNames(const Command& command);

}  // namespace pigeonhub::cli
