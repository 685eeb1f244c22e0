// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"

namespace pigeonhub {

// What many owners have to send over one way, held to a room in bytes. What one owner has leaves in
// the order in which it came, and owners take turns, so that nobody waits behind all that another
// one has. An owner has a share of the room; its first item always finds a place. When the room is
// full, those give way who hold the most.
template <typename Item>
class FairQueue {
 public:
  // Bytes.
  struct Room {
    size_t all = 0;
    size_t each = 0;
  };

  explicit FairQueue(const Room& room) : room_(room) {}

  // Returns what had to give way: nothing, what came last of those that hold more, or `item`
  // itself.
  std::vector<Item> Add(const PeerId& owner, Item item, size_t bytes) {
    std::vector<Item> dropped;
    const size_t held = HeldBy(owner);
    if (held > 0 && held + bytes > room_.each) {
      dropped.push_back(std::move(item));
      return dropped;
    }
    while (bytes_ > 0 && bytes_ + bytes > room_.all) {
      const PeerId* largest = LargestOwner(held + bytes);
      if (largest == nullptr) {
        dropped.push_back(std::move(item));
        return dropped;
      }
      dropped.push_back(TakeLast(*largest));
    }
    Owner& own = owners_[owner];
    if (own.next == own.waiting.size()) turns_.push_back(owner);
    own.waiting.push_back({std::move(item), bytes});
    own.held += bytes;
    bytes_ += bytes;
    return dropped;
  }

  // What has to leave next. It must not be empty.
  const Item& front() const {
    const Owner& own = owners_.find(turns_.front())->second;
    return own.waiting[own.next].item;
  }
  // Takes the front. Its owner holds it until Release.
  Item Take() {
    const PeerId id = turns_.front();
    turns_.pop_front();
    Owner& own = owners_.find(id)->second;
    taken_ += own.waiting[own.next].bytes;
    Item item = std::move(own.waiting[own.next].item);
    if (++own.next < own.waiting.size()) {
      turns_.push_back(id);
    } else {
      own.waiting.clear();
      own.next = 0;
    }
    return item;
  }
  // What was taken and had so many bytes is held no longer.
  void Release(const PeerId& owner, size_t bytes) {
    const auto it = owners_.find(owner);
    it->second.held -= bytes;
    bytes_ -= bytes;
    taken_ -= bytes;
    if (it->second.held == 0) owners_.erase(it);
  }
  // Takes those of the waiting items that are meant. Nobody holds them any more.
  template <typename Predicate>
  std::vector<Item> TakeIf(Predicate is_meant) {
    std::vector<Item> taken;
    for (const PeerId& id : std::exchange(turns_, {})) {
      const auto it = owners_.find(id);
      Owner& own = it->second;
      std::vector<Entry> rest;
      for (size_t i = own.next; i < own.waiting.size(); ++i) {
        Entry& entry = own.waiting[i];
        if (!is_meant(std::as_const(entry.item))) {
          rest.push_back(std::move(entry));
          continue;
        }
        own.held -= entry.bytes;
        bytes_ -= entry.bytes;
        taken.push_back(std::move(entry.item));
      }
      own.waiting = std::move(rest);
      own.next = 0;
      if (!own.waiting.empty()) turns_.push_back(id);
      if (own.held == 0) owners_.erase(it);
    }
    return taken;
  }
  void Clear() {
    owners_.clear();
    turns_.clear();
    bytes_ = taken_ = 0;
  }

  // Whether nothing waits.
  bool empty() const { return turns_.empty(); }
  // All that waits or was taken and is not released.
  size_t bytes() const { return bytes_; }
  // Of that, what was taken.
  size_t taken() const { return taken_; }
  template <typename Visit>
  void ForEachWaiting(Visit visit) const {
    for (const PeerId& id : turns_) {
      const Owner& own = owners_.find(id)->second;
      for (size_t i = own.next; i < own.waiting.size(); ++i) visit(own.waiting[i].item);
    }
  }

 private:
  struct Entry {
    Item item;
    size_t bytes = 0;
  };
  struct Owner {
    std::vector<Entry> waiting;  // from `next` on
    size_t next = 0;
    size_t held = 0;  // bytes, of what waits and of what was taken
  };

  size_t HeldBy(const PeerId& owner) const {
    const auto it = owners_.find(owner);
    return it == owners_.end() ? 0 : it->second.held;
  }
  // Of those with something that waits, the one that holds the most, and more than `than`.
  const PeerId* LargestOwner(size_t than) const {
    const PeerId* largest = nullptr;
    for (const PeerId& owner : turns_) {
      const size_t held = HeldBy(owner);
      if (held <= than) continue;
      largest = &owner;
      than = held;
    }
    return largest;
  }
  Item TakeLast(PeerId id) {
    const auto it = owners_.find(id);
    Owner& own = it->second;
    Entry last = std::move(own.waiting.back());
    own.waiting.pop_back();
    own.held -= last.bytes;
    bytes_ -= last.bytes;
    if (own.next == own.waiting.size()) {
      std::erase(turns_, id);
      own.waiting.clear();
      own.next = 0;
      if (own.held == 0) owners_.erase(it);
    }
    return std::move(last.item);
  }

  Room room_;
  absl::flat_hash_map<PeerId, Owner> owners_;
  std::deque<PeerId> turns_;  // of the owners of what waits
  size_t bytes_ = 0;
  size_t taken_ = 0;
};

}  // namespace pigeonhub
