// SPDX-License-Identifier: Apache-2.0

#include "server/bus/ears.h"

#include <utility>
#include <variant>

namespace pigeonhub::bus {

Ears::Ears(const PeerId& self, std::string server, Dispatcher& dispatcher, Figures& figures,
           TroubleLog& troubles, std::function<void(std::string_view)> on_closed)
    : self_(self),
      server_(std::move(server)),
      dispatcher_(dispatcher),
      figures_(figures),
      troubles_(troubles),
      on_closed_(std::move(on_closed)) {}

void Ears::Shut() {
  MutexLock lock(mutex_);
  shut_ = true;
}

bool Ears::heard_itself() const {
  MutexLock lock(mutex_);
  return heard_itself_;
}

void Ears::NoteIfItself(const inbound::Message& message) {
  const auto* news = std::get_if<inbound::HubNews>(&message);
  if (news == nullptr || !news->beat.has_value() || news->beat->from != self_) return;
  heard_itself_ = true;
  troubles_.AllIsWell();
}

void Ears::OnMessage(std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + wire::Decoder::kSpareCapacity);
  frame = payload;
  MutexLock lock(mutex_);
  if (shut_) return;
  figures_.in.messages.Add();
  figures_.in.bytes.Add(payload.size());
  const wire::Decoder::Result result = decoder_.Decode(std::move(frame));
  if (const auto* message = std::get_if<inbound::Message>(&result)) {
    if (!heard_itself_) NoteIfItself(*message);
    dispatcher_.Command(Overheard{*message}).IgnoreError();
  } else {
    // Whoever else may publish there.
    dispatcher_.Command(Refused{.reason = std::get<Reason>(result)}).IgnoreError();
  }
}

void Ears::OnTrouble(const absl::Status& trouble) {
  MutexLock lock(mutex_);
  if (!shut_) troubles_.Note(server_, trouble);
}

void Ears::OnClosed(std::string_view why) {
  MutexLock lock(mutex_);
  if (!shut_) on_closed_(why);
}

}  // namespace pigeonhub::bus
