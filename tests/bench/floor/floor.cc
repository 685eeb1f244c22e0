// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/floor/floor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "tests/bench/floor/upgrade.h"

namespace pigeonhub::bench {
namespace {

constexpr size_t kReadSize = size_t{256} << 10;
constexpr size_t kEventsAtOnce = 512;
constexpr int kWaiting = 4096;
constexpr std::chrono::milliseconds kTick{100};
constexpr size_t kTicks = 250;  // between two pings of a peer

void Need(bool good, const char* what) {
  if (good) return;
  std::perror(what);
  std::exit(1);
}

std::string_view FindMember(std::string_view message, std::string_view name) {
  const void* const found = memmem(message.data(), message.size(), name.data(), name.size());
  if (found == nullptr) return {};
  message.remove_prefix(static_cast<size_t>(static_cast<const char*>(found) - message.data()) +
                        name.size());
  return message.substr(0, message.find('"'));
}

std::string Timestamp() {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<milliseconds>(now).count());
}

}  // namespace

Floor::Floor()
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kReadSize) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  const int on = 1;  // passed on to what is accepted
  Need(setsockopt(listener_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "setsockopt");
  Need(bind(listener_, generic, size) == 0, "bind");
  Need(listen(listener_, kWaiting) == 0, "listen");
  Need(getsockname(listener_, generic, &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  Need(epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event) == 0, "epoll_ctl");
}

void Floor::Run() {
  std::array<epoll_event, kEventsAtOnce> events;
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), events.size(), kTick.count());
    for (int i = 0; i < count; ++i) {
      auto* const peer = static_cast<Peer*>(events[i].data.ptr);
      if (peer == nullptr) {
        Accept();
        continue;
      }
      if (peer->descriptor >= 0 && (events[i].events & EPOLLOUT) != 0) Write(*peer);
      if (peer->descriptor >= 0 && (events[i].events & ~EPOLLOUT) != 0) Read(*peer);
    }
    PingSome();
    // By index: who is dropped is told to others.
    for (size_t i = 0; i < queued_.size(); ++i) {
      queued_[i]->queued = false;
      if (!queued_[i]->waits) Write(*queued_[i]);
    }
    queued_.clear();
    gone_.clear();
  }
}

void Floor::Accept() {
  for (;;) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const auto place = static_cast<size_t>(descriptor);
    if (peers_.size() <= place) peers_.resize(place + 1);
    peers_[place] = std::make_unique<Peer>();
    peers_[place]->descriptor = descriptor;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = peers_[place].get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }
}

void Floor::PingSome() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_pings_) return;
  next_pings_ = now + kTick;
  for (size_t left = (peers_.size() + kTicks - 1) / kTicks; left > 0; --left) {
    pinged_ = (pinged_ + 1) % peers_.size();
    Peer* const peer = peers_[pinged_].get();
    if (peer != nullptr && peer->id[0] != '\0') AppendHeader(Frame::kPing, 0, Unsent(*peer));
  }
}

void Floor::Read(Peer& peer) {
  const ssize_t size = recv(peer.descriptor, buffer_.data(), buffer_.size(), 0);
  if (size <= 0) {
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) Drop(peer);
    return;
  }
  if (peer.unread.empty()) {
    const size_t taken = Take(peer, buffer_.data(), static_cast<size_t>(size));
    peer.unread.assign(buffer_.data() + taken, static_cast<size_t>(size) - taken);
  } else {
    peer.unread.append(buffer_.data(), static_cast<size_t>(size));
    peer.unread.erase(0, Take(peer, peer.unread.data(), peer.unread.size()));
    if (peer.unread.empty()) std::string().swap(peer.unread);
  }
}

size_t Floor::Take(Peer& peer, char* bytes, size_t size) {
  size_t taken = peer.id[0] == '\0' ? Upgrade(peer, {bytes, size}) : 0;
  Frame frame;
  while (peer.id[0] != '\0' && TakeFrame(bytes + taken, size - taken, frame)) {
    Handle(peer, frame);
    taken += frame.whole;
  }
  return taken;
}

size_t Floor::Upgrade(Peer& peer, std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view id = After(bytes, "peerId=", ' ').substr(0, peer.id.size());
  if (id.size() == peer.id.size()) {
    std::copy(id.begin(), id.end(), peer.id.begin());
    by_id_.insert_or_assign(peer.name(), &peer);
    std::string& unsent = Unsent(peer);
    unsent += UpgradeAnswer(bytes.substr(0, end + 2));
    const std::string greeting = R"({"type":"connected","data":{"peerId":")" + std::string(id) +
                                 R"("},"fromPeerId":"system","timestamp":)" + Timestamp() + "}";
    AppendHeader(Frame::kText, greeting.size(), unsent);
    unsent += greeting;
  }
  return end + 4;
}

void Floor::Handle(Peer& peer, const Frame& frame) {
  if (frame.opcode == Frame::kText) {
    Hear(peer, frame.text());
  } else if (frame.opcode == Frame::kClose) {
    AppendHeader(Frame::kClose, frame.size, Unsent(peer));
    peer.unsent.append(frame.text());
    peer.closes = true;
  }
}

void Floor::Hear(Peer& peer, std::string_view message) {
  if (message.starts_with(R"({"type":"announce")")) return Announce(peer, message);
  if (message.starts_with(R"({"type":"ping")")) return Tell(peer, "pong", {});
  const std::string_view target = FindMember(message, R"("targetPeerId":")");
  if (!target.empty()) Relay(peer, message, target);
}

void Floor::Relay(const Peer& peer, std::string_view message, std::string_view target) {
  constexpr std::string_view kFrom = R"({"fromPeerId":")";
  constexpr std::string_view kNext = R"(",)";
  const auto found = by_id_.find(target);
  if (found == by_id_.end()) return;
  message.remove_prefix(1);  // its brace
  std::string& unsent = Unsent(*found->second);
  AppendHeader(Frame::kText, kFrom.size() + peer.id.size() + kNext.size() + message.size(), unsent);
  unsent.append(kFrom).append(peer.name()).append(kNext).append(message);
}

void Floor::Announce(Peer& peer, std::string_view message) {
  const std::string_view name = FindMember(message, R"("networkName":")");
  auto room = rooms_.find(name);
  if (room == rooms_.end()) {
    auto made = std::make_unique<Room>();
    made->name = name;
    const std::string_view key = made->name;
    room = rooms_.emplace(key, std::move(made)).first;
  }
  peer.room = room->second.get();
  const auto data = [](const Peer& about) {
    return R"({"peerId":")" + std::string(about.name()) + R"(","isHub":false})";
  };
  const std::string own = data(peer);
  for (Peer* member : peer.room->members) {
    Tell(*member, "peer-discovered", own);
    Tell(peer, "peer-discovered", data(*member));
  }
  peer.room->members.push_back(&peer);
}

void Floor::Tell(Peer& peer, std::string_view type, std::string_view data) {
  std::string message = R"({"type":")";
  message.append(type).append(R"(",)");
  if (!data.empty()) {
    message.append(R"("data":)").append(data).append(R"(,"networkName":")");
    message.append(peer.room->name).append(R"(",)");
  }
  message.append(R"("fromPeerId":"system","targetPeerId":")").append(peer.name());
  message.append(R"("})");
  std::string& unsent = Unsent(peer);
  AppendHeader(Frame::kText, message.size(), unsent);
  unsent += message;
}

std::string& Floor::Unsent(Peer& peer) {
  if (!peer.queued) {
    peer.queued = true;
    queued_.push_back(&peer);
    if (peer.unsent.empty() && !spare_.empty()) {
      peer.unsent.swap(spare_.back());
      spare_.pop_back();
    }
  }
  return peer.unsent;
}

void Floor::Write(Peer& peer) {
  if (peer.descriptor < 0) return;
  const ssize_t size = send(peer.descriptor, peer.unsent.data(), peer.unsent.size(), MSG_NOSIGNAL);
  if (size < 0 && errno != EAGAIN && errno != EINTR) return Drop(peer);
  if (size > 0) peer.unsent.erase(0, static_cast<size_t>(size));
  const bool waits = !peer.unsent.empty();
  if (waits != peer.waits) {
    peer.waits = waits;
    epoll_event event{};
    event.events = waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &peer;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, peer.descriptor, &event);
  }
  if (waits) return;
  spare_.emplace_back().swap(peer.unsent);
  if (peer.closes) Drop(peer);
}

void Floor::Drop(Peer& peer) {
  const auto place = static_cast<size_t>(peer.descriptor);
  close(std::exchange(peer.descriptor, -1));
  gone_.push_back(std::move(peers_[place]));
  const auto known = by_id_.find(peer.name());
  if (known != by_id_.end() && known->second == &peer) by_id_.erase(known);
  if (peer.room != nullptr) Leave(peer);
}

void Floor::Leave(Peer& peer) {
  Room& room = *peer.room;
  room.members.erase(std::find(room.members.begin(), room.members.end(), &peer));
  const std::string data = R"({"peerId":")" + std::string(peer.name()) +
                           R"(","isHub":false,"reason":"closed","timestamp":)" + Timestamp() + "}";
  for (Peer* member : room.members) Tell(*member, "peer-disconnected", data);
  if (room.members.empty()) rooms_.erase(room.name);
}

}  // namespace pigeonhub::bench
