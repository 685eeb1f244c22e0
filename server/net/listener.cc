// SPDX-License-Identifier: Apache-2.0
#include "server/net/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <deque>
#include <limits>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pigeonhub::net {
namespace {

using asio::ip::tcp;

// After running out of descriptors; also how soon a relief is noticed.
constexpr std::chrono::milliseconds kBackOff(200);
// So that thousands that come at once do not hold up the connections of this loop.
constexpr int kAcceptsInARow = 64;
// Free numbers are tried anew when ::1 already uses the one that 127.0.0.1 was given.
constexpr int kAttemptsForAFreePort = 16;

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

// The address in numbers, without port; IPv4 in its own notation also on an IPv6 socket.
std::string NumericAddress(const tcp::endpoint& peer) {
  const asio::ip::address address = peer.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

// An acceptor bound to exactly this address, or why not.
tcp::acceptor Bind(asio::io_context& context, const tcp::endpoint& endpoint,
                   asio::error_code& error) {
  tcp::acceptor acceptor(context);
  acceptor.open(endpoint.protocol(), error);
  // Lets us return to a port whose old connections linger in TIME_WAIT; a port that somebody
  // listens on stays taken.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) acceptor.non_blocking(true, error);
  return acceptor;
}

}  // namespace

// `acceptors_` and what accepts are used on the reactor's thread; Listen and Stop go there.
class Listener::Impl {
 public:
  Impl(Reactor& reactor, Log& log, Sink& sink)
      : reactor_(reactor), log_(log), sink_(sink), back_off_(reactor.context()) {}

  ~Impl() {
    if (spare_ >= 0) close(spare_);
  }

  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports) {
    if (host == "localhost") {
      loopback_twins_ = true;
      return ListenOn(asio::ip::address_v4::loopback(), host, port, further_ports);
    }
    loopback_twins_ = false;
    asio::error_code error;
    asio::ip::address address = asio::ip::make_address(host, error);
    if (error) {
      tcp::resolver resolver(reactor_.context());
      const auto found = resolver.resolve(host, "", error);
      if (error || found.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("\"", host, "\" is no address and no host name known here"));
      }
      address = found.begin()->endpoint().address();
    }
    return ListenOn(address, host, port, further_ports);
  }

  void Stop() {
    reactor_.Run([this] {
      back_off_.cancel();
      acceptors_.clear();
    });
  }

 private:
  absl::StatusOr<std::vector<BoundAddress>> ListenOn(const asio::ip::address& address,
                                                     const std::string& host, uint16_t port,
                                                     uint16_t further_ports) {
    const int attempts = port == 0 ? kAttemptsForAFreePort : further_ports + 1;
    int last = port;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      const int tried = port == 0 ? 0 : port + attempt;
      if (tried > std::numeric_limits<uint16_t>::max()) break;
      last = tried;
      asio::error_code error;
      std::vector<tcp::acceptor> bound = BindAll({address, static_cast<uint16_t>(tried)}, error);
      if (!error) return Start(std::move(bound));
      if (error != asio::error::address_in_use) {
        return absl::InvalidArgumentError(
            absl::StrCat("cannot listen on ", host, " port ", tried, ": ", error.message()));
      }
    }
    if (port == 0) return absl::AlreadyExistsError(absl::StrCat("no port is free on ", host));
    if (last == port) {
      return absl::AlreadyExistsError(absl::StrCat("port ", port, " on ", host, " is taken"));
    }
    return absl::AlreadyExistsError(
        absl::StrCat("ports ", port, " to ", last, " on ", host, " are all taken"));
  }

  // Browsers take either address for "localhost", so both have to be ours.
  std::vector<tcp::acceptor> BindAll(const tcp::endpoint& endpoint, asio::error_code& error) {
    std::vector<tcp::acceptor> bound;
    bound.push_back(Bind(reactor_.context(), endpoint, error));
    if (error || !loopback_twins_) return bound;
    const uint16_t port = bound.front().local_endpoint(error).port();
    if (error) return bound;
    tcp::acceptor twin = Bind(reactor_.context(), {asio::ip::address_v6::loopback(), port}, error);
    if (!error) {
      bound.push_back(std::move(twin));
    } else if (error != asio::error::address_in_use) {
      log_.Info("no IPv6 loopback here, listening on 127.0.0.1 only");
      error.clear();
    }
    return bound;
  }

  std::vector<BoundAddress> Start(std::vector<tcp::acceptor> bound) {
    std::vector<BoundAddress> addresses;
    for (const tcp::acceptor& acceptor : bound) {
      asio::error_code error;
      const tcp::endpoint local = acceptor.local_endpoint(error);
      addresses.push_back({local.address().to_string(), local.port()});
    }
    reactor_.Run([&] {
      if (spare_ < 0) spare_ = OpenSpare();
      for (tcp::acceptor& acceptor : bound) {
        acceptors_.push_back(std::move(acceptor));
        Await(acceptors_.back());
      }
    });
    return addresses;
  }

  void Await(tcp::acceptor& acceptor) {
    acceptor.async_wait(tcp::acceptor::wait_read, [this, &acceptor](const asio::error_code& error) {
      if (!error) Accept(acceptor);
    });
  }

  void Accept(tcp::acceptor& acceptor) {
    for (int i = 0; i < kAcceptsInARow; ++i) {
      tcp::endpoint peer;
      auto size = static_cast<socklen_t>(peer.capacity());
      const int descriptor =
          accept4(acceptor.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (descriptor >= 0) {
        had_descriptors_ = true;
        Welcome(descriptor, peer);
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        break;
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        TurnAway(acceptor);
        return AwaitLater(acceptor);
      }
      // Anything else concerns one peer that is gone already.
    }
    Await(acceptor);
  }

  void Welcome(int descriptor, const tcp::endpoint& peer) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    sink_.OnAccepted(descriptor, NumericAddress(peer));
  }

  // Without a descriptor nobody can be accepted, and so nobody be turned away: the spare one makes
  // room for that.
  void TurnAway(tcp::acceptor& acceptor) {
    if (had_descriptors_) {
      had_descriptors_ = false;
      log_.Warn("out of file descriptors, turning newcomers away");
    }
    for (int i = 0; i < kAcceptsInARow; ++i) {
      if (spare_ >= 0) close(spare_);
      const int descriptor = accept4(acceptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor >= 0) close(descriptor);
      spare_ = OpenSpare();
      if (descriptor < 0) return;
      sink_.OnTurnedAway();
    }
  }

  void AwaitLater(tcp::acceptor& acceptor) {
    back_off_.expires_after(kBackOff);
    back_off_.async_wait([this, &acceptor](const asio::error_code& error) {
      if (!error) Accept(acceptor);
    });
  }

  Reactor& reactor_;
  Log& log_;
  Sink& sink_;
  bool loopback_twins_ = false;          // listening on "localhost": 127.0.0.1 and ::1
  std::deque<tcp::acceptor> acceptors_;  // a deque, because waits refer to its elements
  asio::steady_timer back_off_;
  int spare_ = -1;
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
