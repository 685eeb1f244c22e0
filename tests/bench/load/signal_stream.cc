// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/signal_stream.h"

#include <algorithm>
#include <string>

#include "tests/bench/load/envelope.h"

namespace pigeonhub::bench {
namespace {

constexpr uint32_t kSignalMask = 0x3F86C25D;

}  // namespace

SignalStreams::SignalStreams(Swarm& swarm, Tally& tally, const Traffic& traffic)
    : swarm_(swarm), tally_(tally), traffic_(traffic) {}

bool SignalStreams::Open(size_t peers, std::mt19937_64& random, TimePoint deadline) {
  for (size_t pair = 0; pair < peers / 2; ++pair) {
    pairs_.push_back(
        std::make_unique<Group>(swarm_, tally_, random, "bench-pair-" + std::to_string(pair), 2));
  }
  const bool met = swarm_.PollUntil(deadline, [this] {
    return !tally_.clean() ||
           std::all_of(pairs_.begin(), pairs_.end(), [](const auto& pair) { return pair->met(); });
  });
  if (!met || !tally_.clean()) return false;
  for (const auto& pair : pairs_) {
    AddStream(*pair, 0, 1);
    AddStream(*pair, 1, 0);
  }
  return true;
}

void SignalStreams::AddStream(Group& pair, size_t sender, size_t receiver) {
  SampleSignal sample = MakeSignal(traffic_.kind, pair.namespace_name(), pair.peer_id(receiver),
                                   traffic_.message_size);
  ClientFrame frame(Opcode::kText, sample.message, kSignalMask);
  Connection& connection = pair.HandOver(sender, this, streams_.size());
  streams_.push_back({&connection,
                      pair.peer_id(sender),
                      pair.peer_id(receiver),
                      pair.namespace_name(),
                      std::move(sample),
                      std::move(frame),
                      0,
                      {}});
}

void SignalStreams::Send(size_t peer, TimePoint due) {
  Stream& stream = streams_[peer];
  if (stream.sender == nullptr) return;
  stream.frame.Overwrite(stream.sample.data_offset + stream.sample.sequence_offset,
                         SequenceDigits(stream.next_sequence++));
  stream.due.push_back(due);
  stream.sender->Send(stream.frame);
  ++sent_;
}

void SignalStreams::OnMessage(Connection& connection, std::string_view message) {
  Envelope envelope;
  if (!ReadEnvelope(message, envelope)) {
    return tally_.Note(tally_.damaged, "not a JSON object", message);
  }
  if (envelope.type != TypeOf(traffic_.kind)) {
    return tally_.Note(tally_.unexpected, "unexpected message", message);
  }
  const size_t sender = connection.tag() ^ 1;
  Stream& stream = streams_[sender];
  if (envelope.from_peer_id != stream.sender_id || envelope.target_peer_id != stream.receiver_id ||
      envelope.network_name != stream.namespace_name) {
    return tally_.Note(tally_.misdirected, "misdirected message", message);
  }
  if (!IsComplete(stream, envelope.data)) {
    return tally_.Note(tally_.damaged, "the data is not what was sent", message);
  }

  const uint64_t sequence =
      SequenceFrom(envelope.data.substr(stream.sample.sequence_offset, kSequenceDigits));
  const uint64_t expected = stream.next_sequence - stream.due.size();
  if (sequence < expected || sequence >= stream.next_sequence) {
    return tally_.Note(tally_.out_of_order, "a signal again, or one never sent", message);
  }
  for (uint64_t skipped = expected; skipped < sequence; ++skipped) {
    tally_.Note(tally_.out_of_order, "signals were skipped before", message);
    stream.due.pop_front();
    ++skipped_;
  }
  const TimePoint now = Clock::now();
  latencies_.Record(now - stream.due.front());
  stream.due.pop_front();
  ++deliveries_;
  if (traffic_.answer_at_once) Send(sender, now);
}

bool SignalStreams::IsComplete(const Stream& stream, std::string_view data) const {
  const std::string_view sent = stream.sample.data;
  const size_t digits = stream.sample.sequence_offset;
  return data.size() == sent.size() && data.substr(0, digits) == sent.substr(0, digits) &&
         data.substr(digits + kSequenceDigits) == sent.substr(digits + kSequenceDigits);
}

void SignalStreams::OnClosed(Connection& connection, int code, std::string_view reason) {
  streams_[connection.tag()].sender = nullptr;
  tally_.Note(tally_.closed, "connection closed with " + std::to_string(code), reason);
}

}  // namespace pigeonhub::bench
