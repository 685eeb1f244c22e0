// SPDX-License-Identifier: Apache-2.0

#include "cli/output/table.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "absl/strings/str_split.h"
#include "cli/text/display.h"
#include "server/base/characters.h"
#include "server/base/wrapping.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowest = 8;  // a cut column keeps at least this much

std::string_view Escape(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kFaint:
      return "\x1b[2m";
  }
  return "";
}

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kReset = "\x1b[0m";

class Renderer {
 public:
  Renderer(const Table& table, const Style& style) : table_(table), style_(style) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (style.format == Format::kWide || !table.columns[i].wide_only) shown_.push_back(i);
    }
    for (const auto& row : table.rows) {
      auto& texts = texts_.emplace_back();
      for (const Cell& cell : row) texts.push_back(Displayable(cell.text));
    }
    Measure();
    if (style.format == Format::kTable && style.width) Shrink(*style.width);
  }

  std::string Run() {
    const bool titled = std::any_of(table_.columns.begin(), table_.columns.end(),
                                    [](const Column& column) { return !column.title.empty(); });
    std::string out;
    if (titled && style_.titles && !table_.goes_on) {
      for (const size_t i : shown_) {
        Append(out, i, table_.columns[i].title, RightAligned(i), style_.color ? kBold : "");
      }
      EndLine(out);
    }
    for (size_t r = 0; r < table_.rows.size(); ++r) AppendRow(out, r);
    return out;
  }

 private:
  void AppendRow(std::string& out, size_t r) {
    std::vector<std::string> below;  // the further lines of the last column
    for (const size_t i : shown_) {
      const Cell& cell = table_.rows[r][i];
      std::string text = texts_[r][i];
      if (table_.columns[i].wraps && DisplayWidth(text) > widths_[i]) {
        below = Wrapped(text, widths_[i]);
        text = below.front();
        below.erase(below.begin());
      }
      Append(out, i, text, cell.right, style_.color ? Escape(cell.tone) : "");
    }
    EndLine(out);
    for (const std::string& line : below) {
      for (const size_t i : shown_) Append(out, i, i == shown_.back() ? line : "", false, "");
      EndLine(out);
    }
  }

  static std::vector<std::string> Wrapped(std::string_view text, size_t width) {
    std::string lines;
    AppendWrapped(lines, text, 0, {.indent = 0, .width = width});
    lines.pop_back();  // the end of the last line
    return absl::StrSplit(lines, '\n');
  }

  void Measure() {
    widths_.assign(table_.columns.size(), 0);
    for (size_t i = 0; i < widths_.size(); ++i) {
      widths_[i] = style_.titles ? DisplayWidth(table_.columns[i].title) : 0;
      if (i < table_.least_widths.size()) widths_[i] = std::max(widths_[i], table_.least_widths[i]);
      for (const auto& row : texts_) widths_[i] = std::max(widths_[i], DisplayWidth(row[i]));
    }
  }

  // Shrinks the widest column that may shrink, until the line fits or no column can shrink any
  // more.
  void Shrink(size_t width) {
    while (true) {
      size_t total = shown_.empty() ? 0 : kGap * (shown_.size() - 1);
      size_t widest = widths_.size();
      for (const size_t i : shown_) {
        total += widths_[i];
        if (!table_.columns[i].shrinks || widths_[i] <= Narrowest(i)) continue;
        if (widest == widths_.size() || widths_[i] > widths_[widest]) widest = i;
      }
      if (total <= width || widest == widths_.size()) return;
      --widths_[widest];
    }
  }

  size_t Narrowest(size_t column) const {
    return std::max(kNarrowest, DisplayWidth(table_.columns[column].title));
  }

  bool RightAligned(size_t column) const {
    return table_.columns[column].right ||
           (!table_.rows.empty() && table_.rows.front()[column].right);
  }

  void Append(std::string& out, size_t column, std::string_view text, bool right,
              std::string_view escape) {
    const std::string cut = Truncated(text, widths_[column]);
    const std::string padding(widths_[column] - DisplayWidth(cut), ' ');
    if (right) out += padding;
    if (escape.empty()) {
      out += cut;
    } else {
      out.append(escape).append(cut).append(kReset);
    }
    if (!right) out += padding;
    out.append(kGap, ' ');
  }

  static void EndLine(std::string& out) {
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
  }

  const Table& table_;
  const Style& style_;
  std::vector<size_t> shown_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> texts_;
};

}  // namespace

Table Facts(std::vector<std::pair<std::string, Cell>> facts) {
  Table table{{{}, {.title = {}, .shrinks = true}}, {}};
  for (std::pair<std::string, Cell>& fact : facts) {
    fact.second.right = false;
    std::vector<Cell>& row = table.rows.emplace_back();
    row.emplace_back(std::move(fact.first));
    row.push_back(std::move(fact.second));
  }
  return table;
}

std::string Render(const Table& table, const Style& style) { return Renderer(table, style).Run(); }

}  // namespace pigeonhub::cli
