// SPDX-License-Identifier: Apache-2.0

#include "cli/command/completion.h"

#include <algorithm>

namespace pigeonhub::cli {
namespace {

// Where on the command line the last word stands.
struct Place {
  const Command* command;
  const Flag* value_of = nullptr;  // the last word is the value of this flag
  size_t operand = 0;              // or the operand at this index
  bool flags_ended = false;
};

const Flag* FlagOf(const Command& root, const Command& command, std::string_view word) {
  for (const std::vector<Flag>* flags : {&command.flags, &root.flags}) {
    for (const Flag& flag : *flags) {
      if (word == "--" + flag.name || (flag.letter != 0 && word == std::string{'-', flag.letter})) {
        return &flag;
      }
    }
  }
  return nullptr;
}

// Reads all words before the last one, and collects their flags.
Place Walk(const Command& root, const std::vector<std::string>& words, Arguments& arguments) {
  Place place{&root};
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (place.value_of != nullptr) {
      arguments.Add(place.value_of->name, word);
      place.value_of = nullptr;
    } else if (!place.flags_ended && word == "--") {
      place.flags_ended = true;
    } else if (!place.flags_ended && word.size() > 1 && word[0] == '-') {
      const size_t equals = word.find('=');
      const Flag* flag = FlagOf(root, *place.command, word.substr(0, equals));
      if (flag == nullptr) continue;
      if (equals != std::string::npos) {
        arguments.Add(flag->name, word.substr(equals + 1));
      } else if (flag->kind == Kind::kSwitch) {
        arguments.Add(flag->name, "");
      } else {
        place.value_of = flag;
      }
    } else if (const Command* next = Find(*place.command, word)) {
      place.command = next;
    } else {
      ++place.operand;
    }
  }
  return place;
}

void AddMatching(Completion& completion, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.starts_with(completion.typed)) completion.candidates.push_back({word});
  }
}

// A command may have a flag of its own with the name of one that works everywhere.
void AddFlags(Completion& completion, const std::vector<Flag>& flags,
              const std::vector<Flag>& instead) {
  for (const Flag& flag : flags) {
    const std::string word = "--" + flag.name;
    if (!word.starts_with(completion.typed) || Find(instead, flag.name) != nullptr) continue;
    completion.candidates.push_back({word, flag.help});
  }
}

void AddValues(Completion& completion, const Flag& flag) {
  AddMatching(completion, flag.choices);
  completion.words = flag.words;
}

}  // namespace

Completion Complete(const Command& root, const std::vector<std::string>& words) {
  Completion completion;
  if (words.empty()) return completion;
  const Place place = Walk(root, words, completion.arguments);
  completion.typed = words.back();

  if (place.value_of != nullptr) {
    AddValues(completion, *place.value_of);
    return completion;
  }
  if (!place.flags_ended && completion.typed.starts_with('-')) {
    if (const size_t equals = completion.typed.find('='); equals != std::string::npos) {
      const Flag* flag = FlagOf(root, *place.command, completion.typed.substr(0, equals));
      completion.kept = completion.typed.substr(0, equals + 1);
      completion.typed.erase(0, equals + 1);
      if (flag != nullptr) AddValues(completion, *flag);
      return completion;
    }
    AddFlags(completion, place.command->flags, {});
    if (place.command != &root) AddFlags(completion, root.flags, place.command->flags);
    return completion;
  }
  for (const Command& each : place.command->commands) {
    if (!each.hidden && each.name.starts_with(completion.typed)) {
      completion.candidates.push_back({each.name, each.summary});
    }
  }
  const std::vector<Operand>& operands = place.command->operands;
  if (!operands.empty() && (place.operand < operands.size() || operands.back().repeated)) {
    const Operand& operand = operands[std::min(place.operand, operands.size() - 1)];
    AddMatching(completion, operand.choices);
    completion.words = operand.words;
  }
  return completion;
}

}  // namespace pigeonhub::cli
