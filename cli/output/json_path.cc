// SPDX-License-Identifier: Apache-2.0

#include "cli/output/json_path.h"

#include <google/protobuf/util/json_util.h>

#include <cctype>
#include <charconv>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "cli/output/message_text.h"
#include "cli/text/name.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {

using google::protobuf::Value;

// Reads from the left to the right.
class JsonPath::Parser {
 public:
  explicit Parser(std::string_view text) {
    if (text.starts_with('{')) {
      text.remove_prefix(1);
      closes_ = text.ends_with('}');
      if (closes_) text.remove_suffix(1);
    }
    if (text.starts_with('$')) text.remove_prefix(1);
    whole_ = text;
    rest_ = text;
  }

  absl::StatusOr<JsonPath> Run() {
    JsonPath path;
    // "peers[*]" is as good as ".peers[*]".
    if (!rest_.empty() && rest_[0] != '.' && rest_[0] != '[')
      path.steps_.emplace_back(TakeMember());
    while (error_.empty() && !rest_.empty()) {
      if (Skip(".")) {
        path.steps_.emplace_back(TakeMember());
      } else if (Skip("[")) {
        path.steps_.push_back(TakeBracket());
        if (!Skip("]")) Fail("a ] is missing");
      } else {
        Fail("there is no step like this");
      }
    }
    if (!closes_) Fail("a } is missing");
    if (error_.empty() && path.steps_.empty()) Fail("it is empty");
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    return path;
  }

 private:
  Member TakeMember() {
    size_t end = 0;
    while (end < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[end])) ||
                                  rest_[end] == '_' || rest_[end] == '-')) {
      ++end;
    }
    if (end == 0) Fail("a name is missing");
    return Member{Take(end)};
  }

  Step TakeBracket() {
    if (Skip("*")) return All{};
    if (Skip("?(@")) return TakeCondition();
    if (!rest_.empty() && (rest_[0] == '\'' || rest_[0] == '"')) return Member{TakeQuoted()};
    int index = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), index);
    if (error != std::errc()) Fail("in brackets stands a number, *, 'name' or ?(@.name==value)");
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return Element{index};
  }

  Step TakeCondition() {
    Those those;
    while (Skip(".")) those.members.push_back(TakeMember().name);
    those.equal = Skip("==");
    if (!those.equal && !Skip("!=")) Fail("== or != is missing");
    if (!rest_.empty() && (rest_[0] == '\'' || rest_[0] == '"')) {
      those.value = PrintedName(TakeQuoted());
    } else {
      those.value = Take(std::min(rest_.find(')'), rest_.size()));
    }
    if (!Skip(")")) Fail("a ) is missing");
    return those;
  }

  std::string TakeQuoted() {
    const char quote = rest_[0];
    const size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos) {
      Fail("a quote is not closed");
      return {};
    }
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string Take(size_t size) {
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  bool Skip(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  void Fail(std::string_view why) {
    if (!error_.empty()) return;
    const std::string_view done = whole_.substr(0, whole_.size() - rest_.size());
    error_ = "jsonpath: " + std::string(why) + ", behind \"" + Displayable(done) +
             "\"; a path is like {.peers[*].peerId}";
  }

  bool closes_ = true;  // the brace that it may begin with
  std::string_view whole_;
  std::string_view rest_;
  std::string error_;
};

namespace {

const Value* MemberOf(const Value& value, const std::string& name) {
  if (!value.has_struct_value()) return nullptr;
  const auto& fields = value.struct_value().fields();
  const auto found = fields.find(name);
  return found == fields.end() ? nullptr : &found->second;
}

// The text of the member that the names lead to; empty if there is none.
std::string TextAt(const Value& value, const std::vector<std::string>& names) {
  const Value* at = &value;
  for (const std::string& name : names) {
    at = MemberOf(*at, name);
    if (at == nullptr) return {};
  }
  return TextOf(*at);
}

Value StringValue(const std::string& text) {
  Value value;
  value.set_string_value(text);
  return value;
}

// In one line, with the members in the order of their names: that of a protobuf map is another one
// each time.
void AppendJson(std::string& out, const Value& value) {
  if (value.has_struct_value()) {
    const auto& fields = value.struct_value().fields();
    const std::map<std::string, Value> sorted(fields.begin(), fields.end());
    char before = '{';
    if (sorted.empty()) out += before;
    for (const auto& [name, member] : sorted) {
      out += before;
      out += ToJsonLine(StringValue(name));
      out += ':';
      AppendJson(out, member);
      before = ',';
    }
    out += '}';
  } else if (value.has_list_value()) {
    char before = '[';
    if (value.list_value().values().empty()) out += before;
    for (const Value& element : value.list_value().values()) {
      out += before;
      AppendJson(out, element);
      before = ',';
    }
    out += ']';
  } else {
    out += ToJsonLine(value);
  }
}

}  // namespace

absl::StatusOr<JsonPath> JsonPath::Parse(std::string_view text) { return Parser(text).Run(); }

std::vector<Value> JsonPath::Of(const Value& root) const {
  std::vector<Value> at = {root};
  for (const Step& step : steps_) {
    std::vector<Value> next;
    for (const Value& value : at) {
      if (const auto* member = std::get_if<Member>(&step)) {
        if (const Value* found = MemberOf(value, member->name)) next.push_back(*found);
        continue;
      }
      const auto& elements = value.list_value().values();
      if (const auto* element = std::get_if<Element>(&step)) {
        const int index = element->index < 0 ? elements.size() + element->index : element->index;
        if (index >= 0 && index < elements.size()) next.push_back(elements[index]);
        continue;
      }
      const auto* those = std::get_if<Those>(&step);
      for (const Value& each : elements) {
        if (those == nullptr || (TextAt(each, those->members) == those->value) == those->equal) {
          next.push_back(each);
        }
      }
    }
    at = std::move(next);
  }
  return at;
}

std::vector<std::vector<std::string>> JsonPath::Fields() const {
  std::vector<std::vector<std::string>> fields;
  std::vector<std::string> at;
  for (const Step& step : steps_) {
    if (const auto* member = std::get_if<Member>(&step)) at.push_back(member->name);
    if (const auto* those = std::get_if<Those>(&step)) {
      fields.push_back(at);
      fields.back().insert(fields.back().end(), those->members.begin(), those->members.end());
    }
  }
  fields.push_back(std::move(at));
  return fields;
}

Value ToValue(const google::protobuf::Message& message) {
  Value value;
  const auto status = google::protobuf::util::JsonStringToMessage(ToJsonLine(message), &value);
  return status.ok() ? value : Value();
}

std::string TextOf(const Value& value) {
  if (value.kind_case() == Value::kStringValue) return PrintedName(value.string_value());
  std::string json;
  AppendJson(json, value);
  return json;
}

}  // namespace pigeonhub::cli
