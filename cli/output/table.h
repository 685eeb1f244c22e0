// SPDX-License-Identifier: Apache-2.0
//
// Tables for people: columns under titles, or facts with their names in front.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/output/format.h"

namespace pigeonhub::cli {

// What a cell's color tells, where there are colors.
enum class Tone { kPlain, kGood, kBad, kFaint };

struct Cell {
  Cell(std::string text, Tone tone = Tone::kPlain) : text(std::move(text)), tone(tone) {}
  Cell(const char* text) : text(text) {}
  // Numbers stand at the right of their column.
  Cell(int64_t number) : text(std::to_string(number)), right(true) {}

  std::string text;
  Tone tone = Tone::kPlain;
  bool right = false;
};

struct Column {
  std::string title;
  bool wide_only = false;  // left out of the format table
  bool shrinks = false;    // may be cut when the terminal is too narrow
  bool right = false;      // the title, too, stands right where the first row does not say it
};

struct Table {
  std::vector<Column> columns;  // without titles no line of titles is written
  std::vector<std::vector<Cell>> rows;
  std::vector<size_t> least_widths = {};  // by column; for rows that come one by one
};

// A table of names and values, without titles.
Table Facts(std::vector<std::pair<std::string, Cell>> facts);

// The table's lines. Cells are made displayable on the way.
std::string Render(const Table& table, const Style& style);

}  // namespace pigeonhub::cli
