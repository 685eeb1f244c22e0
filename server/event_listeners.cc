// SPDX-License-Identifier: Apache-2.0

#include "server/event_listeners.h"

#include <algorithm>
#include <utility>

#include "server/core/input.h"

namespace pigeonhub {

void EventListeners::Start() {
  follower_.emplace(events_, 1, EventFollower::Pace(), [this] { Run(); });
}

HubServer::ListenerId EventListeners::Add(Listener listener) {
  if (listener.shows_bootstrap_signaling) ShowBootstrapSignaling(true);
  MutexLock lock(mutex_);
  listener.id = HubServer::ListenerId{next_id_++};
  listeners_.push_back(std::make_shared<const Listener>(std::move(listener)));
  return listeners_.back()->id;
}

void EventListeners::Remove(HubServer::ListenerId id) {
  std::shared_ptr<const Listener> gone;
  {
    MutexLock lock(mutex_);
    const auto found = std::find_if(listeners_.begin(), listeners_.end(),
                                    [&](const auto& listener) { return listener->id == id; });
    if (found == listeners_.end()) return;
    gone = std::move(*found);
    listeners_.erase(found);
  }
  if (gone->shows_bootstrap_signaling) ShowBootstrapSignaling(false);
  // The listeners' own thread holds this already while a listener calls Remove.
  if (std::this_thread::get_id() != thread_) MutexLock wait(calling_);
}

void EventListeners::ShowBootstrapSignaling(bool show) {
  MutexLock lock(mutex_);
  bootstrap_signaling_watchers_ += show ? 1 : -1;
  const bool wanted = bootstrap_signaling_watchers_ > 0;
  dispatcher_.Command(pigeonhub::ShowBootstrapSignaling{wanted}).IgnoreError();  // always OK
}

template <typename F>
void EventListeners::Call(F call) {
  std::vector<std::shared_ptr<const Listener>> listeners;
  {
    MutexLock lock(mutex_);
    listeners = listeners_;
  }
  for (const auto& listener : listeners) {
    MutexLock calling(calling_);
    if (IsOn(*listener)) call(*listener);
  }
}

bool EventListeners::IsOn(const Listener& one) const {
  MutexLock lock(mutex_);
  return std::any_of(listeners_.begin(), listeners_.end(),
                     [&](const auto& listener) { return listener.get() == &one; });
}

void EventListeners::Run() {
  thread_ = std::this_thread::get_id();
  EventLog::Batch batch;
  do {
    batch = events_.Read(next_event_, kBatch);
    next_event_ = batch.next;
    if (batch.lost > 0) {
      Call([&](const Listener& listener) {
        if (listener.on_lost) listener.on_lost(batch.lost);
      });
    }
    for (const Event& event : batch.events) {
      Call([&](const Listener& listener) {
        if (listener.on_event) listener.on_event(event);
      });
    }
  } while (!batch.events.empty());
}

}  // namespace pigeonhub
