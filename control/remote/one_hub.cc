// SPDX-License-Identifier: Apache-2.0

#include "control/remote/one_hub.h"

#include <chrono>
#include <utility>

#include "control/call/rpc_error.h"

namespace pigeonhub {

hubs::v1::Question QuestionOf(const Principal& caller, Duration within) {
  hubs::v1::Question question;
  question.set_caller(caller.name);
  question.set_role(std::string(RoleName(caller.role)));
  question.set_patience_ms(std::chrono::duration_cast<std::chrono::milliseconds>(within).count());
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
  questions_.Ask(
      *id, question, within,
      [hub, on_answer = std::move(on_answer)](const absl::StatusOr<hubs::v1::Answer>& answer) {
        if (!answer.ok()) return on_answer({Unreached(hub, answer.status()), {}});
        on_answer({StatusOf(*answer), answer->response()});
      });
}

}  // namespace pigeonhub
