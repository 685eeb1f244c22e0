// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::cli {

// What the user gave, already checked against the command: asking for a flag as what its Kind is
// not is a bug.
class Arguments {
 public:
  void Add(const std::string& flag, std::string value) { flags_[flag].push_back(std::move(value)); }
  void AddOperand(std::string operand) { operands_.push_back(std::move(operand)); }

  bool has(std::string_view flag) const { return flags_.find(flag) != flags_.end(); }
  // The last value given, or an empty one.
  std::string text(std::string_view flag) const;
  // Every value given, in order.
  std::vector<std::string> all(std::string_view flag) const;
  std::optional<uint64_t> number(std::string_view flag) const;
  std::optional<std::chrono::nanoseconds> duration(std::string_view flag) const;

  const std::vector<std::string>& operands() const { return operands_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
  std::vector<std::string> operands_;
};

}  // namespace pigeonhub::cli
