// SPDX-License-Identifier: Apache-2.0

#include "control/call/order_by.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string_view>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kDescending = " desc";

bool IsTime(const FieldDescriptor& field) {
  const google::protobuf::Descriptor* type = field.message_type();
  return type != nullptr && (type == google::protobuf::Timestamp::descriptor() ||
                             type == google::protobuf::Duration::descriptor());
}

bool IsComparable(const FieldDescriptor& field) {
  if (field.is_repeated()) return false;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return IsTime(field);
  }
}

// Nanoseconds of a time.
template <typename T>
double Nanos(const Message& time) {
  const auto& value = dynamic_cast<const T&>(time);
  return static_cast<double>(value.seconds()) * 1e9 + value.nanos();
}

// Nothing where the item does not have it.
std::optional<double> ValueOf(const Message& item, const FieldDescriptor& field) {
  const auto* reflection = item.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->GetInt32(item, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<double>(reflection->GetInt64(item, &field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<double>(reflection->GetUInt64(item, &field));
    default:
      break;
  }
  if (!reflection->HasField(item, &field)) return std::nullopt;
  const Message& time = reflection->GetMessage(item, &field);
  return field.message_type() == google::protobuf::Timestamp::descriptor()
             ? Nanos<google::protobuf::Timestamp>(time)
             : Nanos<google::protobuf::Duration>(time);
}

std::string FieldNames(const google::protobuf::Descriptor& type) {
  std::string names;
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsComparable(*type.field(i))) continue;
    names += (names.empty() ? "" : ", ") + type.field(i)->name();
  }
  return names;
}

}  // namespace

Parsed<OrderBy> OrderBy::Parse(const std::string& text, const google::protobuf::Descriptor& type) {
  OrderBy order;
  if (text.empty()) return order;
  std::string name = text;
  if (name.ends_with(kDescending)) {
    order.descending_ = true;
    name.resize(name.size() - kDescending.size());
  }
  order.field_ = type.FindFieldByName(name);
  if (order.field_ == nullptr || !IsComparable(*order.field_)) {
    return InvalidField("order_by", "names no field to sort by: " + Shown(name) + "; there are " +
                                        FieldNames(type) + ", each also with \" desc\"");
  }
  return order;
}

const std::string& OrderBy::field() const { return field_->name(); }

bool OrderBy::Before(const Message& a, const Message& b) const {
  const std::optional<double> of_a = ValueOf(a, *field_);
  const std::optional<double> of_b = ValueOf(b, *field_);
  if (!of_a.has_value() || !of_b.has_value()) return of_a.has_value() && !of_b.has_value();
  return descending_ ? *of_a > *of_b : *of_a < *of_b;
}

}  // namespace pigeonhub
