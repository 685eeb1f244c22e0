// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/drain.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "cli/nouns/attributes.h"
#include "cli/nouns/change.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/session.h"
#include "cli/text/count.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub::cli {
namespace {

std::string ProgressText(const v1::DrainRequest& request, const v1::DrainResponse& progress) {
  const std::string some =
      AttributesText({request.attributes().begin(), request.attributes().end()});
  const std::string left = Counted(progress.remaining(), "connection");
  const std::string at_hubs =
      progress.per_hub().empty() ? "" : " on " + Counted(progress.per_hub_size(), "hub");
  if (request.validate_only()) return "a drain would close " + left + at_hubs;
  if (progress.done() && !some.empty()) {
    return "drained, nobody with " + some + " is left; undrain lets them in again";
  }
  if (progress.done()) return "drained, nobody is left";
  return "draining, " + left + " of " + std::to_string(progress.total()) + " left" + at_hubs;
}

// How far the drain of one hub or of several has come.
class DrainState {
 public:
  // `elsewhere`: other hubs drain. One that is drained has no link any more, so its last word, that
  // it is done, may be lost.
  explicit DrainState(bool elsewhere) : elsewhere_(elsewhere) {}

  void Take(const v1::DrainResponse& progress) {
    for (const v1::DrainResponse& one : progress.per_hub()) hubs_[one.hub_id()] = one;
    if (progress.per_hub().empty()) hubs_[progress.hub_id()] = progress;
  }
  // False: that is no more than what comes of its drain.
  bool TakeUnreachable(const std::string& hub) {
    const auto known = hubs_.find(hub);
    if (known != hubs_.end() && IsDrained(known->second)) return false;
    left_out_ = true;
    return true;
  }

  bool has_begun() const { return !hubs_.empty(); }
  bool IsDrained() const {
    return !hubs_.empty() && std::all_of(hubs_.begin(), hubs_.end(),
                                         [&](const auto& hub) { return IsDrained(hub.second); });
  }
  bool left_out() const { return left_out_; }  // a hub was not reached
  int64_t remaining() const {
    int64_t sum = 0;
    for (const auto& [hub, progress] : hubs_) sum += progress.remaining();
    return sum;
  }

 private:
  bool IsDrained(const v1::DrainResponse& progress) const {
    return progress.done() || (elsewhere_ && progress.remaining() == 0);
  }

  bool elsewhere_;
  bool left_out_ = false;
  std::map<std::string, v1::DrainResponse> hubs_;  // the last of each, by its id
};

absl::StatusOr<ExitCode> Drain(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::DrainRequest request;
  if (const auto over = arguments.duration("over")) *request.mutable_over() = ToProto(*over);
  const auto attributes = AttributesOf(arguments);
  if (!attributes.ok()) return attributes.status();
  request.mutable_attributes()->insert(attributes->begin(), attributes->end());
  SetChangeFields(request, arguments);
  const bool of_all = (*hub)->means_all_hubs();
  const bool elsewhere = (*hub)->means_another_hub();
  DrainState state(elsewhere);
  v1::DrainResponse item;
  const auto print = [&](std::string sentence) {
    session.PrintStreamed(Answer{.message = &item,
                                 .items = {&item},
                                 .names = {"signaling"},
                                 .sentence = std::move(sentence)});
  };
  const auto take = [&] {
    for (const v1::UnreachableHub& one : item.unreachable()) {
      if (state.TakeUnreachable(one.hub_id())) session.SayUnreachable(one.hub_id(), one.reason());
    }
    if (item.per_hub().empty() && !item.unreachable().empty()) {
      if (!IsForPeople(session.style().format)) print({});
      return true;
    }
    state.Take(item);
    print(ProgressText(request, item));
    // Of several hubs the stream ends by itself.
    return of_all || (!item.done() && !request.validate_only());
  };
  const absl::Status status = (*hub)->Stream(request, item, take, [] { return false; });
  const bool is_cut_off = elsewhere && absl::IsUnavailable(status) && state.IsDrained();
  if (!status.ok() && !is_cut_off) {
    if (request.validate_only() || !state.has_begun()) return status;
    return absl::Status(status.code(),
                        std::string(status.message()) +
                            "; the drain goes on while the hub runs, until pigeonctl server "
                            "undrain");
  }
  if (state.left_out()) return ExitCode::kCannotConnect;
  if (request.validate_only()) return ExitCode::kOk;
  if (!state.IsDrained()) {
    return absl::AbortedError("the drain was ended with " +
                              Counted(state.remaining(), "connection") +
                              " left; pigeonctl stats shows the state");
  }
  if (elsewhere && attributes->empty()) {
    session.Say("a drained hub hears no other hub: undrain goes to that hub's own address");
  }
  return ExitCode::kOk;
}

}  // namespace

Command DrainCommand() {
  return {.name = "drain",
          .summary = "Turn newcomers away, close the others evenly, wait for the last",
          .details =
              "The drain goes on if pigeonctl is interrupted; undrain ends it. With "
              "--attr all others stay and are welcome.",
          .examples = {"pigeonctl server drain --over 2m",
                       "pigeonctl server drain --attr tier=free --over 10m"},
          .flags = ChangeFlags({{.name = "over",
                                 .value = "TIME",
                                 .help = "Spread the closing over this time; 0s: at once "
                                         "(default: the hub's --drain-timeout)",
                                 .kind = Kind::kDuration},
                                AttributeFlag("Only of peers whose token has this "
                                              "attribute")}),
          .run = Drain};
}

}  // namespace pigeonhub::cli
