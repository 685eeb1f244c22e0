// SPDX-License-Identifier: Apache-2.0

#include "cli/command/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/base/nearest_word.h"
#include "server/base/wrapping.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kWidestTerm = 26;

using HelpEntry = std::pair<std::string, std::string>;  // a term and what it means

void AppendEntries(std::string& out, std::string_view title,
                   const std::vector<HelpEntry>& entries) {
  if (entries.empty()) return;
  out.append(1, '\n').append(title).append(":\n");
  size_t widest = 0;
  for (const HelpEntry& entry : entries) {
    if (entry.first.size() <= kWidestTerm) widest = std::max(widest, entry.first.size());
  }
  const size_t indent = 2 + widest + 2;
  for (const auto& [term, meaning] : entries) {
    out.append("  ").append(term);
    if (term.size() > widest) {
      out.append(1, '\n').append(indent, ' ');
    } else {
      out.append(widest - term.size() + 2, ' ');
    }
    AppendWrapped(out, meaning, indent, {.indent = indent});
  }
}

// The first of `flags` with the same choices as `flag`.
const Flag& FirstWithChoicesOf(const Flag& flag, const std::vector<Flag>& flags) {
  return *std::find_if(flags.begin(), flags.end(),
                       [&](const Flag& each) { return each.choices == flag.choices; });
}

HelpEntry EntryOf(const Flag& flag, const std::vector<Flag>& flags) {
  std::string term = flag.letter != 0 ? std::string{'-', flag.letter, ',', ' '} : "";
  term += "--" + flag.name;
  if (!flag.value.empty()) term += ' ' + flag.value;
  std::string meaning = flag.help;
  if (!flag.choices.empty()) {
    const Flag& first = FirstWithChoicesOf(flag, flags);
    meaning += &first == &flag ? ": " + Listed(flag.choices) : ", as in --" + first.name;
  }
  if (flag.repeated) meaning += " (repeatable)";
  return {std::move(term), std::move(meaning)};
}

HelpEntry EntryOf(const Operand& operand) {
  std::string meaning = operand.help;
  if (!operand.choices.empty()) meaning += ": " + Listed(operand.choices);
  return {operand.name, std::move(meaning)};
}

std::string Usage(const Command& command, std::string_view path) {
  std::string usage(path);
  if (!command.commands.empty() && !command.run) return usage + " COMMAND";
  if (!command.commands.empty()) usage += " [COMMAND]";
  for (const Operand& operand : command.operands) {
    std::string name = operand.name + (operand.repeated ? "…" : "");
    usage += operand.optional ? " [" + name + ']' : ' ' + name;
  }
  return command.flags.empty() ? usage : usage + " [flags]";
}

}  // namespace

std::string Help(const Command& command, std::string_view path) {
  std::string out;
  AppendWrapped(out, command.summary, 0, {});
  if (!command.details.empty()) {
    out += '\n';
    AppendWrapped(out, command.details, 0, {});
  }
  out.append("\nUsage: ").append(Usage(command, path)).append(1, '\n');

  std::vector<HelpEntry> operands, commands, flags, examples;
  for (const Operand& operand : command.operands) operands.push_back(EntryOf(operand));
  for (const Command& each : command.commands) {
    if (!each.hidden) commands.emplace_back(each.name, each.summary);
  }
  for (const Flag& flag : command.flags) flags.push_back(EntryOf(flag, command.flags));
  AppendEntries(out, "Arguments", operands);
  AppendEntries(out, "Commands", commands);
  AppendEntries(out, "Flags", flags);
  if (!command.examples.empty()) {
    // A line that is indented continues the one above.
    const auto count = std::count_if(command.examples.begin(), command.examples.end(),
                                     [](const std::string& line) { return line[0] != ' '; });
    out += count == 1 ? "\nExample:\n" : "\nExamples:\n";
    for (const std::string& example : command.examples) out.append("  ").append(example) += '\n';
  }
  if (path.find(' ') != std::string_view::npos) {
    out += "\nFlags that work everywhere (-o, --server, --context …): pigeonctl --help\n";
  }
  return out;
}

}  // namespace pigeonhub::cli
