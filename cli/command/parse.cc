// SPDX-License-Identifier: Apache-2.0

#include "cli/command/parse.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "cli/command/moment.h"
#include "cli/text/name.h"
#include "server/base/characters.h"
#include "server/base/masked_url.h"
#include "server/base/nearest_word.h"

namespace pigeonhub::cli {
namespace {

absl::Status WrongUsage(const std::string& message) { return absl::InvalidArgumentError(message); }

// A word of the user as an error shows it. It may be a URL in the wrong place, so its secrets are
// masked.
std::string Quoted(std::string_view word) { return '"' + Displayable(MaskedUrl(word)) + '"'; }

// The value that the user typed for one of `words`. A namespace may have any name, so the user
// types it as pigeonctl prints it.
std::string Read(Words words, const std::string& typed) {
  return words == Words::kNamespaces ? NameOf(typed) : typed;
}

bool IsNumber(std::string_view word) {
  return std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether the value of a flag is one of its choices, or goes on where one that ends in = ends.
bool IsChoice(const std::vector<std::string>& choices, std::string_view value) {
  return std::any_of(choices.begin(), choices.end(), [&](const std::string& choice) {
    return choice.ends_with('=') ? value.size() > choice.size() && value.starts_with(choice)
                                 : value == choice;
  });
}

class Parser {
 public:
  explicit Parser(const Command& root) : root_(root) {
    invocation_.command = &root;
    invocation_.path = root.name;
  }

  absl::StatusOr<Invocation> Run(const std::vector<std::string>& words) {
    bool flags_ended = false;
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      absl::Status status;
      if (!flags_ended && word == "--") {
        flags_ended = true;
      } else if (!flags_ended && word.size() > 1 && word[0] == '-') {
        status = TakeFlag(words, i);
      } else {
        status = TakeWord(word);
      }
      if (!status.ok()) return status;
    }
    if (!invocation_.help) {
      if (absl::Status status = CheckComplete(); !status.ok()) return status;
    }
    return std::move(invocation_);
  }

 private:
  absl::Status TakeWord(const std::string& word) {
    const Command& command = *invocation_.command;
    if (!command.commands.empty()) {
      const Command* next = Find(command, word);
      if (next == nullptr && word == "help") {  // as in "pigeonctl help peers"
        invocation_.help = true;
        return absl::OkStatus();
      }
      if (next == nullptr) {
        const std::vector<std::string> known = VisibleNames(command);
        const std::string meant = DidYouMean(word, known);
        return WrongUsage((AtRoot() ? "there is no command " : Called() + " has no ") +
                          Quoted(word) + (meant.empty() ? "; there are " + Listed(known) : meant));
      }
      invocation_.command = next;
      invocation_.path += ' ' + next->name;
      return absl::OkStatus();
    }
    const size_t place = invocation_.arguments.operands().size();
    if (place >= command.operands.size() &&
        (command.operands.empty() || !command.operands.back().repeated)) {
      return WrongUsage(Called() + " takes no " + Quoted(word) + SeeHelp());
    }
    const Operand& operand = command.operands[std::min(place, command.operands.size() - 1)];
    if (word.empty() && !operand.may_be_empty) {
      return WrongUsage(operand.name + " must not be empty" + SeeHelp());
    }
    if (!operand.choices.empty() && !Contains(operand.choices, word)) {
      return NoChoice(operand.name, word, operand.choices);
    }
    invocation_.arguments.AddOperand(Read(operand.words, word));
    return absl::OkStatus();
  }

  // Reads the flag at words[i] and its value, which may be the next word.
  absl::Status TakeFlag(const std::vector<std::string>& words, size_t& i) {
    const std::string& word = words[i];
    const bool is_long = word[1] == '-';
    const size_t equals = is_long ? word.find('=') : std::string::npos;
    const std::string shown = is_long ? word.substr(0, equals) : word.substr(0, 2);
    const Flag* flag = is_long ? Named(shown.substr(2)) : Lettered(word[1]);
    if (flag == nullptr) return Unknown(shown);
    if (flag->kind == Kind::kSwitch) {
      if (equals != std::string::npos || (!is_long && word.size() > 2)) {
        return WrongUsage(shown + " takes no value");
      }
      if (flag->name == "help") {
        invocation_.help = true;
      } else {
        invocation_.arguments.Add(flag->name, "");
      }
      return absl::OkStatus();
    }
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (!is_long && word.size() > 2) {
      value = word.substr(2);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return WrongUsage(shown + " needs a value: " + shown + ' ' + flag->value);
    }
    return TakeValue(*flag, shown, value);
  }

  absl::Status TakeValue(const Flag& flag, const std::string& shown, const std::string& value) {
    if (value.empty()) return WrongUsage(shown + " must not be empty");
    if (!flag.choices.empty() && !IsChoice(flag.choices, value)) {
      return NoChoice(shown, value, flag.choices);
    }
    if (!flag.repeated && invocation_.arguments.has(flag.name)) {
      return WrongUsage(shown + " was given twice");
    }
    invocation_.arguments.Add(flag.name, Read(flag.words, value));
    if (flag.kind == Kind::kNumber && !invocation_.arguments.number(flag.name)) {
      return WrongUsage(shown + " needs a whole number, not " + Quoted(value));
    }
    if (flag.kind == Kind::kDuration && !invocation_.arguments.duration(flag.name)) {
      return WrongUsage(shown +
                        (IsNumber(value)
                             ? " needs a unit: " + value + "s is seconds; also ms, m, h or d"
                             : " needs a duration such as 30s, 5m or 1h30m, not " + Quoted(value)));
    }
    if (flag.kind == Kind::kMoment && !ParseMoment(value, {}).has_value()) {
      return WrongUsage(shown + " cannot be " + Quoted(value) + "; give " +
                        std::string(kMomentForms));
    }
    return absl::OkStatus();
  }

  absl::Status CheckComplete() const {
    const Command& command = *invocation_.command;
    for (const std::string& flag : invocation_.arguments.flags()) {
      if (Named(flag) == nullptr) return Unknown("--" + flag);  // it stood before the verb
    }
    if (!command.commands.empty() && !command.run) {
      return WrongUsage((AtRoot() ? "no command given; there are " : Called() + " needs one of ") +
                        Listed(VisibleNames(command)) + SeeHelp());
    }
    for (size_t i = invocation_.arguments.operands().size(); i < command.operands.size(); ++i) {
      if (command.operands[i].optional) continue;
      return WrongUsage(Called() + " needs " + command.operands[i].name + SeeHelp());
    }
    return absl::OkStatus();
  }

  const Flag* Named(std::string_view name) const {
    const Flag* own = Find(invocation_.command->flags, name);
    return own != nullptr ? own : Find(root_.flags, name);
  }

  const Flag* Lettered(char letter) const {
    for (const std::vector<Flag>* flags : {&invocation_.command->flags, &root_.flags}) {
      for (const Flag& flag : *flags) {
        if (flag.letter == letter) return &flag;
      }
    }
    return nullptr;
  }

  absl::Status Unknown(const std::string& shown) const {
    std::vector<std::string> known;
    for (const std::vector<Flag>* flags : {&invocation_.command->flags, &root_.flags}) {
      for (const Flag& flag : *flags) known.push_back("--" + flag.name);
    }
    std::string meant = DidYouMean(shown, known);
    // The user may write a command as a flag, such as --version.
    const Command* command =
        Find(*invocation_.command, shown.substr(std::min<size_t>(2, shown.size())));
    if (command != nullptr) meant = "; did you mean " + command->name + "?";
    return WrongUsage((AtRoot() ? "there is no flag " : Called() + " has no flag ") +
                      Displayable(shown) + (meant.empty() ? SeeHelp() : meant));
  }

  static absl::Status NoChoice(const std::string& what, const std::string& word,
                               const std::vector<std::string>& choices) {
    const std::string meant = DidYouMean(word, choices);
    return WrongUsage(what + " cannot be " + Quoted(word) +
                      (meant.empty() ? "; it is one of " + Listed(choices) : meant));
  }

  bool AtRoot() const { return invocation_.command == &root_; }

  // The command up to here, without the program's name: every error begins with that name.
  std::string Called() const {
    return invocation_.path.substr(std::min(root_.name.size() + 1, invocation_.path.size()));
  }

  std::string SeeHelp() const { return "; see " + invocation_.path + " --help"; }

  const Command& root_;
  Invocation invocation_;
};

}  // namespace

absl::StatusOr<Invocation> Parse(const Command& root, const std::vector<std::string>& words) {
  return Parser(root).Run(words);
}

}  // namespace pigeonhub::cli
