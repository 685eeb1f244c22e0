// SPDX-License-Identifier: Apache-2.0
//
// Lists that go on: first the list, then what changes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/command/exit_code.h"
#include "cli/output/answer.h"
#include "pigeonhub/v1/common.pb.h"

namespace pigeonhub::cli {

class Session;

// What a list said when it was read last.
class ListWatch {
 public:
  // `passing`: fields of an item that change all the time, and say nothing new.
  explicit ListWatch(std::vector<std::string> passing) : passing_(std::move(passing)) {}

  // Takes a list in the place of the one before, and prints what differs; of the first list all.
  // What hubs had that do not answer now is taken to be as it was.
  void Take(Session& session, const Answer& list);

  // From where on to watch, so that nothing since the list is missed. Without an epoch: the list
  // has no such place.
  const v1::EventCursor& cursor() const { return cursor_; }

 private:
  struct Item {
    google::protobuf::Struct facts;
    std::string lasting = {};  // the facts without those that pass
    std::vector<Cell> row;
    std::string name;
    std::string hub = {};  // whose it is, where several are asked
  };

  using Items = std::map<std::string, Item>;

  // `order` gets the keys as the list has the items.
  Items Read(const Answer& list, std::vector<std::string>& order) const;
  // Says which hubs are not in the list, and which are in it again: once each.
  void TakeHubs(Session& session, const google::protobuf::Message& list, const Items& items);
  void Print(Session& session, std::string_view change, std::string_view sign, const Item& item);

  std::vector<std::string> passing_;
  Items items_;                    // by hub and name
  std::set<std::string> unheard_;  // hubs that the last list left out
  Table table_;                    // without rows
  v1::EventCursor cursor_;
  bool has_list_ = false;
};

using ListRun = std::function<absl::StatusOr<ExitCode>(Session&, const Arguments&)>;

// A command that prints a list by PrintList, with the flag --watch: it reads the list again
// whenever something happens at the hub, every two seconds where no event tells of changes.
ListRun Watchable(ListRun list, std::vector<std::string> passing = {});

Flag WatchFlag();

// Waits until something happened at the hub since `from`, or the time for the next look has come;
// without an epoch there is no such place. False if the user interrupts or `end` has come.
bool AwaitChange(
    Session& session, const v1::EventCursor& from,
    std::chrono::steady_clock::time_point end = std::chrono::steady_clock::time_point::max());

}  // namespace pigeonhub::cli
