// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/call/control_plane.h"
#include "control/call/other_hubs.h"
#include "control/remote/hub_questions.h"
#include "control/remote/one_hub.h"
#include "control/remote/round.h"

namespace pigeonhub {

// Answers calls that mean another hub of the mesh, or all. What needs more than the role viewer is
// asked only of hubs that showed that they have a key of the mesh.
class HubsOfMesh final : public OtherHubs {
 public:
  explicit HubsOfMesh(ControlPlane& plane)
      : plane_(plane), questions_(plane.hub), one_hub_(plane, questions_) {}

  void Ask(Call call, OnAnswer on_answer) override;
  std::shared_ptr<StreamOfHubs> Watch(const Call& call, grpc::Status& why_not) override;
  // Whoever waits for an answer gets one.
  void Close() { questions_.Close(); }

 private:
  // A hub that is meant, and why it is not to be asked.
  struct Meant {
    std::string hub;
    grpc::Status why_not;
  };

  // Why this call may not mean other hubs.
  grpc::Status CheckCall(const Call& call) const;
  // Whoever closes this hub out is not heard by it any more.
  grpc::Status CheckQuarantine(const Call& call) const;
  std::vector<Meant> MeantBy(const Call& call) const;
  void AskOne(const Meant& meant, Call call, OnAnswer on_answer);
  void AskAll(Call call, OnAnswer on_answer);
  void AskForPage(Call call, OnAnswer on_answer);
  Round::Plan PlanOf(const Call& call, const std::vector<Meant>& meant) const;

  ControlPlane& plane_;
  HubQuestions questions_;
  OneHub one_hub_;
};

}  // namespace pigeonhub
