// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "cli/output/format.h"
#include "cli/output/table.h"

namespace pigeonhub::cli {

// The result of a command, for every format. It points to messages, which outlive it.
struct Answer {
  const google::protobuf::Message* message = nullptr;  // json and yaml
  // jsonl: the elements of a list, or the one object that `message` is about.
  std::vector<const google::protobuf::Message*> items = {};
  // name; of a list one for each item, empty where an item has none. One that comes twice in a row
  // is written once.
  std::vector<std::string> names = {};
  std::vector<Table> tables = {};  // table and wide, with an empty line between two
  std::string sentence = {};       // table and wide, below the tables
};

// The text, with a newline at its end unless there is nothing to say.
std::string Render(const Answer& answer, const Style& style);

// The elements of a repeated field, as Answer::items wants them.
template <typename Elements>
std::vector<const google::protobuf::Message*> ItemsOf(const Elements& elements) {
  std::vector<const google::protobuf::Message*> items;
  for (const auto& element : elements) items.push_back(&element);
  return items;
}

}  // namespace pigeonhub::cli
