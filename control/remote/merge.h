// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

namespace pigeonhub {

// One answer out of those of several hubs. How goes by the names and types of the fields, so that a
// new method needs nothing here:
//
//   repeated messages   stand one behind the other; each says whose it is if it has a hub_id.
//                       Others are added up where they differ in numbers of 64 bits alone.
//   numbers of 64 bits  are added up, but for those of a policy, which are rules
//   messages            with a hub_id are added up, without it, where they differ in numbers of 64
//                       bits alone, else those of the first hub that has one; others are merged
//                       field by field; times are those of the first hub
//   rules of a policy   are there as far as all hubs have the same
//   all else            is kept as far as all hubs say the same
//   per_hub             has each whole answer
//   cursor              goes into cursors, as each hub has its own
//
// A field `unreachable`, of UnreachableHub, makes a call one that may mean several hubs.
bool MayMeanOtherHubs(const google::protobuf::Descriptor& response);

// Names the hub in the answer, in the fields hub_id that are empty.
void NameHub(std::string_view hub, google::protobuf::Message& answer);

// Adds the answer of one more hub to those before; `is_first` for the first of them.
void AddAnswer(std::string_view hub, google::protobuf::Message& answer, bool is_first,
               google::protobuf::Message& all);

void AddUnreachable(std::string_view hub, std::string_view reason, google::protobuf::Message& all);

// How many items a page has.
size_t ItemsOf(const google::protobuf::Message& page);

// Of a request or a response; a missing field is empty.
std::string TextOf(const google::protobuf::Message& message, const char* field);
void SetText(google::protobuf::Message& message, const char* field, std::string_view text);

}  // namespace pigeonhub
