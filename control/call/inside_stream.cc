// SPDX-License-Identifier: Apache-2.0

#include "control/call/inside_stream.h"

#include <grpcpp/generic/generic_stub.h>

#include <utility>

#include "control/call/bytes.h"

namespace pigeonhub {
namespace {

// It is not read on while so much of it waits to be taken.
constexpr size_t kMostMessages = 256;
constexpr size_t kMostBytes = size_t{256} * 1024;

}  // namespace

void InsideStream::Start(const std::shared_ptr<grpc::Channel>& channel,
                         const InsideCalls::Call& call) {
  self_ = shared_from_this();
  request_ = ToByteBuffer(call.request);
  grpc::GenericStub(channel).PrepareBidiStreamingCall(context_.get(), '/' + call.method, {}, this);
  {
    MutexLock lock(mutex_);
    reading_ = true;
  }
  StartWriteLast(&request_, grpc::WriteOptions());
  StartRead(&incoming_);
  StartCall();
}

void InsideStream::Refuse(const grpc::Status& status) {
  MutexLock lock(mutex_);
  no_more_ = true;
  end_ = status;
}

void InsideStream::Take(Duration patience, OnTaken on_taken) {
  std::function<void()> before;
  std::function<void()> now;
  {
    MutexLock lock(mutex_);
    before = HandOverLocked(/*even_if_nothing=*/true);
    waiting_ = std::move(on_taken);
    const uint64_t turn = ++turn_;
    now = HandOverLocked(/*even_if_nothing=*/false);
    if (!now) {
      alarm_ = std::make_unique<grpc::Alarm>();
      alarm_->Set(std::chrono::system_clock::now() +
                      std::chrono::duration_cast<std::chrono::microseconds>(patience),
                  [self = shared_from_this(), turn](bool /*ok*/) { self->OnPatienceOver(turn); });
    }
  }
  if (before) before();
  if (now) now();
}

void InsideStream::Cancel() {
  MutexLock lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

void InsideStream::OnPatienceOver(uint64_t turn) {
  std::function<void()> hand_over;
  {
    MutexLock lock(mutex_);
    if (turn == turn_) hand_over = HandOverLocked(/*even_if_nothing=*/true);
    if (!hand_over) return;
    ++patience_ends_;
  }
  hand_over();
  hand_over = nullptr;
  MutexLock lock(mutex_);
  --patience_ends_;
  patience_ended_.notify_all();
}

std::function<void()> InsideStream::HandOverLocked(bool even_if_nothing) {
  if (!waiting_ || (messages_.empty() && !end_ && !even_if_nothing)) return nullptr;
  auto taken = std::make_shared<Taken>(Taken{std::exchange(messages_, {}), end_});
  bytes_ = 0;
  ReadOnLocked();
  return [taken, on_taken = std::exchange(waiting_, nullptr)] { on_taken(std::move(*taken)); };
}

void InsideStream::ReadOnLocked() {
  if (reading_ || no_more_ || messages_.size() >= kMostMessages || bytes_ >= kMostBytes) return;
  reading_ = true;
  StartRead(&incoming_);
}

void InsideStream::OnReadDone(bool ok) {
  std::function<void()> hand_over;
  {
    MutexLock lock(mutex_);
    reading_ = false;
    if (ok) {
      messages_.push_back(ToString(incoming_));
      bytes_ += messages_.back().size();
      incoming_.Clear();
    } else {
      no_more_ = true;
    }
    hand_over = HandOverLocked(/*even_if_nothing=*/false);
    if (!hand_over) ReadOnLocked();
  }
  if (hand_over) hand_over();
}

void InsideStream::OnDone(const grpc::Status& status) {
  const std::shared_ptr<InsideStream> self = std::move(self_);
  std::function<void()> hand_over;
  std::unique_ptr<grpc::ClientContext> context;
  {
    MutexLock lock(mutex_);
    context = std::move(context_);
    no_more_ = true;
    end_ = status;
    alarm_.reset();
    const auto has_ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return patience_ends_ == 0;
    };
    patience_ended_.wait(mutex_, has_ended);
    hand_over = HandOverLocked(/*even_if_nothing=*/false);
  }
  if (hand_over) hand_over();
  // What it holds may end after InsideCalls::Close, which waits for this call.
  hand_over = nullptr;
  calls_.Ended(std::move(context));
}

}  // namespace pigeonhub
