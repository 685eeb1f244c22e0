// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/handshake_conversions.h"

#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <string>

#include "control/conversions/record_conversions.h"

namespace pigeonhub {
namespace {

using google::protobuf::util::TimeUtil;

google::protobuf::Duration Micros(int64_t micros) {
  return TimeUtil::MicrosecondsToDuration(micros);
}

v1::HandshakeStepKind ToProto(HandshakeStepKind kind) {
  switch (kind) {
    case HandshakeStepKind::kAnnounced:
      return v1::HANDSHAKE_STEP_KIND_ANNOUNCED;
    case HandshakeStepKind::kDiscovered:
      return v1::HANDSHAKE_STEP_KIND_DISCOVERED;
    case HandshakeStepKind::kOffer:
      return v1::HANDSHAKE_STEP_KIND_OFFER;
    case HandshakeStepKind::kAnswer:
      return v1::HANDSHAKE_STEP_KIND_ANSWER;
    case HandshakeStepKind::kIceCandidate:
      return v1::HANDSHAKE_STEP_KIND_ICE_CANDIDATE;
    case HandshakeStepKind::kConnected:
      return v1::HANDSHAKE_STEP_KIND_CONNECTED;
  }
  return v1::HANDSHAKE_STEP_KIND_UNSPECIFIED;
}

v1::HandshakeStage ToProto(HandshakeStage stage) {
  switch (stage) {
    case HandshakeStage::kHeard:
      return v1::HANDSHAKE_STAGE_HEARD;
    case HandshakeStage::kPassedOn:
      return v1::HANDSHAKE_STAGE_PASSED_ON;
    case HandshakeStage::kDelivered:
      return v1::HANDSHAKE_STAGE_DELIVERED;
    case HandshakeStage::kDropped:
      return v1::HANDSHAKE_STAGE_DROPPED;
  }
  return v1::HANDSHAKE_STAGE_UNSPECIFIED;
}

v1::HandshakeHubState ToProto(HandshakeHubState state) {
  switch (state) {
    case HandshakeHubState::kTells:
      return v1::HANDSHAKE_HUB_STATE_TELLS;
    case HandshakeHubState::kSilent:
      return v1::HANDSHAKE_HUB_STATE_SILENT;
    case HandshakeHubState::kNotAdmitted:
      return v1::HANDSHAKE_HUB_STATE_NOT_ADMITTED;
    case HandshakeHubState::kUnreachable:
      return v1::HANDSHAKE_HUB_STATE_UNREACHABLE;
  }
  return v1::HANDSHAKE_HUB_STATE_UNSPECIFIED;
}

}  // namespace

v1::HandshakeStep ToProto(const HandshakeStep& step) {
  v1::HandshakeStep out;
  out.set_hub_id(std::string(step.hub.text()));
  out.set_kind(ToProto(step.kind));
  out.set_stage(ToProto(step.stage));
  out.set_from_peer_id(std::string(step.from.text()));
  if (step.to.has_value()) out.set_target_peer_id(std::string(step.to->text()));
  if (step.network != nullptr) out.set_namespace_(*step.network);
  *out.mutable_time() = TimeUtil::MicrosecondsToTimestamp(step.at_us);
  if (step.at_error_us != 0) *out.mutable_time_error() = Micros(step.at_error_us);
  if (step.other_hub.has_value()) out.set_other_hub_id(std::string(step.other_hub->text()));
  if (step.queue_us.has_value()) *out.mutable_queue() = Micros(*step.queue_us);
  if (step.line_us.has_value()) {
    *out.mutable_line() = Micros(*step.line_us);
    *out.mutable_line_error() = Micros(step.line_error_us);
  }
  if (step.reason != Reason::kCount) out.set_reason(ToProto(step.reason));
  return out;
}

v1::HandshakeHub ToProto(const HandshakeHub& hub) {
  v1::HandshakeHub out;
  out.set_hub_id(std::string(hub.hub.text()));
  out.set_state(ToProto(hub.state));
  if (hub.state == HandshakeHubState::kTells) {
    *out.mutable_clock_ahead() = Micros(hub.clock_ahead_us);
    *out.mutable_clock_error() = Micros(hub.clock_error_us);
  }
  out.set_omitted_count(static_cast<int64_t>(hub.omitted));
  return out;
}

}  // namespace pigeonhub
