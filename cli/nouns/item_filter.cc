// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/item_filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "cli/output/json_path.h"
#include "cli/text/natural_order.h"
#include "server/base/nearest_word.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Value;

std::vector<std::string> NamesOf(const google::protobuf::Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->json_name());
  return names;
}

const FieldDescriptor* FieldOf(const google::protobuf::Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

// Null if no field is there: below a map, whose keys may be anything.
const FieldDescriptor* FieldAt(const FieldPath& path, const google::protobuf::Descriptor& type) {
  const google::protobuf::Descriptor* at = &type;
  const FieldDescriptor* field = nullptr;
  for (const std::string& name : path) {
    field = at == nullptr ? nullptr : FieldOf(*at, name);
    if (field == nullptr || field->is_map()) return nullptr;
    at = field->message_type();
  }
  return field;
}

bool IsTime(const FieldDescriptor* field) {
  return field != nullptr && field->message_type() != nullptr &&
         field->message_type()->full_name() == "google.protobuf.Timestamp";
}

// Whether the text is a time as -o json has them, or the beginning of one: a year, and what
// follows.
bool BeginsAsTime(std::string_view text) {
  constexpr size_t kYear = 4;
  const std::string_view year = text.substr(0, kYear);
  return year.size() == kYear && std::all_of(year.begin(), year.end(), absl::ascii_isdigit) &&
         (text.size() == kYear || text[kYear] == '-');
}

// The whole name of a value of an enum: of SERVING_STATE_SERVING, serving is enough.
absl::StatusOr<std::string> ValueNamed(const std::string& text,
                                       const google::protobuf::EnumDescriptor& type) {
  const std::string upper = absl::AsciiStrToUpper(text);
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  for (const std::string& name : names) {
    if (name == upper || name.ends_with('_' + upper)) return name;
  }
  return absl::InvalidArgumentError(Shown(text) + " is no value there; there are " + Listed(names));
}

void AddTexts(const Value& value, const FieldPath& path, size_t step,
              std::vector<std::string>& texts) {
  if (value.has_list_value()) {
    for (const Value& each : value.list_value().values()) AddTexts(each, path, step, texts);
    return;
  }
  if (step == path.size()) {
    texts.push_back(TextOf(value));
    return;
  }
  const auto& fields = value.struct_value().fields();
  const auto found = fields.find(path[step]);
  if (found != fields.end()) AddTexts(found->second, path, step + 1, texts);
}

}  // namespace

absl::StatusOr<FieldPath> FieldPathOf(const std::string& text,
                                      const google::protobuf::Descriptor& type) {
  FieldPath path;
  const google::protobuf::Descriptor* at = &type;
  bool is_open = false;  // below a map, whose keys may be anything
  for (const absl::string_view part : absl::StrSplit(text, '.')) {
    const std::string name(part);
    path.push_back(name);
    if (is_open) continue;
    const FieldDescriptor* field = at == nullptr ? nullptr : FieldOf(*at, name);
    if (field == nullptr) {
      const std::string missing = "there is no field " + Shown(text) + ", as -o json has them";
      if (at == nullptr) return absl::InvalidArgumentError(missing);
      const std::vector<std::string> known = NamesOf(*at);
      const std::string meant = DidYouMean(name, known);
      return absl::InvalidArgumentError(missing +
                                        (meant.empty() ? "; there are " + Listed(known) : meant));
    }
    at = field->message_type();
    is_open = at != nullptr && (field->is_map() || at->full_name().starts_with("google.protobuf."));
  }
  return path;
}

const google::protobuf::EnumDescriptor* EnumAt(const FieldPath& path,
                                               const google::protobuf::Descriptor& type) {
  const FieldDescriptor* field = FieldAt(path, type);
  return field == nullptr ? nullptr : field->enum_type();
}

std::vector<std::string> TextsAt(const Value& item, const FieldPath& path) {
  std::vector<std::string> texts;
  AddTexts(item, path, 0, texts);
  if (texts.empty()) texts.emplace_back();
  return texts;
}

bool ItemFilter::Condition::HoldsFor(const Value& item) const {
  const std::vector<std::string> texts = TextsAt(item, path);
  if (comparison == "!=") {
    return std::none_of(texts.begin(), texts.end(),
                        [&](const auto& text) { return text == value; });
  }
  return std::any_of(texts.begin(), texts.end(), [&](const auto& text) {
    if (comparison == "=") return text == value;
    if (comparison == "~") return text.find(value) != std::string::npos;
    const auto order = CompareNaturally(text, value);
    if (comparison == ">") return order > 0;
    if (comparison == ">=") return order >= 0;
    return comparison == "<" ? order < 0 : order <= 0;
  });
}

absl::StatusOr<ItemFilter> ItemFilter::Parse(const std::vector<std::string>& texts,
                                             const google::protobuf::Descriptor& type,
                                             std::string_view flag) {
  // Where two begin alike the longer one stands first.
  constexpr std::string_view kComparisons[] = {"!=", ">=", "<=", "=", "~", ">", "<"};
  ItemFilter filter;
  for (const std::string& text : texts) {
    size_t at = std::string::npos;
    std::string_view comparison;
    for (const std::string_view each : kComparisons) {
      const size_t found = text.find(each);
      if (found < at) {
        at = found;
        comparison = each;
      }
    }
    if (at == std::string::npos || at == 0) {
      return absl::InvalidArgumentError(std::string(flag) + ' ' + Shown(text) +
                                        " compares nothing; write FIELD=VALUE, or with one of !=, "
                                        "~ (contains), <, <=, >, >=");
    }
    auto path = FieldPathOf(text.substr(0, at), type);
    if (!path.ok()) return path.status();
    std::string value = text.substr(at + comparison.size());
    const bool is_ordered = comparison[0] == '<' || comparison[0] == '>';
    if (is_ordered && IsTime(FieldAt(*path, type)) && !BeginsAsTime(value)) {
      return absl::InvalidArgumentError(std::string(flag) + ' ' + Shown(text) + ": " +
                                        Shown(text.substr(0, at)) +
                                        " is a time, such as 2026-03-01T12:00:00Z; compare it "
                                        "with one");
    }
    const bool is_whole = comparison == "=" || comparison == "!=";
    if (const auto* values = EnumAt(*path, type); values != nullptr && is_whole) {
      auto named = ValueNamed(value, *values);
      if (!named.ok()) return named.status();
      value = *std::move(named);
    }
    filter.conditions_.push_back({*std::move(path), std::string(comparison), std::move(value)});
  }
  return filter;
}

bool ItemFilter::Accepts(const Value& item) const {
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const Condition& each) { return each.HoldsFor(item); });
}

}  // namespace pigeonhub::cli
