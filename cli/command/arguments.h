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

// The flags and operands of the user, checked against the command. It is a bug to ask for a flag as
// another Kind than its own.
class Arguments {
 public:
  void Add(const std::string& flag, std::string value) { flags_[flag].push_back(std::move(value)); }
  void AddOperand(std::string operand) { operands_.push_back(std::move(operand)); }

  bool has(std::string_view flag) const { return flags_.find(flag) != flags_.end(); }
  // The last value of the flag; empty without the flag.
  std::string text(std::string_view flag) const;
  // Every value of the flag, in order.
  std::vector<std::string> all(std::string_view flag) const;
  std::optional<uint64_t> number(std::string_view flag) const;
  std::optional<std::chrono::nanoseconds> duration(std::string_view flag) const;

  std::optional<std::chrono::system_clock::time_point> moment(
      std::string_view flag, std::chrono::system_clock::time_point now) const;

  const std::vector<std::string>& operands() const { return operands_; }
  // The names of the flags given.
  std::vector<std::string> flags() const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
  std::vector<std::string> operands_;
};

}  // namespace pigeonhub::cli
