// SPDX-License-Identifier: Apache-2.0

#include "control/remote/one_hub.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "control/access/roles.h"
#include "control/call/rpc_error.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kPackageOfCalls = "pigeonhub.v1.";
// Of the time for a change, at most half: the rest is for the change.
constexpr Duration kToGiveASign = std::chrono::seconds(3);

// Every hub that answers questions answers this one at once: no stream has the number 0.
hubs::v1::Question SignOfLife() {
  hubs::v1::Question question;
  question.set_end_of(0);
  return question;
}

bool ChangesSomething(const hubs::v1::Question& question) {
  std::string_view method =
      question.has_open() ? question.open().method() : question.call().method();
  method.remove_prefix(std::min(method.size(), kPackageOfCalls.size()));
  return RequiredRole(method) > Role::kViewer;
}

// Nothing came from there. Else it is known what became of it.
bool IsSilence(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

absl::Status With(const absl::Status& status, std::string_view more) {
  return {status.code(), std::string(status.message()).append(more)};
}

absl::StatusOr<hubs::v1::Answer> ToAChange(absl::StatusOr<hubs::v1::Answer> answer) {
  constexpr char kMayBeDone[] = "; it may still be done there";
  if (!answer.ok()) return IsSilence(answer.status()) ? With(answer.status(), kMayBeDone) : answer;
  if (answer->code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
      answer->code() == grpc::StatusCode::CANCELLED) {
    answer->mutable_message()->append(kMayBeDone);
  }
  return answer;
}

}  // namespace

hubs::v1::Question QuestionOf(const Principal& caller, Duration within) {
  hubs::v1::Question question;
  question.set_caller(caller.name);
  question.set_role(std::string(RoleName(caller.role)));
  question.set_patience_ms(std::chrono::duration_cast<std::chrono::milliseconds>(within).count());
  question.set_of_all(caller.asks_all);
  return question;
}

grpc::Status Unreached(std::string_view hub, const absl::Status& why) {
  const auto code = absl::IsNotFound(why) || absl::IsPermissionDenied(why) ||
                            absl::IsResourceExhausted(why) || absl::IsUnimplemented(why)
                        ? static_cast<int>(why.code())
                        : static_cast<int>(grpc::StatusCode::UNAVAILABLE);
  const v1::Reason reason = absl::IsNotFound(why)           ? v1::REASON_UNKNOWN_HUB_ID
                            : absl::IsPermissionDenied(why) ? v1::REASON_HUB_NOT_ADMITTED
                                                            : v1::REASON_HUB_UNREACHABLE;
  return RpcError(code, reason, "hub " + std::string(hub) + ": " + std::string(why.message()))
      .With("hub_id", std::string(hub));
}

std::string ReasonOf(std::string_view hub, const grpc::Status& why) {
  const std::string beginning = "hub " + std::string(hub) + ": ";
  const std::string& message = why.error_message();
  return message.starts_with(beginning) ? message.substr(beginning.size()) : message;
}

grpc::Status StatusOf(const hubs::v1::Answer& answer) {
  if (answer.code() == grpc::StatusCode::OK) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(answer.code()), answer.message(), answer.details()};
}

void OneHub::Ask(const std::string& hub, const std::string& method, std::string request,
                 const Principal& caller, Duration within, OnAnswer on_answer) {
  if (IsThisOne(hub)) {
    const auto deadline = std::chrono::system_clock::now() +
                          std::chrono::duration_cast<std::chrono::milliseconds>(within);
    plane_.inside.Ask(
        {method, std::move(request), caller, deadline},
        [on_answer = std::move(on_answer)](const grpc::Status& status, std::string response) {
          on_answer({status, std::move(response)});
        });
    return;
  }
  hubs::v1::Question question = QuestionOf(caller, within);
  question.mutable_call()->set_method(method);
  question.mutable_call()->set_request(std::move(request));
  const std::optional<PeerId> id = PeerId::Parse(hub);
  if (!id) return on_answer({Unreached(hub, absl::NotFoundError("is no id of a hub")), {}});
  Put(*id, std::move(question), within,
      [hub, on_answer = std::move(on_answer)](const absl::StatusOr<hubs::v1::Answer>& answer) {
        if (!answer.ok()) return on_answer({Unreached(hub, answer.status()), {}});
        on_answer({StatusOf(*answer), answer->response()});
      });
}

void OneHub::Put(const PeerId& hub, hubs::v1::Question question, Duration within,
                 OnReply on_reply) {
  if (!ChangesSomething(question)) {
    return questions_.Ask(hub, question, within, std::move(on_reply));
  }
  const SteadyTime end = plane_.clock.Read().steady + within;
  questions_.Ask(
      hub, SignOfLife(), std::min(within / 2, kToGiveASign),
      [this, hub, question = std::move(question), end,
       on_reply = std::move(on_reply)](const absl::StatusOr<hubs::v1::Answer>& sign) {
        const Duration left = end - plane_.clock.Read().steady;
        absl::Status why_not = sign.status();
        if (why_not.ok() && left <= Duration::zero()) {
          why_not = absl::DeadlineExceededError("it answered too late");
        }
        if (!why_not.ok()) {
          return on_reply(IsSilence(why_not)
                              ? With(why_not, "; it was not asked to change anything")
                              : why_not);
        }
        hubs::v1::Question change = question;
        change.set_patience_ms(std::chrono::duration_cast<std::chrono::milliseconds>(left).count());
        questions_.Ask(hub, change, left, [on_reply](absl::StatusOr<hubs::v1::Answer> answer) {
          on_reply(ToAChange(std::move(answer)));
        });
      });
}

}  // namespace pigeonhub
