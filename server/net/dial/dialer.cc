// SPDX-License-Identifier: Apache-2.0

#include "server/net/dial/dialer.h"

#include <fcntl.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/base/address.h"
#include "server/net/dial/name_lookup.h"

namespace pigeonhub::net {
namespace {

using asio::ip::tcp;

// RFC 8305, section 8. While IPv6 addresses are still awaited, IPv4 ones wait this long.
constexpr Duration kResolutionDelay = std::chrono::milliseconds(50);
// If an address has not answered by then, the next one is tried beside it.
constexpr Duration kAttemptDelay = std::chrono::milliseconds(250);
// Of IPv4 and of IPv6. The owner of a name may not make this hub connect to a whole network.
constexpr size_t kMostAddresses = 16;

}  // namespace

// The search for a way to one host. It tries the addresses of the host side by side, IPv6 and IPv4
// in turn, and takes the first that connects (RFC 8305, "Happy Eyeballs").
class Dialer::Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Impl& dialer, DialTargetId dial_target, uint16_t port, AddressBlocks within);

  void Start(const std::string& host, const std::string& name_servers, Duration limit);
  // Nobody is called any more.
  void Abandon();

 private:
  void OnAddresses(const NameLookup::Answer& answer);
  void TryNext();
  void Try(const tcp::endpoint& endpoint);
  void TryNextAfter(Duration delay);
  std::optional<asio::ip::address> TakeNext();
  std::string Overdue() const;
  void Fail(const std::string& why);
  template <typename Step>
  auto Later(Step step);

  Impl& dialer_;
  const DialTargetId dial_target_;
  const uint16_t port_;
  const AddressBlocks within_;
  bool abandoned_ = false;
  std::unique_ptr<NameLookup> lookup_;
  bool looking_up_ = true;
  std::deque<asio::ip::address> ipv6_;  // not tried yet
  std::deque<asio::ip::address> ipv4_;
  bool ipv4_is_next_ = false;
  std::list<tcp::socket> sockets_;  // being connected
  std::string trouble_;             // of what failed last
  asio::steady_timer limit_;
  asio::steady_timer next_;
  bool waiting_ = false;  // for next_
};

class Dialer::Impl {
 public:
  Impl(Reactor& reactor, Sink& sink, std::string name_servers)
      : context_(reactor.context()), sink_(sink), name_servers_(std::move(name_servers)) {}
  ~Impl() { GiveUpAll(); }

  void Connect(DialTargetId dial_target, const WebSocketUrl& address, Duration limit,
               AddressBlocks within) {
    GiveUp(dial_target);
    const auto attempt = std::make_shared<Attempt>(*this, dial_target, address.port, within);
    attempts_[dial_target] = attempt;
    attempt->Start(address.host, name_servers_, limit);
  }

  void GiveUp(DialTargetId dial_target) {
    const auto found = attempts_.find(dial_target);
    if (found == attempts_.end()) return;
    found->second->Abandon();
    attempts_.erase(found);
  }

  void GiveUpAll() {
    for (const auto& [dial_target, attempt] : attempts_) attempt->Abandon();
    attempts_.clear();
  }

  asio::io_context& context() { return context_; }

  // The end of an attempt.
  void OnFailed(DialTargetId dial_target, const std::string& why) {
    GiveUp(dial_target);
    sink_.OnUnreachable(dial_target, why);
  }
  void OnConnected(DialTargetId dial_target, tcp::socket socket) {
    GiveUp(dial_target);
    asio::error_code error;
    socket.set_option(tcp::no_delay(true), error);
    Descriptor descriptor(socket.release(error));
    if (error) return sink_.OnUnreachable(dial_target, error.message());
    fcntl(descriptor.get(), F_SETFD, FD_CLOEXEC);
    fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
    sink_.OnReached(dial_target, std::move(descriptor));
  }

 private:
  asio::io_context& context_;
  Sink& sink_;
  const std::string name_servers_;
  absl::flat_hash_map<DialTargetId, std::shared_ptr<Attempt>> attempts_;
};

Dialer::Attempt::Attempt(Impl& dialer, DialTargetId dial_target, uint16_t port,
                         AddressBlocks within)
    : dialer_(dialer),
      dial_target_(dial_target),
      port_(port),
      within_(within),
      limit_(dialer.context()),
      next_(dialer.context()) {}

// Makes a callback that keeps the attempt alive, and does nothing after Abandon.
template <typename Step>
auto Dialer::Attempt::Later(Step step) {
  return [self = shared_from_this(), step = std::move(step)](const auto&... results) {
    if (!self->abandoned_) step(results...);
  };
}

void Dialer::Attempt::Start(const std::string& host, const std::string& name_servers,
                            Duration limit) {
  limit_.expires_after(limit);
  limit_.async_wait(Later([this](const asio::error_code& error) {
    if (!error) Fail(Overdue());
  }));
  lookup_ = std::make_unique<NameLookup>(
      dialer_.context(), host, name_servers,
      Later([this](const NameLookup::Answer& answer) { OnAddresses(answer); }));
}

// What went wrong, if no address was reached until the limit.
std::string Dialer::Attempt::Overdue() const {
  if (!sockets_.empty()) return "no connection in time";
  return trouble_.empty() ? "no name server answered in time" : trouble_;
}

void Dialer::Attempt::Abandon() {
  abandoned_ = true;
  lookup_.reset();
  limit_.cancel();
  next_.cancel();
  sockets_.clear();
}

void Dialer::Attempt::OnAddresses(const NameLookup::Answer& answer) {
  looking_up_ = !answer.last;
  if (trouble_.empty()) trouble_ = answer.trouble;
  for (const std::string& text : answer.addresses) {
    const asio::ip::address address = asio::ip::make_address(text);
    std::deque<asio::ip::address>& kind = address.is_v6() ? ipv6_ : ipv4_;
    if (!within_.Contain(BlockOf(text))) {
      trouble_ = "leads to an address at which this hub dials nobody that it only heard of";
    } else if (kind.size() < kMostAddresses) {
      kind.push_back(address);
    }
  }
  if (waiting_ && !sockets_.empty()) return;  // their turn comes
  if (looking_up_ && ipv6_.empty() && !ipv4_.empty()) return TryNextAfter(kResolutionDelay);
  TryNext();
}

void Dialer::Attempt::TryNext() {
  next_.cancel();
  waiting_ = false;
  const std::optional<asio::ip::address> address = TakeNext();
  if (address.has_value()) return Try({*address, port_});
  if (sockets_.empty() && !looking_up_) Fail(trouble_);
}

std::optional<asio::ip::address> Dialer::Attempt::TakeNext() {
  const bool ipv4 = ipv6_.empty() || (ipv4_is_next_ && !ipv4_.empty());
  std::deque<asio::ip::address>& kind = ipv4 ? ipv4_ : ipv6_;
  if (kind.empty()) return std::nullopt;
  ipv4_is_next_ = !ipv4;
  const asio::ip::address address = kind.front();
  kind.pop_front();
  return address;
}

void Dialer::Attempt::Try(const tcp::endpoint& endpoint) {
  const auto socket = sockets_.emplace(sockets_.end(), dialer_.context());
  socket->async_connect(endpoint, Later([this, socket](const asio::error_code& error) {
                          tcp::socket tried = std::move(*socket);
                          sockets_.erase(socket);
                          if (!error) return dialer_.OnConnected(dial_target_, std::move(tried));
                          trouble_ = error.message();
                          TryNext();
                        }));
  TryNextAfter(kAttemptDelay);
}

void Dialer::Attempt::TryNextAfter(Duration delay) {
  waiting_ = true;
  next_.expires_after(delay);
  next_.async_wait(Later([this](const asio::error_code& error) {
    if (!error) TryNext();
  }));
}

void Dialer::Attempt::Fail(const std::string& why) { dialer_.OnFailed(dial_target_, why); }

Dialer::Dialer(Reactor& reactor, Sink& sink, std::string name_servers)
    : impl_(std::make_unique<Impl>(reactor, sink, std::move(name_servers))) {}

Dialer::~Dialer() = default;

void Dialer::Connect(DialTargetId dial_target, const WebSocketUrl& address, Duration limit,
                     AddressBlocks within) {
  impl_->Connect(dial_target, address, limit, within);
}

void Dialer::GiveUp(DialTargetId dial_target) { impl_->GiveUp(dial_target); }

void Dialer::GiveUpAll() { impl_->GiveUpAll(); }

}  // namespace pigeonhub::net
