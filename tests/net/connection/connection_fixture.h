// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/net/connection/connection.h"
#include "tests/net/connection/fake_socket.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {

inline constexpr char kPeer[] = "0123456789abcdef0123456789abcdef01234567";

// What the hub was told of a connection, a line each.
using Heard = std::vector<std::string>;

// One connection on a loop that a test turns by hand.
class ConnectionTest : public testing::Test, public Connection::Loop {
 protected:
  ConnectionTest();

  // `http_only`: descriptors are short.
  void Accept(bool http_only = false);
  void OpenIt();
  // `headers`: more of them, each with its line end.
  static std::string Upgrade(const std::string& headers = "");

  // Bytes come, and everything they cause happens.
  void Arrive(const std::string& bytes);
  void PeerEnds();
  // What a loop does until nothing is ready any more.
  void Work();
  void Pass(Duration time);

  void Send(const std::string& text);
  bool Gone() const { return connection_ == nullptr && wire_.closed; }
  std::vector<ServerFrame> Frames() const { return AllFrames(wire_.written); }

  Shared& shared() override { return shared_; }
  void Submit(const Input& input) override;
  void WantTurn(Connection&) override { turn_wanted_ = true; }
  void SetDeadline(Connection&, SteadyTime at) override { deadlines_.push_back(at); }
  HttpResponse Answer(const HttpRequest& request) override {
    asked_from_.emplace_back(request.address);
    return PlainAnswer(200, "answer");
  }
  UpgradeVerdict CheckUpgrade(const HttpRequest& request, bool http_only,
                              AddressLease& /*lease*/) override {
    return {.refusal = gate_.Check(request, http_only)};
  }

  MemoryBudget budget_{10 << 20};
  Shared shared_{budget_, 0};
  UpgradeGate gate_{budget_};
  Wire wire_;
  Heard heard_;
  std::vector<std::string> asked_from_;  // the addresses of plain HTTP
  std::function<void(const Input&)> on_submit_;
  std::vector<SteadyTime> deadlines_;
  bool turn_wanted_ = false;
  std::unique_ptr<Connection> connection_;
};

}  // namespace pigeonhub::net
