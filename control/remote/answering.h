// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "control/call/control_plane.h"
#include "control/remote/far_streams.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub/hubs/v1/questions.pb.h"

namespace pigeonhub {

// Answers what other hubs ask: makes the call here, in the name of the caller and of the hub that
// vouches for him. A hub without a key of the mesh vouches for viewers only.
class Answering {
 public:
  // From now on questions are answered.
  explicit Answering(ControlPlane& plane);
  // Until here. No call is under way any more once plane.inside is closed.
  ~Answering();
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

 private:
  void Answer(const HubServer::Question& question);
  void Open(const HubServer::Question& question, InsideCalls::Call call);

  ControlPlane& plane_;
  const std::shared_ptr<FarStreams> streams_ = std::make_shared<FarStreams>();
};

// For whom a question is asked, as this hub takes it.
Principal PrincipalOf(const HubServer::Question& question, const hubs::v1::Question& asked);

}  // namespace pigeonhub
