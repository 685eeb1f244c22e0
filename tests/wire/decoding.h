// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "server/core/mesh_message.h"
#include "server/core/reason.h"
#include "server/wire/decode.h"

namespace pigeonhub::wire {

// A decoder with the questions that tests ask.
class Decoding {
 public:
  explicit Decoding(std::string_view frame) : result_(decoder_.Decode(std::string(frame))) {}

  bool invalid() const {
    const Reason* reason = std::get_if<Reason>(&result_);
    return reason != nullptr && *reason == Reason::kInvalidMessage;
  }

  // Null unless the frame is such a message.
  template <typename Message>
  const Message* As() const {
    const auto* message = std::get_if<inbound::Message>(&result_);
    return message == nullptr ? nullptr : std::get_if<Message>(message);
  }

  // The printed type of an Unroutable; something that no type is for all else.
  std::string_view UnroutableType() const {
    const auto* unroutable = As<inbound::Unroutable>();
    return unroutable == nullptr ? "(not unroutable)" : unroutable->type;
  }

 private:
  Decoder decoder_;
  Decoder::Result result_;
};

}  // namespace pigeonhub::wire
