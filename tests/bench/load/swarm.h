// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/connection.h"

namespace pigeonhub::bench {

// Where a hub listens.
struct Address {
  sockaddr_storage socket_address{};
  socklen_t size = 0;
  std::string host;  // as in the Host header
  bool secure = false;

  // Takes "host:port", "[ipv6]:port" and either behind "ws://" or "wss://"; false if that cannot be
  // resolved.
  static bool Parse(std::string_view url, Address& address);
};

// All connections of this process on one epoll set and one thread. A turn reads what there is,
// calls the listeners, then writes what they queued: one write a connection and turn.
class Swarm {
 public:
  // To one hub or several, which speak TLS all or none.
  explicit Swarm(std::vector<Address> hubs);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  size_t hubs() const { return hubs_.size(); }

  // Starts a connection for a peer, to the hub of that number; numbers go round. At most 64
  // handshakes are under way at once, later ones wait their turn, so that no listen queue
  // overflows. The reference is good until OnClosed returns.
  Connection& Connect(std::string_view peer_id, Listener* listener, size_t tag, size_t hub = 0);
  // From now on so many.
  void set_handshakes_at_once(size_t handshakes) { handshakes_at_once_ = handshakes; }

  // What connections show besides, from now on: a token in the URL, which is as it is there; and
  // the word of a proxy, for one client after the other.
  void set_token(std::string token) { token_ = std::move(token); }
  void set_forwarded(bool forwarded) { forwarded_ = forwarded; }

  // From now on connections to a hub at 127.0.0.1 come from so many addresses of 127.0.0.0/8, one
  // after the other: a hub holds one address to less than it allows many.
  void set_sources(size_t sources) { sources_ = sources; }

  bool secure() const { return tls_ != nullptr; }
  // Over TLS: whether a connection shows the ticket of one before it, if there is one.
  void set_resumes(bool resumes) { resumes_ = resumes; }
  // TLS handshakes that a ticket made short.
  size_t resumed() const { return resumed_; }

  // One turn; waits no longer than `until` for something to happen. What was queued before it
  // leaves first.
  void Poll(TimePoint until);

  // Turns until `done()` holds; false if `deadline` comes first.
  template <typename Condition>
  bool PollUntil(TimePoint deadline, Condition done) {
    while (!done()) {
      if (Clock::now() >= deadline) return false;
      Poll(deadline);
    }
    return true;
  }

 private:
  struct Socket;

  void StartWaiting();
  void Start(Socket& socket);
  void ChooseSource(const Socket& socket);
  void AskForWebSocket(Socket& socket);
  void Handle(Socket& socket, uint32_t events);
  void Read(Socket& socket);
  void ReadPlain(Socket& socket);
  void ReadSecure(Socket& socket);
  // False: the handshake of TLS goes on, or has failed.
  bool IsSecure(Socket& socket);
  static int OnSession(SSL* ssl, SSL_SESSION* session);
  void WriteUnsent();
  void Write(Socket& socket);
  void Drop(Socket& socket, std::string_view why);
  void ForgetDropped();

  struct Deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };

  std::vector<Address> hubs_;
  std::unique_ptr<SSL_CTX, Deleter> tls_;  // null where the hubs speak none
  std::unique_ptr<SSL_SESSION, Deleter> session_;
  bool resumes_ = false;
  std::string token_;
  bool forwarded_ = false;
  uint32_t clients_ = 0;  // for whom a proxy spoke
  size_t sources_ = 1;
  size_t next_source_ = 0;
  size_t resumed_ = 0;
  int epoll_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<Connection*> unsent_;
  std::vector<Socket*> dropped_;  // kept for the turn: it may still hold events of theirs
  std::deque<Socket*> waiting_;
  size_t handshakes_ = 0;
  size_t handshakes_at_once_ = 64;
};

}  // namespace pigeonhub::bench
