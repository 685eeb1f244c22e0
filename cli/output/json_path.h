// SPDX-License-Identifier: Apache-2.0
//
// Parts of an answer, by a small part of JSONPath.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>

#include "absl/status/statusor.h"

namespace pigeonhub::cli {

// ".peers[*].peerId", "{.links[0].state}", "$.peers[?(@.isHub==true)].peerId": members by name or
// ['name'], elements by number (from the end if negative), all of them, or those of which a member
// is (==) or is not (!=) something. A value.
class JsonPath {
 public:
  // INVALID_ARGUMENT, one line, says what is wrong and where.
  static absl::StatusOr<JsonPath> Parse(std::string_view text);

  // The members that it names from the root on, elements of lists left out: those that it leads to,
  // and those that it compares.
  std::vector<std::vector<std::string>> Fields() const;

  // The values that it leads to. A member that is not there leads nowhere.
  std::vector<google::protobuf::Value> Of(const google::protobuf::Value& root) const;

 private:
  struct Member {
    std::string name;
  };
  struct Element {
    int index;
  };
  struct All {};
  struct Those {
    std::vector<std::string> members;  // of the element
    std::string value;                 // as TextOf writes it
    bool equal;
  };
  using Step = std::variant<Member, Element, All, Those>;

  class Parser;

  std::vector<Step> steps_;
};

// The message as JSON has it, with the names and the zeros of ToJson.
google::protobuf::Value ToValue(const google::protobuf::Message& message);

// A text without quotes; an object or a list as JSON in one line. Nothing in it deceives a reader.
std::string TextOf(const google::protobuf::Value& value);

}  // namespace pigeonhub::cli
