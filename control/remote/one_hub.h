// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/status.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "control/call/control_plane.h"
#include "control/remote/hub_questions.h"
#include "pigeonhub/hubs/v1/questions.pb.h"
#include "server/core/time.h"

namespace pigeonhub {

// What a hub answered, this one or another.
struct HubAnswer {
  grpc::Status status;
  std::string response;   // serialized
  bool was_asked = true;  // false: there was no time or no room for it
};

// Asks one hub of the mesh, this one or another. Thread-safe.
class OneHub {
 public:
  using OnAnswer = std::function<void(HubAnswer answer)>;
  using OnReply = HubQuestions::OnAnswer;

  OneHub(ControlPlane& plane, HubQuestions& questions) : plane_(plane), questions_(questions) {}

  bool IsThisOne(std::string_view hub) const { return hub == plane_.hub_id; }
  // Calls `on_answer` once, on any thread.
  void Ask(const std::string& hub, const std::string& method, std::string request,
           const Principal& caller, Duration within, OnAnswer on_answer);
  // Puts a call, or the opening of a stream, to another hub. What changes something is put only to
  // a hub that has just given a sign of life: one that stands still would do it when it goes on,
  // and the caller was told long ago that it gave no answer. The status says whether it was asked.
  void Put(const PeerId& hub, hubs::v1::Question question, Duration within, OnReply on_reply);

  ControlPlane& plane() { return plane_; }
  HubQuestions& questions() { return questions_; }

 private:
  ControlPlane& plane_;
  HubQuestions& questions_;
};

// The beginning of a question: who calls.
hubs::v1::Question QuestionOf(const Principal& caller, Duration within);
// Why another hub gave no answer, as a status of the call.
grpc::Status Unreached(std::string_view hub, const absl::Status& why);
// The same in words, without the hub.
std::string ReasonOf(std::string_view hub, const grpc::Status& why);
// The status in an answer.
grpc::Status StatusOf(const hubs::v1::Answer& answer);

}  // namespace pigeonhub
