// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/bench/floor/frame.h"

namespace pigeonhub::bench {

// The least that a hub can do for the load of pigeonhub_load: one thread, one epoll set, one recv
// for what came and one send for what a turn queued. It finds the target of a signal by memmem,
// puts the sender in front and copies the rest. It parses no JSON and checks nothing; it has no
// limits, counters, log or threads, and no clock but for pings: one for each peer every 25 s. What
// a real hub costs beyond it is the price of being one. Only clients that mean well may come near
// it.
class Floor {
 public:
  // Listens at a free port of 127.0.0.1.
  Floor();
  uint16_t port() const { return port_; }
  [[noreturn]] void Run();

 private:
  struct Peer;
  struct Room {
    std::string name;
    std::vector<Peer*> members;
  };
  struct Peer {
    int descriptor = -1;
    bool queued = false;        // stands in queued_
    bool waits = false;         // for room in its socket
    bool closes = false;        // once all is sent
    std::array<char, 40> id{};  // zeros before the upgrade
    Room* room = nullptr;
    std::string unread;  // the rest of what came
    std::string unsent;

    std::string_view name() const { return {id.data(), id.size()}; }
  };

  void Accept();
  // Pings those whose turn it is, if a tick has passed.
  void PingSome();
  void Read(Peer& peer);
  // Takes what is whole from the front of the bytes, and returns how much that was.
  size_t Take(Peer& peer, char* bytes, size_t size);
  size_t Upgrade(Peer& peer, std::string_view bytes);
  void Handle(Peer& peer, const Frame& frame);
  void Hear(Peer& peer, std::string_view message);
  void Announce(Peer& peer, std::string_view message);
  void Relay(const Peer& peer, std::string_view message, std::string_view target);
  void Tell(Peer& peer, std::string_view type, std::string_view data);
  void Leave(Peer& peer);
  // What is to be sent to a peer at the end of the turn.
  std::string& Unsent(Peer& peer);
  void Write(Peer& peer);
  void Drop(Peer& peer);

  int listener_ = -1;
  int epoll_ = -1;
  uint16_t port_ = 0;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<Peer>> peers_;  // by descriptor
  std::chrono::steady_clock::time_point next_pings_{};
  size_t pinged_ = 0;  // the descriptor behind the last one
  std::unordered_map<std::string_view, Peer*> by_id_;
  std::unordered_map<std::string_view, std::unique_ptr<Room>> rooms_;
  std::vector<Peer*> queued_;
  std::vector<std::unique_ptr<Peer>> gone_;  // until the turn ends, which may still name them
  std::vector<std::string> spare_;           // empty buffers, so that idle peers need none
};

}  // namespace pigeonhub::bench
