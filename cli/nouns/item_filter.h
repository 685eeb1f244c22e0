// SPDX-License-Identifier: Apache-2.0
//
// Fields of the items of lists, by the names that -o json has for them.
#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/struct.pb.h>

#include "absl/status/statusor.h"

namespace pigeonhub::cli {

// The steps to a field of an item: "token.subject".
using FieldPath = std::vector<std::string>;

// INVALID_ARGUMENT, one line, if items of the type have no such field.
absl::StatusOr<FieldPath> FieldPathOf(const std::string& text,
                                      const google::protobuf::Descriptor& type);

// The enum at the path; null if something else is there.
const google::protobuf::EnumDescriptor* EnumAt(const FieldPath& path,
                                               const google::protobuf::Descriptor& type);

// The texts at the path: several where a list is on the way, one empty text where there is nothing.
std::vector<std::string> TextsAt(const google::protobuf::Value& item, const FieldPath& path);

// Conditions such as "namespace=chat", all of which an item has to meet. A value.
class ItemFilter {
 public:
  // INVALID_ARGUMENT, one line, for a text that compares nothing, for a field that items of the
  // type do not have, and for a time that is later or earlier than what is no time. `flag` is what
  // the user knows the texts by.
  static absl::StatusOr<ItemFilter> Parse(const std::vector<std::string>& texts,
                                          const google::protobuf::Descriptor& type,
                                          std::string_view flag);

  bool Accepts(const google::protobuf::Value& item) const;

 private:
  struct Condition {
    FieldPath path;
    std::string comparison;
    std::string value;

    bool HoldsFor(const google::protobuf::Value& item) const;
  };

  std::vector<Condition> conditions_;
};

}  // namespace pigeonhub::cli
