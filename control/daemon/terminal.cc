// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/wrapping.h"

namespace pigeonhub {
namespace {

// Where texts begin, in the lines at the start and in those of what happens.
constexpr size_t kTextColumn = 12;
// In one that is narrower each line would be a handful of words.
constexpr size_t kNarrowest = 40;

// Asked each time, as people change it. 0: it does not tell, or is narrower than that.
size_t Width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < kNarrowest) return 0;
  return size.ws_col;
}

// As setlocale(3) chooses. The name ends in UTF-8 or utf8.
bool IsUtf8(const Variables& variables) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = absl::AsciiStrToLower(ValueOf(variables, name));
    if (!value.empty()) return value.ends_with("utf-8") || value.ends_with("utf8");
  }
  return false;
}

}  // namespace

Terminal::Terminal(const Config& config, const Variables& variables)
    : is_there_(config.log_format == LogFormat::kText && isatty(STDOUT_FILENO) == 1),
      has_colour_(is_there_ && ValueOf(variables, "NO_COLOR").empty() &&
                  ValueOf(variables, "TERM") != "dumb"),
      has_utf8_(IsUtf8(variables)),
      shows_lines_(is_there_ && config.dev && !config.quiet),
      shows_signals_(shows_lines_ && config.verbose) {}

bool Terminal::is_closed() const { return is_there_ && isatty(STDOUT_FILENO) == 0; }

bool Terminal::Tells(const Event& event) const {
  if (!is_there_) return false;
  if (std::holds_alternative<PeerRefused>(event.body)) return shows_lines_;
  if (const auto* started = std::get_if<DrainStarted>(&event.body)) {
    return started->attributes.empty();
  }
  if (const auto* finished = std::get_if<DrainFinished>(&event.body)) {
    return finished->attributes.empty();
  }
  return std::holds_alternative<Started>(event.body) || std::holds_alternative<Stopped>(event.body);
}

void Terminal::Say(std::string_view text) const {
  if (!is_there_) return;
  const size_t width = Width();
  std::string out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    out += width == 0 ? std::string(line) : Folded(line, {kTextColumn, width});
    out += '\n';
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  const uint64_t lost = lost_.exchange(0);
  if (lost > 0) out.insert(0, absl::StrCat("(", lost, " not shown here, where nobody read)\n"));
  if (!output_.Write(out)) lost_ += lost + 1;
}

}  // namespace pigeonhub
