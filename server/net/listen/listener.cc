// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

#include "server/net/listen/descriptors_left.h"
#include "server/net/listen/listening_sockets.h"

namespace pigeonhub::net {
namespace {

// How long to wait after the process ran out of descriptors before looking again.
constexpr std::chrono::milliseconds kBackOff(200);
// From one newcomer for whom another has to make room to the next. Meanwhile they wait in the
// kernel, and each has time to say what it wants before it is its turn to go.
constexpr std::chrono::milliseconds kBreath(1);
// How many to accept in one go. Thousands that come at once may not hold up the connections of this
// loop.
constexpr int kAcceptsInARow = 64;

Descriptor OpenSpare() { return Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

// One listening address. A pending wait keeps it alive.
struct Door {
  Door(asio::io_context& context, Descriptor descriptor)
      : socket(context, descriptor.Release()), back_off(context) {}

  void Close() {
    asio::error_code ignored;
    socket.close(ignored);
    back_off.cancel();
  }

  asio::posix::stream_descriptor socket;
  asio::steady_timer back_off;  // while descriptors are short
};

}  // namespace

// `doors_`, `spare_` and the functions that accept are used on the reactor's thread only. Listen
// and Stop post themselves there.
class Listener::Impl {
 public:
  Impl(Reactor& reactor, Log& log, Sink& sink) : reactor_(reactor), log_(log), sink_(sink) {}

  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports) {
    auto opened = OpenListeningSockets(host, port, further_ports, log_);
    if (!opened.ok()) return opened.status();
    std::vector<BoundAddress> addresses;
    for (const ListeningSocket& socket : *opened) addresses.push_back(socket.address);
    reactor_.Run([&] {
      if (!spare_.is_open()) spare_ = OpenSpare();
      for (ListeningSocket& socket : *opened) {
        doors_.push_back(std::make_shared<Door>(reactor_.context(), std::move(socket.descriptor)));
        Await(doors_.back());
      }
    });
    return addresses;
  }

  void Stop() {
    reactor_.Run([this] {
      for (const auto& door : doors_) door->Close();
      doors_.clear();
    });
  }

 private:
  void Await(const std::shared_ptr<Door>& door) {
    door->socket.async_wait(asio::posix::stream_descriptor::wait_read,
                            [this, door](const asio::error_code& error) {
                              if (!error) Accept(door);
                            });
  }

  void AwaitLater(const std::shared_ptr<Door>& door, std::chrono::milliseconds back_off) {
    door->back_off.expires_after(back_off);
    door->back_off.async_wait([this, door](const asio::error_code& error) {
      if (!error) Accept(door);
    });
  }

  void Accept(const std::shared_ptr<Door>& door) {
    if (!door->socket.is_open()) return;  // closed while this was on its way
    const uint64_t limit = DescriptorLimit();
    for (int i = 0; i < kAcceptsInARow; ++i) {
      sockaddr_storage peer{};
      socklen_t size = sizeof(peer);
      Descriptor descriptor(accept4(door->socket.native_handle(),
                                    reinterpret_cast<sockaddr*>(&peer), &size,
                                    SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (descriptor.is_open()) {
        had_descriptors_ = true;
        const DescriptorsLeft left = LeftAfter(descriptor.get(), limit);
        sink_.OnAccepted(std::move(descriptor), NumericAddress(peer), left);
        if (left > DescriptorsLeft::kForHttp) return AwaitLater(door, kBreath);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        TurnAway(door->socket.native_handle());
        return AwaitLater(door, kBackOff);
      }
      // Anything else concerns one peer that is gone already.
    }
    Await(door);
  }

  // Without a free descriptor nobody can be accepted, and so nobody can be turned away. The spare
  // one makes room for that.
  void TurnAway(int listening) {
    if (std::exchange(had_descriptors_, false)) {
      log_.Warn("out of file descriptors, turning newcomers away");
    }
    for (int i = 0; i < kAcceptsInARow; ++i) {
      spare_.Reset();
      Descriptor accepted(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
      const bool any = accepted.is_open();
      accepted.Reset();
      spare_ = OpenSpare();
      if (!any) return;
      sink_.OnTurnedAway();
    }
  }

  Reactor& reactor_;
  Log& log_;
  Sink& sink_;
  std::vector<std::shared_ptr<Door>> doors_;
  Descriptor spare_;
  bool had_descriptors_ = true;  // so that each shortage is logged once
};

Listener::Listener(Reactor& reactor, Log& log, Sink& sink)
    : impl_(std::make_unique<Impl>(reactor, log, sink)) {}

Listener::~Listener() = default;

absl::StatusOr<std::vector<BoundAddress>> Listener::Listen(const std::string& host, uint16_t port,
                                                           uint16_t further_ports) {
  return impl_->Listen(host, port, further_ports);
}

void Listener::Stop() { impl_->Stop(); }

}  // namespace pigeonhub::net
