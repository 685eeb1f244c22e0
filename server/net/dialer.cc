// SPDX-License-Identifier: Apache-2.0
#include "server/net/dialer.h"

#include <fcntl.h>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace pigeonhub::net {
namespace {

using asio::ip::tcp;

bool IsOutside(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  if (address.is_loopback() || address.is_unspecified()) return false;
  if (address.is_v6()) return !address.to_v6().is_link_local();
  const auto bytes = address.to_v4().to_bytes();
  return bytes[0] != 0 && !(bytes[0] == 169 && bytes[1] == 254);
}

// What waits on it keeps it alive.
struct Attempt {
  explicit Attempt(asio::io_context& context)
      : resolver(context), socket(context), timer(context) {}

  void Abandon() {
    asio::error_code ignored;
    resolver.cancel();
    socket.close(ignored);
    timer.cancel();
  }

  tcp::resolver resolver;
  tcp::socket socket;
  asio::steady_timer timer;
};

}  // namespace

class Dialer::Impl {
 public:
  Impl(Reactor& reactor, Sink& sink) : context_(reactor.context()), sink_(sink) {}

  void Connect(UplinkId uplink, const HubAddress& address, Duration limit, bool outside_only) {
    GiveUp(uplink);
    const auto attempt = std::make_shared<Attempt>(context_);
    attempts_[uplink] = attempt;
    attempt->timer.expires_after(limit);
    attempt->timer.async_wait([this, uplink, attempt](const asio::error_code& error) {
      if (!error) Fail(uplink, attempt, "no connection in time");
    });
    attempt->resolver.async_resolve(
        address.host, std::to_string(address.port),
        [this, uplink, attempt, outside_only](const asio::error_code& error,
                                              const tcp::resolver::results_type& found) {
          if (error) return Fail(uplink, attempt, error.message());
          std::vector<tcp::endpoint> endpoints;
          for (const auto& entry : found) {
            if (!outside_only || IsOutside(entry.endpoint().address())) {
              endpoints.push_back(entry.endpoint());
            }
          }
          if (endpoints.empty())
            return Fail(uplink, attempt, "leads to this machine or a link-local address");
          asio::async_connect(
              attempt->socket, endpoints,
              [this, uplink, attempt](const asio::error_code& refused, const tcp::endpoint&) {
                if (refused) return Fail(uplink, attempt, refused.message());
                Reach(uplink, attempt);
              });
        });
  }

  void GiveUp(UplinkId uplink) {
    const auto found = attempts_.find(uplink);
    if (found == attempts_.end()) return;
    found->second->Abandon();
    attempts_.erase(found);
  }

  void GiveUpAll() {
    for (const auto& [uplink, attempt] : attempts_) attempt->Abandon();
    attempts_.clear();
  }

 private:
  // False if it is not waited for any more: it was given up, or answered already.
  bool Take(UplinkId uplink, const std::shared_ptr<Attempt>& attempt) {
    const auto found = attempts_.find(uplink);
    if (found == attempts_.end() || found->second != attempt) return false;
    attempts_.erase(found);
    return true;
  }

  void Fail(UplinkId uplink, const std::shared_ptr<Attempt>& attempt, const std::string& why) {
    if (!Take(uplink, attempt)) return;
    attempt->Abandon();
    sink_.OnUnreachable(uplink, why);
  }

  void Reach(UplinkId uplink, const std::shared_ptr<Attempt>& attempt) {
    if (!Take(uplink, attempt)) return;
    attempt->timer.cancel();
    asio::error_code error;
    attempt->socket.set_option(tcp::no_delay(true), error);
    const int descriptor = attempt->socket.release(error);
    if (error) return sink_.OnUnreachable(uplink, error.message());
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    sink_.OnReached(uplink, descriptor);
  }

  asio::io_context& context_;
  Sink& sink_;
  absl::flat_hash_map<UplinkId, std::shared_ptr<Attempt>> attempts_;
};

Dialer::Dialer(Reactor& reactor, Sink& sink) : impl_(std::make_unique<Impl>(reactor, sink)) {}

Dialer::~Dialer() = default;

void Dialer::Connect(UplinkId uplink, const HubAddress& address, Duration limit,
                     bool outside_only) {
  impl_->Connect(uplink, address, limit, outside_only);
}

void Dialer::GiveUp(UplinkId uplink) { impl_->GiveUp(uplink); }

void Dialer::GiveUpAll() { impl_->GiveUpAll(); }

}  // namespace pigeonhub::net
