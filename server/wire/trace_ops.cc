// SPDX-License-Identifier: Apache-2.0

#include "server/wire/trace_ops.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include "pigeonhub/reason.h"
#include "server/wire/data_fields.h"

namespace pigeonhub::wire {
namespace {

// By HandshakeStepKind, and by HandshakeStage.
constexpr std::array<std::string_view, kHandshakeStepKindCount> kKinds = {
    "announce", "discover", "offer", "answer", "ice-candidate", "connected"};
constexpr std::array<std::string_view, kHandshakeStageCount> kStages = {"heard", "passed-on",
                                                                        "delivered", "dropped"};

template <typename Value>
std::optional<Value> Find(const auto& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Value>(std::distance(names.begin(), found));
}

std::optional<mesh::Op> AskedOf(const TraceFields& fields, const TraceSubject& subject) {
  mesh::TraceAsked asked{{}, fields.asked_us};
  if (subject.from.has_value() && subject.target.has_value()) {
    asked.filter.pair = {*subject.from, *subject.target};
  } else if (subject.network != nullptr && !subject.network->empty()) {
    asked.filter.network = *subject.network;
  } else {
    return std::nullopt;
  }
  return asked;
}

std::optional<mesh::Op> StepOf(const TraceFields& fields, const TraceSubject& subject) {
  const auto kind = Find<HandshakeStepKind>(kKinds, fields.kind);
  const auto stage = Find<HandshakeStage>(kStages, fields.stage);
  if (!kind.has_value() || !stage.has_value() || !subject.from.has_value()) return std::nullopt;
  return std::make_shared<const mesh::TraceStep>(
      mesh::TraceStep{.kind = *kind,
                      .stage = *stage,
                      .from = *subject.from,
                      .to = subject.target,
                      .network = subject.network,
                      .other_hub = subject.hub,
                      .heard_us = fields.heard_us,
                      .queue_us = fields.queue_us,
                      .sent_us = fields.sent_us,
                      .reason = FindReason(subject.reason).value_or(Reason::kCount)});
}

void WriteId(std::string_view key, const std::optional<PeerId>& id, JsonWriter& json) {
  if (id.has_value()) json.Key(key).Word(id->text());
}

}  // namespace

bool ReadTraceField(std::string_view key, simdjson::ondemand::value member, TraceFields& fields) {
  const auto read = [&](uint64_t& number) {
    return ReadUnsigned(member, mesh::kMostNumber, number);
  };
  if (key == "step") fields.kind = StringOrNothing(member);
  if (key == "stage") fields.stage = StringOrNothing(member);
  if (key == "asked") return read(fields.asked_us);
  if (key == "heard") return read(fields.heard_us);
  if (key == "sent") return read(fields.sent_us);
  if (key == "omitted") return read(fields.omitted);
  if (key == "queue") return read(fields.queue_us.emplace());
  return true;
}

std::optional<mesh::Op> TraceOpOf(std::string_view op, const TraceFields& fields,
                                  const TraceSubject& subject) {
  if (op == "trace") return AskedOf(fields, subject);
  if (op == "traced") {
    return mesh::TraceAnswered{fields.asked_us, fields.heard_us, fields.omitted};
  }
  if (op == "step") return StepOf(fields, subject);
  return std::nullopt;
}

void WriteTraceOp(const mesh::TraceAsked& op, JsonWriter& json) {
  json.Key("op").Word("trace");
  if (op.filter.pair.has_value()) {
    WriteId("from", op.filter.pair->first, json);
    WriteId("target", op.filter.pair->second, json);
  } else {
    json.Key("networkName").String(op.filter.network);
  }
  if (op.asked_us != 0) json.Key("asked").Number(op.asked_us);
}

void WriteTraceOp(const mesh::TraceAnswered& op, JsonWriter& json) {
  json.Key("op").Word("traced");
  json.Key("asked").Number(op.asked_us).Key("heard").Number(op.heard_us);
  if (op.omitted != 0) json.Key("omitted").Number(op.omitted);
}

void WriteTraceOp(const mesh::TraceStep& op, JsonWriter& json) {
  json.Key("op").Word("step").Key("step").Word(kKinds[static_cast<size_t>(op.kind)]);
  json.Key("stage").Word(kStages[static_cast<size_t>(op.stage)]);
  WriteId("from", op.from, json);
  WriteId("target", op.to, json);
  if (op.network != nullptr) json.Key("networkName").String(*op.network);
  WriteId("hub", op.other_hub, json);
  json.Key("heard").Number(op.heard_us);
  if (op.queue_us.has_value()) json.Key("queue").Number(*op.queue_us);
  if (op.sent_us != 0) json.Key("sent").Number(op.sent_us);
  if (op.reason != Reason::kCount) json.Key("reason").Word(ReasonName(op.reason));
}

}  // namespace pigeonhub::wire
