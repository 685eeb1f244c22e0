// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/arrange.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "cli/nouns/item_filter.h"
#include "cli/output/json_path.h"
#include "cli/text/natural_order.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Value;

// The repeated field whose elements the items are, the last of them being `item`.
const FieldDescriptor* ListFieldOf(const Message& message, const Message* item) {
  const auto* reflection = message.GetReflection();
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (!field->is_repeated() || field->message_type() != item->GetDescriptor()) continue;
    const int size = reflection->FieldSize(message, field);
    if (size > 0 && &reflection->GetRepeatedMessage(message, field, size - 1) == item) return field;
  }
  return nullptr;
}

}  // namespace

std::vector<Flag> ArrangeFlags() {
  return {
      {.name = "filter",
       .value = "FIELD=VALUE",
       .help = "Only items with this, a field as -o json has it; also !=, ~ (contains), <, <=, >, "
               ">=",
       .repeated = true},
      {.name = "sort-by",
       .value = "FIELD",
       .help = "In the order of a field, numbers in names as numbers; -FIELD: the other way "
               "round"}};
}

bool IsArranged(const Arguments& arguments) {
  return arguments.has("filter") || arguments.has("sort-by");
}

absl::StatusOr<ArrangedAnswer> Arrange(const Answer& answer, const Arguments& arguments) {
  ArrangedAnswer result{.message = nullptr, .answer = answer};
  const FieldDescriptor* field =
      answer.items.empty() ? nullptr : ListFieldOf(*answer.message, answer.items.back());
  if (field == nullptr) return result;
  const google::protobuf::Descriptor& type = *field->message_type();

  const auto filter = ItemFilter::Parse(arguments.all("filter"), type, "--filter");
  if (!filter.ok()) return filter.status();
  std::string key = arguments.text("sort-by");
  const bool descending = key.starts_with('-');
  if (descending) key.erase(0, 1);
  FieldPath sort_path;
  if (!key.empty()) {
    auto path = FieldPathOf(key, type);
    if (!path.ok()) return path.status();
    sort_path = *std::move(path);
  }

  const size_t pinned =
      answer.items.size() -
      static_cast<size_t>(answer.message->GetReflection()->FieldSize(*answer.message, field));
  std::vector<size_t> order;
  std::vector<std::string> sort_texts(answer.items.size());
  for (size_t i = pinned; i < answer.items.size(); ++i) {
    const Value item = ToValue(*answer.items[i]);
    if (!filter->Accepts(item)) continue;
    order.push_back(i);
    if (!sort_path.empty()) sort_texts[i] = TextsAt(item, sort_path).front();
  }
  if (!sort_path.empty()) {
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      const auto comparison = CompareNaturally(sort_texts[a], sort_texts[b]);
      return descending ? comparison > 0 : comparison < 0;
    });
  }
  const uint64_t limit = arguments.number("limit").value_or(0);
  result.cut = limit != 0 && order.size() > limit;
  if (result.cut) order.resize(limit);

  result.message.reset(answer.message->New());
  result.message->CopyFrom(*answer.message);
  const auto* reflection = result.message->GetReflection();
  reflection->ClearField(result.message.get(), field);
  Answer& arranged = result.answer;
  arranged.message = result.message.get();
  arranged.items.resize(pinned);
  arranged.names.resize(pinned);
  std::vector<std::vector<Cell>>& rows = arranged.tables[0].rows;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(pinned), rows.end());
  for (const size_t i : order) {
    reflection->AddMessage(result.message.get(), field)->CopyFrom(*answer.items[i]);
    arranged.names.push_back(answer.names[i]);
    rows.push_back(answer.tables[0].rows[i]);
  }
  // Elements move while others are added.
  for (size_t i = 0; i < order.size(); ++i) {
    arranged.items.push_back(
        &reflection->GetRepeatedMessage(*result.message, field, static_cast<int>(i)));
  }
  return result;
}

}  // namespace pigeonhub::cli
