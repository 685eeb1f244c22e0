// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/nouns.h"
#include "cli/nouns/outage.h"
#include "cli/nouns/pause.h"
#include "cli/nouns/session.h"
#include "cli/nouns/top_sample.h"
#include "cli/nouns/top_tables.h"
#include "server/base/nearest_word.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kTopInterval{2};
// What the screen has above and below the rows: two lines, an empty one, the titles, and the last
// line, which would scroll.
constexpr size_t kOtherLines = 5;

// To the alternate screen and without a cursor, and back.
constexpr std::string_view kEnterScreen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeaveScreen = "\x1b[?25h\x1b[?1049l";
// To the upper left corner; what is drawn then takes the place of what stood there.
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearBelow = "\x1b[J";
constexpr std::string_view kClearLine = "\x1b[K";

TopView ViewOf(const Arguments& arguments) {
  const std::string view = arguments.operands().empty() ? "hubs" : arguments.operands()[0];
  if (view == "peers") return TopView::kPeers;
  return view == "namespaces" ? TopView::kNamespaces : TopView::kHubs;
}

Answer AnswerOf(const pigeonctl::v1::Top& top, TopView view) {
  Table lines{{{.title = {}, .shrinks = true}}, {}};
  for (std::string& line : TopLines(top)) lines.rows.emplace_back().emplace_back(std::move(line));
  Answer answer{.message = &top, .items = {&top}, .names = TopNames(top)};
  answer.tables = {std::move(lines), TopTable(top, view)};
  return answer;
}

// Draws one picture after another at the same place.
class Screen {
 public:
  explicit Screen(Session& session) : session_(session) { session_.Print(kEnterScreen); }
  ~Screen() { session_.Print(kLeaveScreen); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void Draw(const std::string& text) {
    std::string picture(kHome);
    for (const char c : text) {
      if (c == '\n') picture += kClearLine;
      picture += c;
    }
    session_.Print(picture.append(kClearBelow));
  }

 private:
  Session& session_;
};

absl::StatusOr<ExitCode> RunTop(Session& session, const Arguments& arguments) {
  if (arguments.text("hub") == "*") {
    return absl::InvalidArgumentError(
        "top shows one hub, with --hub ID; its rows are the hubs of the mesh unless you ask for "
        "others");
  }
  const TopView view = ViewOf(arguments);
  const std::vector<std::string> keys = TopKeys(view);
  const std::string key = arguments.has("sort-by") ? arguments.text("sort-by") : keys.front();
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
    return absl::InvalidArgumentError("--sort-by " + key + " is nothing that these rows have" +
                                      "; there are " + Listed(keys));
  }
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  Environment& environment = session.environment();
  const bool once = arguments.has("once");
  const bool draws = !once && environment.height && IsForPeople(session.style().format);
  size_t most = arguments.number("rows").value_or(0);
  if (draws && *environment.height > kOtherLines) {
    const size_t room = *environment.height - kOtherLines;
    most = most == 0 ? room : std::min(most, room);
  }
  const auto interval = arguments.duration("every").value_or(kTopInterval);

  environment.catch_interrupts();
  auto before = TakeTopSample(**hub, view);
  if (!before.ok()) return before.status();
  std::optional<Screen> screen;
  if (draws) screen.emplace(session);
  Outage outage(session);
  while (Pause(environment, interval)) {
    auto after = TakeTopSample(**hub, view);
    if (once && !after.ok()) return after.status();
    if (!outage.Outlives(after.status())) return after.status();
    if (!after.ok()) continue;
    pigeonctl::v1::Top top = Compare(*before, *after, view, environment.now());
    SortTop(top, view, key, most);
    const Answer answer = AnswerOf(top, view);
    if (screen) {
      screen->Draw(Render(answer, session.style()));
    } else {
      session.PrintStreamed(answer);
    }
    if (once) {
      if (top.more()) session.Say("there are more rows than the 5000 that top reads");
      break;
    }
    before = std::move(after);
  }
  return ExitCode::kOk;
}

}  // namespace

Command TopCommand() {
  return {
      .name = "top",
      .summary = "Show what happens at a hub, again and again",
      .details =
          "Two lines on the hub that is asked, and below them the hubs of the mesh as it "
          "sees them, its peers, or its namespaces. Rates are of the time between two "
          "looks. It reads at most 5000 rows. Ctrl-C ends it.",
      .examples = {"pigeonctl top", "pigeonctl top namespaces --sort-by joins -n 10",
                   "pigeonctl top peers --sort-by queue", "pigeonctl top hubs --once -o json"},
      .operands = {{.name = "WHAT",
                    .help = "What the rows are (default: hubs)",
                    .choices = {"hubs", "peers", "namespaces"},
                    .optional = true}},
      .flags = {{.name = "sort-by",
                 .value = "KEY",
                 .help =
                     "The largest first. Hubs: messages, peers, joins, refusals, age, uptime, "
                     "bytes, queue, rtt. Peers: age, idle, activity, messages, bytes, queue, rtt. "
                     "Namespaces: peers, joins, local, messages, bytes (default: the first)"},
                {.name = "rows",
                 .value = "N",
                 .help = "At most so many rows (default: what the screen has room for)",
                 .kind = Kind::kNumber,
                 .letter = 'n'},
                {.name = "every",
                 .value = "TIME",
                 .help = "The time between two looks (default: 2s)",
                 .kind = Kind::kDuration},
                Switch("once", "Look twice, show that, and end")},
      .run = RunTop};
}

}  // namespace pigeonhub::cli
