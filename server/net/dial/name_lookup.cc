// SPDX-License-Identifier: Apache-2.0

#include "server/net/dial/name_lookup.h"

#include <ares.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "server/base/text.h"

namespace pigeonhub::net {
namespace {

using asio::ip::tcp;

// If a name server does not answer, it or another one is asked again after this time, and then
// after twice this time. The 5 s that are usual would use up all the time of a dial.
constexpr int kFirstWaitMs = 1000;
constexpr int kTries = 3;

std::string AddressOf(const sockaddr* address, size_t size) {
  tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), address, std::min(size, endpoint.capacity()));
  return endpoint.address().to_string();
}

// The addresses that are known without asking anybody: of a number, in any spelling that the system
// takes ("127.1"), and of localhost, which is always this machine (RFC 6761, section 6.3). c-ares
// 1.18 would answer for localhost too, and leak 10 bytes each time.
std::vector<std::string> KnownAddresses(const std::string& host) {
  if (EqualsIgnoringCase(host, "localhost")) return {"::1", "127.0.0.1"};
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  return {AddressOf(found->ai_addr, found->ai_addrlen)};
}

}  // namespace

class NameLookup::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& context, Callback callback)
      : context_(context), timer_(context), callback_(std::move(callback)) {}

  ~Impl() {
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  void Start(const std::string& host, const std::string& name_servers) {
    const std::vector<std::string> known = KnownAddresses(host);
    for (const std::string& address : known) {
      Deliver({.addresses = {address}, .last = &address == &known.back()});
    }
    if (!known.empty()) return;

    ares_options options{};
    options.timeout = kFirstWaitMs;
    options.tries = kTries;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<Impl*>(self)->Watch(socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    int status = ares_init_options(&channel_, &options,
                                   ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status == ARES_SUCCESS && !name_servers.empty()) {
      status = ares_set_servers_ports_csv(channel_, name_servers.c_str());
    }
    if (status != ARES_SUCCESS) return Deliver({.trouble = ares_strerror(status), .last = true});
    Ask(host, AF_INET6);
    Ask(host, AF_INET);
    SetTimer();
  }

  // The callback is not called any more.
  void Cancel() {
    callback_ = nullptr;
    timer_.cancel();
    if (channel_ != nullptr) ares_cancel(channel_);
  }

 private:
  struct Watched {
    explicit Watched(asio::io_context& context, int socket) : descriptor(context) {
      asio::error_code ignored;  // then c-ares' own timer goes on
      descriptor.assign(socket, ignored);
    }
    ~Watched() { descriptor.release(); }  // c-ares closes it
    asio::posix::stream_descriptor descriptor;
    bool readable = false;  // wanted
    bool writable = false;
    bool awaits_readable = false;
    bool awaits_writable = false;
  };

  void Ask(const std::string& host, int family) {
    ares_addrinfo_hints hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(
        channel_, host.c_str(), nullptr, &hints,
        [](void* self, int status, int, ares_addrinfo* found) {
          static_cast<Impl*>(self)->OnAnswer(status, found);
        },
        this);
  }

  void OnAnswer(int status, ares_addrinfo* found) {
    const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owner(found,
                                                                             ares_freeaddrinfo);
    if (status == ARES_ECANCELLED || status == ARES_EDESTRUCTION) return;
    Answer answer{.last = --awaited_ == 0};
    if (status != ARES_SUCCESS) answer.trouble = ares_strerror(status);
    for (const ares_addrinfo_node* node = found == nullptr ? nullptr : found->nodes;
         node != nullptr; node = node->ai_next) {
      answer.addresses.push_back(AddressOf(node->ai_addr, node->ai_addrlen));
    }
    Deliver(std::move(answer));
  }

  // Posts the answer, because the callback may end this look-up, and c-ares must not be destroyed
  // from within one of its own calls.
  void Deliver(Answer answer) {
    asio::post(context_, [weak = weak_from_this(), answer = std::move(answer)] {
      const std::shared_ptr<Impl> self = weak.lock();
      if (self == nullptr || self->callback_ == nullptr) return;
      const Callback callback = self->callback_;  // a copy, as it may end this look-up
      callback(answer);
    });
  }

  // ---- What c-ares waits for. ------------------------------------------------------------------

  void Watch(int socket, bool readable, bool writable) {
    if (!readable && !writable) {
      watched_.erase(socket);
      return;
    }
    Watched& watched = watched_.try_emplace(socket, context_, socket).first->second;
    watched.readable = readable;
    watched.writable = writable;
    Await(socket, watched);
  }

  void Await(int socket, Watched& watched) {
    using Wait = asio::posix::descriptor_base::wait_type;
    const auto await = [&](Wait wait, bool wanted, bool Watched::*awaits) {
      if (!wanted || watched.*awaits) return;
      watched.*awaits = true;
      watched.descriptor.async_wait(
          wait, [weak = weak_from_this(), socket, awaits, wait](const asio::error_code& error) {
            const std::shared_ptr<Impl> self = weak.lock();
            if (error || self == nullptr) return;
            const bool read = wait == asio::posix::descriptor_base::wait_read;
            self->OnReady(socket, awaits, read);
          });
    };
    await(asio::posix::descriptor_base::wait_read, watched.readable, &Watched::awaits_readable);
    await(asio::posix::descriptor_base::wait_write, watched.writable, &Watched::awaits_writable);
  }

  void OnReady(int socket, bool Watched::*awaits, bool read) {
    const auto found = watched_.find(socket);
    if (found == watched_.end()) return;
    found->second.*awaits = false;
    Process(read ? socket : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : socket);
    const auto still = watched_.find(socket);
    if (still != watched_.end()) Await(socket, still->second);
  }

  void Process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_, readable, writable);
    SetTimer();
  }

  void SetTimer() {
    timeval next{};
    if (ares_timeout(channel_, nullptr, &next) == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(next.tv_sec) +
                         std::chrono::microseconds(next.tv_usec) + std::chrono::milliseconds(1));
    timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
      const std::shared_ptr<Impl> self = weak.lock();
      if (!error && self != nullptr) self->Process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
  }

  asio::io_context& context_;
  asio::steady_timer timer_;
  Callback callback_;
  std::map<int, Watched> watched_;  // by socket
  int awaited_ = 2;                 // answers
  ares_channel channel_ = nullptr;  // its end calls Watch
};

NameLookup::NameLookup(asio::io_context& context, const std::string& host,
                       const std::string& name_servers, Callback callback)
    : impl_(std::make_shared<Impl>(context, std::move(callback))) {
  impl_->Start(host, name_servers);
}

NameLookup::~NameLookup() { impl_->Cancel(); }

}  // namespace pigeonhub::net
