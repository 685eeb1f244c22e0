// SPDX-License-Identifier: Apache-2.0

#include "server/bus/nats_bus.h"

#include <chrono>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "server/base/random.h"
#include "server/wire/encode.h"

namespace pigeonhub::bus {
namespace {

// For the last words.
constexpr Duration kFlushLimit = std::chrono::milliseconds(500);

}  // namespace

NatsBus::NatsBus(const BrokerOptions& options, unsigned shard, Dispatcher& dispatcher, Log& log)
    : options_(options),
      shard_(shard),
      dispatcher_(dispatcher),
      troubles_(log),
      reconnect_(RandomSeed()) {
  for (const std::string& server : options_.servers) {
    if (auto url = NatsUrl::Parse(server); url.ok()) servers_.push_back(*std::move(url));
  }
  dispatcher_.Attach(shard_, *this);
}

NatsBus::~NatsBus() { Stop(); }

void NatsBus::Start(const PeerId& self, std::string_view hub_mesh_namespace) {
  if (thread_.joinable()) return;
  self_ = self;
  subjects_.emplace(options_.subject, hub_mesh_namespace);
  {
    MutexLock lock(mutex_);
    ending_ = false;
  }
  thread_ = std::thread([this] { Run(); });
}

void NatsBus::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void NatsBus::WaitUntilUp(Duration limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  MutexLock lock(mutex_);
  while (!up_) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) return;
  }
}

bool NatsBus::Takes(const Publish& publish) {
  if (outbox_.Take(publish)) return true;
  figures_.dropped_backlogged.Add();
  return false;
}

void NatsBus::Deliver(Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* publish = std::get_if<Publish>(&effect)) {
      outbox_.Release(*publish);
      Say(*publish);
    } else if (std::holds_alternative<HangUpBus>(effect) && connection_ != nullptr) {
      down_ = "this hub does not hear itself";
    }
  }
}

void NatsBus::Wake() {
  {
    MutexLock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void NatsBus::Run() {
  next_try_ = std::chrono::steady_clock::now();
  for (bool going = true; going;) {
    if (connection_ == nullptr && std::chrono::steady_clock::now() >= next_try_) Connect();
    if (down_.empty()) going = Await();
    if (!down_.empty()) HangUp();
  }
  if (connection_ == nullptr) return;
  connection_->Flush(kFlushLimit).IgnoreError();
  down_ = "this hub stops";
  HangUp();
}

bool NatsBus::Await() {
  const bool connected = connection_ != nullptr;
  bool going = true;
  {
    MutexLock lock(mutex_);
    while (!woken_ && !ending_ && !(connected && lost_.has_value())) {
      if (connected) {
        changed_.wait(mutex_);
      } else if (const SteadyTime until = next_try_;
                 changed_.wait_until(mutex_, until) == std::cv_status::timeout) {
        break;
      }
    }
    woken_ = false;
    going = !ending_;
    if (connected && lost_.has_value()) down_ = *lost_;
  }
  dispatcher_.Drain(shard_);
  if (connected) CountDropped();
  return going;
}

void NatsBus::Connect() {
  auto access = ReadAccess(options_.files);
  if (access.ok()) {
    reconnect_.Shuffle(servers_);
    for (const NatsUrl& server : servers_) {
      connection_ = Open(server, *access);
      if (connection_ == nullptr) continue;
      figures_.connects.Add();
      dropped_ = 0;
      SetUp(true);
      dispatcher_.Submit(shard_, BusUp{server.address(), connection_->max_payload()});
      return;
    }
  } else {
    troubles_.Note({}, absl::InvalidArgumentError(access.status().message()));
  }
  next_try_ = std::chrono::steady_clock::now() + reconnect_.NextWait();
}

std::unique_ptr<NatsConnection> NatsBus::Open(const NatsUrl& server, const Access& access) {
  {
    MutexLock lock(mutex_);
    if (ending_) return nullptr;
    lost_.reset();
  }
  ears_ = std::make_shared<Ears>(self_, server.address(), dispatcher_, figures_, troubles_,
                                 [this](std::string_view why) {
                                   {
                                     MutexLock lock(mutex_);
                                     lost_ = why.empty() ? "the broker is gone" : why;
                                   }
                                   changed_.notify_all();
                                 });
  auto opened = NatsConnection::Open({server, access, "pigeonhub " + std::string(self_.text()),
                                      subjects_->all(), subjects_->InboxOf(self_)},
                                     ears_);
  if (opened.ok()) return *std::move(opened);
  ears_->Shut();
  troubles_.Note(server.address(), opened.status());
  return nullptr;
}

void NatsBus::Say(const Publish& publish) {
  if (connection_ == nullptr || !down_.empty()) return figures_.dropped_down.Add();
  text_.clear();
  wire::EncodeTo(publish.message, publish.timestamp, publish.to.value_or(PeerId()), text_);
  const absl::Status said = connection_->Publish(
      publish.to.has_value() ? subjects_->InboxOf(*publish.to) : subjects_->all(), text_);
  if (said.ok()) {
    figures_.out.messages.Add();
    figures_.out.bytes.Add(text_.size());
    return;
  }
  figures_.dropped_down.Add();
  if (absl::IsOutOfRange(said)) return troubles_.Note({}, said);
  if (absl::IsDeadlineExceeded(said)) troubles_.Note({}, said);
  down_ = std::string(said.message());
}

void NatsBus::CountDropped() {
  const uint64_t dropped = connection_->dropped();
  figures_.dropped_slow_consumer.Add(dropped - dropped_);
  dropped_ = dropped;
}

void NatsBus::HangUp() {
  ears_->Shut();
  if (ears_->heard_itself()) reconnect_.Succeeded();
  connection_.reset();
  SetUp(false);
  next_try_ = std::chrono::steady_clock::now() + reconnect_.NextWait();
  dispatcher_.Submit(shard_, BusDown{std::exchange(down_, {})});
}

void NatsBus::SetUp(bool up) {
  {
    MutexLock lock(mutex_);
    up_ = up;
  }
  changed_.notify_all();
}

}  // namespace pigeonhub::bus
