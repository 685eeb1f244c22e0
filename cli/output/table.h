// SPDX-License-Identifier: Apache-2.0
//
// Tables for people: columns with titles, or facts with their names.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/output/format.h"

namespace pigeonhub::cli {

// The meaning of a cell, which its color shows if there are colors.
enum class Tone { kPlain, kGood, kBad, kFaint };

struct Cell {
  Cell(std::string text, Tone tone = Tone::kPlain) : text(std::move(text)), tone(tone) {}
  Cell(const char* text) : text(text) {}
  // Numbers are aligned to the right.
  Cell(int64_t number) : text(std::to_string(number)), right(true) {}

  std::string text;
  Tone tone = Tone::kPlain;
  bool right = false;
};

struct Column {
  std::string title;
  bool wide_only = false;  // left out of the format table
  bool shrinks = false;    // may be cut when the terminal is too narrow
  bool right = false;      // aligns the title to the right if the table has no row that shows it
  bool wraps = false;      // of one that shrinks, the last: goes on below in the place of being cut
};

struct Table {
  std::vector<Column> columns;  // if none has a title there is no line of titles
  std::vector<std::vector<Cell>> rows;
  std::vector<size_t> least_widths = {};  // by column; for rows that come one by one
  bool goes_on = false;  // the titles were printed above rows before these; columns stay below them
};

// A table of names and values, without titles.
Table Facts(std::vector<std::pair<std::string, Cell>> facts);

// The lines of the table. Deceptive characters in cells are escaped.
std::string Render(const Table& table, const Style& style);

}  // namespace pigeonhub::cli
