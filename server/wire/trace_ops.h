// SPDX-License-Identifier: Apache-2.0
//
// What hubs tell each other of handshakes that somebody watches. Internal to server/wire.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/json_writer.h"
#include "server/core/mesh_message.h"

namespace pigeonhub::wire {

// The fields of such an operation that others do not have. Views point into the parser.
struct TraceFields {
  std::string_view kind;
  std::string_view stage;
  uint64_t asked_us = 0;
  uint64_t heard_us = 0;
  uint64_t sent_us = 0;
  uint64_t omitted = 0;
  std::optional<uint64_t> queue_us;
};
// False for a number out of its range.
[[nodiscard]] bool ReadTraceField(std::string_view key, simdjson::ondemand::value member,
                                  TraceFields& fields);

// The fields that it shares with others.
struct TraceSubject {
  std::optional<PeerId> from;
  std::optional<PeerId> target;
  std::optional<PeerId> hub;
  SharedText network;  // may be null
  std::string_view reason;
};
// Empty for what is no such operation, or lacks something.
std::optional<mesh::Op> TraceOpOf(std::string_view op, const TraceFields& fields,
                                  const TraceSubject& subject);

// The members of the operation, with its name. The object is the caller's.
void WriteTraceOp(const mesh::TraceAsked& op, JsonWriter& json);
void WriteTraceOp(const mesh::TraceAnswered& op, JsonWriter& json);
void WriteTraceOp(const mesh::TraceStep& op, JsonWriter& json);

}  // namespace pigeonhub::wire
