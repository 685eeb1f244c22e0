// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "control/call/requests.h"

namespace pigeonhub {

// The order that a list is asked for: "FIELD" or "FIELD desc", a number, a time or a duration of
// its items. Items that do not have it are last. Lists that change all the time cannot be paged in
// such an order, so the answer is one page: the first of all.
class OrderBy {
 public:
  // The order of the list itself.
  OrderBy() = default;
  // INVALID_ARGUMENT for a field that items of this type do not have, or that cannot be compared.
  static Parsed<OrderBy> Parse(const std::string& text, const google::protobuf::Descriptor& type);

  bool is_given() const { return field_ != nullptr; }
  const std::string& field() const;
  bool Before(const google::protobuf::Message& a, const google::protobuf::Message& b) const;

 private:
  const google::protobuf::FieldDescriptor* field_ = nullptr;
  bool descending_ = false;
};

// The first of many items in an order, of which it never holds many more than are wanted.
template <typename Item>
class FirstOf {
 public:
  FirstOf(const OrderBy& order, size_t wanted) : order_(order), wanted_(wanted) {}

  void Add(Item item) {
    items_.push_back(std::move(item));
    if (items_.size() >= kRoom * wanted_) Cut();
  }
  // In the order; of equal ones those first that were added first.
  std::vector<Item> Take() {
    Cut();
    return std::move(items_);
  }

 private:
  static constexpr size_t kRoom = 4;

  void Cut() {
    std::stable_sort(items_.begin(), items_.end(),
                     [this](const Item& a, const Item& b) { return order_.Before(a, b); });
    if (items_.size() > wanted_) items_.erase(items_.begin() + wanted_, items_.end());
  }

  const OrderBy& order_;
  const size_t wanted_;  // at least 1
  std::vector<Item> items_;
};

}  // namespace pigeonhub
