// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pigeonhub {

// Members in the order in which they joined: the order the wire shows them in. Adding and removing
// take constant time (amortized); walking touches one array and not the members themselves, which
// is what makes a fan-out cheap.
//
// `Slot` has a pointer `member` to a type with a field `uint32_t roster_position`, which belongs to
// the roster while the member is in it.
template <typename Slot>
class Roster {
 public:
  size_t size() const { return slots_.size() - holes_; }
  bool empty() const { return size() == 0; }

  void Add(Slot slot) {
    slot.member->roster_position = static_cast<uint32_t>(slots_.size());
    slots_.push_back(slot);
  }

  template <typename Member>
  void Remove(const Member& member) {
    slots_[member.roster_position].member = nullptr;
    ++holes_;
    if (holes_ > kHolesKept && holes_ * 2 > slots_.size()) Compact();
  }

  // Calls visit(const Slot&) for each member. The roster must not change meanwhile.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.member != nullptr) visit(slot);
    }
  }

 private:
  static constexpr size_t kHolesKept = 8;

  void Compact() {
    std::vector<Slot> kept;
    kept.reserve(size());
    for (Slot& slot : slots_) {
      if (slot.member == nullptr) continue;
      slot.member->roster_position = static_cast<uint32_t>(kept.size());
      kept.push_back(slot);
    }
    slots_.swap(kept);
    holes_ = 0;
  }

  std::vector<Slot> slots_;
  size_t holes_ = 0;
};

}  // namespace pigeonhub
