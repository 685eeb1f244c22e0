// SPDX-License-Identifier: Apache-2.0

#include "control/services/diagnosis.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "control/call/other_hubs.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "proto/doctor/examine.h"
#include "proto/values/message_values.h"

namespace pigeonhub {
namespace {

constexpr std::chrono::seconds kEachStep(3);

// Asks one thing after the other, so that one thread at a time is in it.
class Examination : public std::enable_shared_from_this<Examination> {
 public:
  Examination(ControlPlane& plane, Principal caller, v1::DiagnoseResponse& response,
              OnAnswered on_answered)
      : plane_(plane),
        caller_(std::move(caller)),
        response_(response),
        on_answered_(std::move(on_answered)),
        began_(plane.clock.Read()) {}

  void GoOn() {
    switch (step_++) {
      case 0:
        return Ask("ServerService/GetStats", v1::GetStatsRequest(), hub_.stats);
      case 1:
        return Ask("ServerService/GetServerInfo", v1::GetServerInfoRequest(), hub_.info);
      case 2:
        return Ask("ServerService/GetLimits", v1::GetLimitsRequest(), hub_.limits);
      case 3:
        return Ask("MeshService/GetTopology", v1::GetTopologyRequest(), hub_.mesh);
      case 4: {
        v1::ListEventsRequest request = doctor::EventsOfLately(BeganAt());
        request.set_page_size(doctor::kMostItems);
        return Ask("EventService/ListEvents", request, hub_.events);
      }
      case 5: {
        v1::ListLinksRequest request;
        request.set_page_size(doctor::kMostItems);
        return Ask("MeshService/ListLinks", request, hub_.links);
      }
      case 6:
        return AskOtherHubs();
      default:
        return Conclude();
    }
  }

 private:
  std::chrono::system_clock::time_point BeganAt() const {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(began_.unix_ms));
  }

  enum class Needed { kYes, kNo };
  template <typename Request, typename Response>
  void Ask(const std::string& method, const Request& request, Response& answer,
           Needed needed = Needed::kYes) {
    plane_.inside.Ask({"pigeonhub.v1." + method, request.SerializeAsString(), caller_,
                       std::chrono::system_clock::now() + kEachStep},
                      [self = shared_from_this(), &answer, needed](const grpc::Status& status,
                                                                   const std::string& response) {
                        if (status.ok()) {
                          answer.ParseFromString(response);
                        } else if (needed == Needed::kYes) {
                          return self->on_answered_(status);
                        }
                        self->GoOn();
                      });
  }

  // Whoever asks all hubs for their diagnosis would have each of them ask all.
  void AskOtherHubs() {
    if (caller_.asks_all || hub_.mesh.hubs_size() < 2) return GoOn();
    v1::GetServerInfoRequest request;
    request.set_hub_id(std::string(kAllHubs));
    // Without an answer there is nothing to compare.
    Ask("ServerService/GetServerInfo", request, hub_.hubs, Needed::kNo);
  }

  void Conclude() {
    hub_.hubs_took = plane_.clock.Read().steady - began_.steady;
    doctor::Examine(hub_, ShortId(plane_.hub_id), BeganAt(), *response_.mutable_findings());
    response_.set_hub_id(plane_.hub_id);
    on_answered_(grpc::Status::OK);
  }

  ControlPlane& plane_;
  const Principal caller_;
  v1::DiagnoseResponse& response_;
  const OnAnswered on_answered_;
  const Now began_;
  int step_ = 0;
  doctor::HubAnswers hub_;
};

}  // namespace

void Diagnose(ControlPlane& plane, const Principal& caller, v1::DiagnoseResponse& response,
              OnAnswered on_answered) {
  std::make_shared<Examination>(plane, caller, response, std::move(on_answered))->GoOn();
}

}  // namespace pigeonhub
