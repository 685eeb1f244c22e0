// SPDX-License-Identifier: Apache-2.0

#include "control/remote/merge.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <vector>

namespace pigeonhub {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

const FieldDescriptor* FieldOf(const Message& message, const char* name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool IsRule(const FieldDescriptor& field) {
  return field.containing_type()->name() == "NamespacePolicy";
}

bool IsCount(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_INT64 && !field.is_repeated() &&
         !IsRule(field);
}

// Times and the like, which are whole.
bool IsWellKnown(const FieldDescriptor& field) {
  return IsMessage(field) && field.message_type()->file()->package() == "google.protobuf";
}

const FieldDescriptor* HubIdOf(const google::protobuf::Descriptor& type) {
  const FieldDescriptor* hub = type.FindFieldByName("hub_id");
  const bool is_text = hub != nullptr && hub->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text && !hub->is_repeated() ? hub : nullptr;
}

// What has a rule of its own.
bool IsAboutTheAnswer(const FieldDescriptor& field) {
  return field.name() == "per_hub" || field.name() == "unreachable" || field.name() == "cursor" ||
         field.name() == "cursors" || field.name() == "next_page_token";
}

void AddCount(const FieldDescriptor& field, const Message& from, Message& to) {
  const google::protobuf::Reflection& reflection = *to.GetReflection();
  reflection.SetInt64(&to, &field,
                      reflection.GetInt64(to, &field) + reflection.GetInt64(from, &field));
}

// Nor whose they are.
void WithoutCounts(Message& message) {
  SetText(message, "hub_id", {});
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (IsCount(*type.field(i))) message.GetReflection()->ClearField(&message, type.field(i));
  }
}

bool AreAlikeButForCounts(const Message& a, const Message& b) {
  const std::unique_ptr<Message> first(a.New());
  const std::unique_ptr<Message> second(b.New());
  first->CopyFrom(a);
  second->CopyFrom(b);
  WithoutCounts(*first);
  WithoutCounts(*second);
  return MessageDifferencer::Equals(*first, *second);
}

// To the one among `to` that differs in counts alone, else behind all.
void AddItem(const FieldDescriptor& field, const Message& item, Message& to) {
  const google::protobuf::Reflection& reflection = *to.GetReflection();
  for (int i = 0; i < reflection.FieldSize(to, &field); ++i) {
    Message& other = *reflection.MutableRepeatedMessage(&to, &field, i);
    if (!AreAlikeButForCounts(item, other)) continue;
    const google::protobuf::Descriptor& type = *item.GetDescriptor();
    for (int j = 0; j < type.field_count(); ++j) {
      if (IsCount(*type.field(j))) AddCount(*type.field(j), item, other);
    }
    return;
  }
  reflection.AddMessage(&to, &field)->CopyFrom(item);
}

void AddRepeated(const FieldDescriptor& field, const Message& from, Message& to) {
  if (!IsMessage(field) || HubIdOf(*field.message_type()) != nullptr) {
    // All of them, behind those before.
    const std::unique_ptr<Message> only(from.New());
    only->CopyFrom(from);
    std::vector<const FieldDescriptor*> fields;
    only->GetReflection()->ListFields(*only, &fields);
    for (const FieldDescriptor* other : fields) {
      if (other != &field) only->GetReflection()->ClearField(only.get(), other);
    }
    to.MergeFrom(*only);
    return;
  }
  const google::protobuf::Reflection& reflection = *from.GetReflection();
  for (int i = 0; i < reflection.FieldSize(from, &field); ++i) {
    AddItem(field, reflection.GetRepeatedMessage(from, &field, i), to);
  }
}

bool IsSame(const FieldDescriptor& field, const Message& a, const Message& b) {
  MessageDifferencer differencer;
  return differencer.CompareWithFields(a, b, {&field}, {&field});
}

void AddFields(const Message& from, Message& to);

void AddMessage(const FieldDescriptor& field, const Message& from, Message& to) {
  const google::protobuf::Reflection& reflection = *to.GetReflection();
  if (!reflection.HasField(from, &field)) return;
  const Message& source = reflection.GetMessage(from, &field);
  if (!reflection.HasField(to, &field)) {
    reflection.MutableMessage(&to, &field)->CopyFrom(source);
    return;
  }
  if (IsWellKnown(field)) return;
  Message& sum = *reflection.MutableMessage(&to, &field);
  // Of one thing that is at several hubs each has a part, or the first has it.
  if (HubIdOf(*field.message_type()) != nullptr && !AreAlikeButForCounts(source, sum)) return;
  AddFields(source, sum);
}

// `to` has the fields of another hub already.
void AddFields(const Message& from, Message& to) {
  const google::protobuf::Descriptor& type = *from.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (IsAboutTheAnswer(field)) continue;
    if (field.is_map() || IsRule(field)) {
      if (!IsSame(field, from, to)) to.GetReflection()->ClearField(&to, &field);
    } else if (field.is_repeated()) {
      AddRepeated(field, from, to);
    } else if (IsMessage(field)) {
      AddMessage(field, from, to);
    } else if (IsCount(field)) {
      AddCount(field, from, to);
    } else if (!IsSame(field, from, to)) {
      to.GetReflection()->ClearField(&to, &field);
    }
  }
}

void SetOwnHub(std::string_view hub, Message& message) {
  if (HubIdOf(*message.GetDescriptor()) == nullptr || !TextOf(message, "hub_id").empty()) return;
  SetText(message, "hub_id", hub);
}

// In the messages below. What is in one that says whose it is has other meanings.
void NameHubIn(std::string_view hub, Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const auto name = [&](Message& inner) {
    SetOwnHub(hub, inner);
    if (HubIdOf(*inner.GetDescriptor()) == nullptr) NameHubIn(hub, inner);
  };
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!IsMessage(field) || field.is_map() || IsWellKnown(field) || IsAboutTheAnswer(field)) {
      continue;
    }
    if (!field.is_repeated()) {
      if (reflection.HasField(message, &field)) name(*reflection.MutableMessage(&message, &field));
      continue;
    }
    for (int item = 0; item < reflection.FieldSize(message, &field); ++item) {
      name(*reflection.MutableRepeatedMessage(&message, &field, item));
    }
  }
}

void MoveCursor(std::string_view hub, Message& answer, Message& all) {
  const FieldDescriptor* cursor = FieldOf(answer, "cursor");
  const FieldDescriptor* cursors = FieldOf(all, "cursors");
  if (cursor == nullptr || cursors == nullptr) return;
  if (answer.GetReflection()->HasField(answer, cursor)) {
    Message& one = *all.GetReflection()->AddMessage(&all, cursors);
    SetText(one, "hub_id", hub);
    one.GetReflection()
        ->MutableMessage(&one, FieldOf(one, "cursor"))
        ->CopyFrom(answer.GetReflection()->GetMessage(answer, cursor));
  }
  answer.GetReflection()->ClearField(&answer, cursor);
}

}  // namespace

bool MayMeanOtherHubs(const google::protobuf::Descriptor& response) {
  const FieldDescriptor* field = response.FindFieldByName("unreachable");
  return field != nullptr && field->message_type() != nullptr &&
         field->message_type()->name() == "UnreachableHub";
}

void NameHub(std::string_view hub, Message& answer) {
  SetOwnHub(hub, answer);
  NameHubIn(hub, answer);
}

void AddAnswer(std::string_view hub, Message& answer, bool is_first, Message& all) {
  NameHub(hub, answer);
  MoveCursor(hub, answer, all);
  if (const FieldDescriptor* per_hub = FieldOf(all, "per_hub")) {
    all.GetReflection()->AddMessage(&all, per_hub)->CopyFrom(answer);
  }
  if (is_first) {
    all.MergeFrom(answer);
  } else {
    AddFields(answer, all);
  }
  SetText(all, "hub_id", {});  // it is that of several
  SetText(all, "next_page_token", {});
}

void AddUnreachable(std::string_view hub, std::string_view reason, Message& all) {
  Message& one = *all.GetReflection()->AddMessage(&all, FieldOf(all, "unreachable"));
  SetText(one, "hub_id", hub);
  SetText(one, "reason", reason);
}

size_t ItemsOf(const Message& page) {
  const google::protobuf::Descriptor& type = *page.GetDescriptor();
  size_t items = 0;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (!field.is_repeated() || !IsMessage(field) || IsAboutTheAnswer(field)) continue;
    items += static_cast<size_t>(page.GetReflection()->FieldSize(page, &field));
  }
  return items;
}

std::string TextOf(const Message& message, const char* field) {
  const FieldDescriptor* found = FieldOf(message, field);
  return found == nullptr ? std::string() : message.GetReflection()->GetString(message, found);
}

void SetText(Message& message, const char* field, std::string_view text) {
  const FieldDescriptor* found = FieldOf(message, field);
  if (found == nullptr) return;
  if (text.empty()) return message.GetReflection()->ClearField(&message, found);
  message.GetReflection()->SetString(&message, found, std::string(text));
}

}  // namespace pigeonhub
