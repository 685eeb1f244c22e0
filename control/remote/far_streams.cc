// SPDX-License-Identifier: Apache-2.0

#include "control/remote/far_streams.h"

#include <iterator>
#include <utility>

namespace pigeonhub {

bool FarStreams::HasRoomFor(const PeerId& hub) const {
  MutexLock lock(mutex_);
  const auto first = streams_.lower_bound({hub, 0});
  const auto last = streams_.upper_bound({hub, UINT64_MAX});
  return streams_.size() < kMost &&
         std::distance(first, last) < static_cast<std::ptrdiff_t>(kMostOfOneHub);
}

uint64_t FarStreams::Add(const PeerId& hub, std::shared_ptr<InsideStream> stream) {
  MutexLock lock(mutex_);
  const Key key{hub, ++last_};
  Stream& added = streams_[key];
  added.stream = std::move(stream);
  KeepLocked(key, added);
  return key.second;
}

void FarStreams::KeepLocked(const Key& key, Stream& stream) {
  stream.alarm = std::make_unique<grpc::Alarm>();
  stream.alarm->Set(
      std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::seconds>(kKept),
      [weak = weak_from_this(), key](bool ok) {
        const auto self = weak.lock();
        if (ok && self != nullptr) self->End(key.first, key.second);
      });
}

void FarStreams::Next(const PeerId& hub, uint64_t number, OnAnswer on_answer) {
  std::shared_ptr<InsideStream> stream;
  {
    MutexLock lock(mutex_);
    const auto found = streams_.find({hub, number});
    if (found != streams_.end()) {
      stream = found->second.stream;
      KeepLocked(found->first, found->second);
    }
  }
  if (stream == nullptr) {
    hubs::v1::Answer answer;
    answer.set_code(grpc::StatusCode::UNAVAILABLE);
    answer.set_message("the stream is over there");
    answer.set_over(true);
    return on_answer(answer);
  }
  stream->Take(kPatience, [self = shared_from_this(), hub, number,
                           on_answer = std::move(on_answer)](InsideStream::Taken taken) {
    hubs::v1::Answer answer;
    for (std::string& message : taken.messages) answer.add_items(std::move(message));
    if (taken.end.has_value()) {
      answer.set_over(true);
      answer.set_code(taken.end->error_code());
      answer.set_message(taken.end->error_message());
      answer.set_details(taken.end->error_details());
      self->End(hub, number);
    }
    on_answer(answer);
  });
}

void FarStreams::End(const PeerId& hub, uint64_t number) {
  std::shared_ptr<InsideStream> stream;
  {
    MutexLock lock(mutex_);
    const auto found = streams_.find({hub, number});
    if (found == streams_.end()) return;
    stream = std::move(found->second.stream);
    streams_.erase(found);
  }
  stream->Cancel();
}

void FarStreams::Close() {
  std::map<Key, Stream> streams;
  {
    MutexLock lock(mutex_);
    streams.swap(streams_);
  }
  for (const auto& [key, one] : streams) one.stream->Cancel();
}

}  // namespace pigeonhub
