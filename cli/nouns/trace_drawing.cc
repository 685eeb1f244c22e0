// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/trace_drawing.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/trace_rows.h"
#include "cli/text/display.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::system_clock;

constexpr size_t kKind = 10;
constexpr size_t kWay = kKind + 1 + kShortIdDigits + 1 + kShortIdDigits;  // "offer      A>B"
constexpr size_t kLabel = kWay + 7;
constexpr size_t kScale = 32;
constexpr size_t kTook = 11;

// To the right edge of a column.
std::string Right(const std::string& text, size_t width) {
  return std::string(width - std::min(width, DisplayWidth(text)), ' ') + text;
}

// One line: a step, or the two steps of a signal that passed from hub to hub.
struct Bar {
  v1::HandshakeStep first;
  system_clock::time_point heard;
  std::optional<system_clock::time_point> sent = {};  // on to another hub
  std::optional<system_clock::time_point> came = {};  // to its target
  // By how much the time from `heard` on is wrong at most: of two clocks.
  nanoseconds error = {};
  std::string hubs = {};  // "1", "1>2"

  system_clock::time_point end() const { return came.value_or(sent.value_or(heard)); }

  // "51.6 ±0.4" ms. What seems to end before it begins took no time, and the clocks are wrong by
  // that much.
  std::string TookText() const {
    if (!sent.has_value()) return {};
    const nanoseconds took = end() - heard;
    const nanoseconds wrong = std::max(error, -took);
    if (wrong <= nanoseconds::zero()) return absl::StrFormat("%.1f", Millis(took));
    return MillisText(std::max(took, nanoseconds::zero()), wrong);
  }
};

system_clock::duration Ticks(nanoseconds duration) {
  return std::chrono::duration_cast<system_clock::duration>(duration);
}

class TraceDrawing {
 public:
  explicit TraceDrawing(const pigeonctl::v1::Trace& trace) : trace_(trace) {
    // What a hub sent on before what came there: by their clocks the two may have changed places.
    for (const v1::HandshakeStep& step : trace.steps()) {
      if (!CameFromHub(step)) Take(step);
    }
    for (const v1::HandshakeStep& step : trace.steps()) {
      if (CameFromHub(step)) Take(step);
    }
    std::stable_sort(bars_.begin(), bars_.end(),
                     [](const Bar& a, const Bar& b) { return a.heard < b.heard; });
  }

  std::vector<std::string> Lines() {
    std::vector<std::string> lines;
    if (bars_.empty()) return lines;
    began_ = bars_.front().heard;
    ended_ = began_;
    for (const Bar& bar : bars_) ended_ = std::max(ended_, bar.end());
    lines.push_back("from " + TimeText(bars_.front().first.time()) + ", times in ms");
    const std::string end = absl::StrFormat("%.1f", Millis(ended_ - began_));
    lines.push_back(std::string(kLabel, ' ') + " 0" + Right(end, kScale - 1) + ' ' +
                    Right("TOOK", kTook));
    for (const Bar& bar : bars_) lines.push_back(Line(bar));
    lines.push_back("| happens   = waits in a hub   - on the line   > comes   x is dropped");
    for (const auto& [id, number] : hubs_) by_number_[number] = id;
    for (const auto& [number, id] : by_number_) lines.push_back(HubLine(number, id));
    return lines;
  }

 private:
  // From whom to whom, what, and from which hub to which.
  using Way = std::tuple<std::string, std::string, int, std::string, std::string>;

  static bool CameFromHub(const v1::HandshakeStep& step) {
    return step.stage() == v1::HANDSHAKE_STAGE_DELIVERED && !step.other_hub_id().empty();
  }

  std::string NumberOf(const std::string& hub) {
    return std::to_string(hubs_.try_emplace(hub, hubs_.size() + 1).first->second);
  }

  void Take(const v1::HandshakeStep& step) {
    const system_clock::time_point at = ToChrono(step.time());
    if (CameFromHub(step)) {
      const Way way = {step.from_peer_id(), step.target_peer_id(), step.kind(), step.other_hub_id(),
                       step.hub_id()};
      std::vector<size_t>& open = under_way_[way];
      if (!open.empty()) {
        // Hubs pass signals of a pair on in their order.
        Bar& bar = bars_[open.front()];
        open.erase(open.begin());
        bar.came = at;
        bar.error = ToChrono(bar.first.time_error()) + ToChrono(step.time_error());
        return;
      }
    }
    Bar bar{.first = step, .heard = at};
    bar.hubs = NumberOf(step.hub_id());
    if (step.stage() == v1::HANDSHAKE_STAGE_PASSED_ON) {
      bar.sent = at + Ticks(ToChrono(step.queue()));
      if (!step.other_hub_id().empty()) bar.hubs += '>' + NumberOf(step.other_hub_id());
      under_way_[{step.from_peer_id(), step.target_peer_id(), step.kind(), step.hub_id(),
                  step.other_hub_id()}]
          .push_back(bars_.size());
    } else if (CameFromHub(step)) {
      // The other hub does not tell when it heard it.
      bar.hubs = NumberOf(step.other_hub_id()) + '>' + bar.hubs;
      bar.came = at;
      if (step.has_line()) {
        bar.heard = *(bar.sent = at - Ticks(ToChrono(step.line())));
        bar.error = ToChrono(step.line_error());
      }
    } else if (step.stage() == v1::HANDSHAKE_STAGE_DELIVERED) {
      bar.came = at;
    }
    bars_.push_back(std::move(bar));
  }

  size_t ColumnOf(system_clock::time_point time) const {
    const double all = Millis(ended_ - began_);
    const double share = all <= 0 ? 0 : Millis(time - began_) / all;
    return static_cast<size_t>(std::clamp(share, 0.0, 1.0) * (kScale - 1));
  }

  // Behind that place or, where there is no room, before it.
  static void WriteBeside(size_t place, const std::string& text, std::string& scale) {
    if (place + 2 + text.size() <= scale.size()) {
      scale.replace(place + 2, text.size(), text);
    } else if (text.size() + 1 <= place) {
      scale.replace(place - 1 - text.size(), text.size(), text);
    }
  }

  std::string Line(const Bar& bar) const {
    const v1::HandshakeStep& step = bar.first;
    std::string label = WordOf(step.kind());
    label.resize(std::max(label.size(), kKind), ' ');
    label += ' ' + ShortId(step.from_peer_id());
    if (!step.target_peer_id().empty()) {
      // Of a discovery the target hears.
      const bool hears = step.kind() == v1::HANDSHAKE_STEP_KIND_DISCOVERED;
      label += (hears ? "<" : ">") + ShortId(step.target_peer_id());
    }
    label.resize(std::max(label.size(), kWay), ' ');
    label += ' ' + bar.hubs;
    label.resize(kLabel, ' ');

    std::string scale(kScale, ' ');
    const size_t heard = ColumnOf(bar.heard);
    const size_t end = ColumnOf(bar.end());
    const size_t sent = bar.sent.has_value() ? ColumnOf(*bar.sent) : end;
    for (size_t i = heard; i <= end; ++i) scale[i] = i < sent ? '=' : '-';
    if (step.stage() == v1::HANDSHAKE_STAGE_DROPPED) {
      scale[heard] = 'x';
      WriteBeside(heard, ReasonText(step.reason()), scale);
    } else if (bar.came.has_value() && step.kind() != v1::HANDSHAKE_STEP_KIND_DISCOVERED) {
      scale[end] = '>';
    } else if (!bar.sent.has_value()) {
      scale[heard] = '|';
    }
    std::string line = label + ' ' + scale + ' ' + Right(bar.TookText(), kTook);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
  }

  std::string HubLine(size_t number, const std::string& id) const {
    std::string line = std::to_string(number) + " = " + ShortId(id);
    const auto hub = std::find_if(trace_.hubs().begin(), trace_.hubs().end(),
                                  [&](const v1::HandshakeHub& one) { return one.hub_id() == id; });
    // Nothing needs to be said of the hub that was asked.
    return hub == trace_.hubs().end() ? line : line + ", which " + HubStateText(*hub);
  }

  const pigeonctl::v1::Trace& trace_;
  std::vector<Bar> bars_;
  std::map<Way, std::vector<size_t>> under_way_;
  std::map<std::string, size_t> hubs_;
  std::map<size_t, std::string> by_number_;
  system_clock::time_point began_;
  system_clock::time_point ended_;
};

}  // namespace

std::vector<std::string> DrawTrace(const pigeonctl::v1::Trace& trace) {
  return TraceDrawing(trace).Lines();
}

}  // namespace pigeonhub::cli
