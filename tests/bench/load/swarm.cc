// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/swarm.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace pigeonhub::bench {
namespace {

constexpr size_t kReadSize = size_t{256} << 10;
constexpr size_t kEventsAtOnce = 512;

}  // namespace

struct Swarm::Socket : Connection {
  Socket(std::vector<Connection*>& unsent, Listener* listener, size_t tag, std::string_view peer_id,
         const Address& hub)
      : Connection(unsent, listener, tag), peer_id(peer_id), hub(hub) {}

  using Connection::BeginHandshake;
  using Connection::in_handshake;
  using Connection::in_unsent_;
  using Connection::Lose;
  using Connection::Receive;
  using Connection::unsent_bytes_;

  std::string peer_id;
  const Address& hub;
  size_t place = 0;  // in Swarm::sockets_
  int descriptor = -1;
  bool counted_as_handshake = false;
  bool awaits_room = false;  // EPOLLOUT is being watched
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};
};

bool Address::Parse(std::string_view url, Address& address) {
  address.secure = url.starts_with("wss://");
  if (url.starts_with("ws://")) url.remove_prefix(5);
  if (address.secure) url.remove_prefix(6);
  url = url.substr(0, url.find('/'));
  const size_t colon = url.rfind(':');
  if (colon == std::string_view::npos) return false;
  std::string_view name = url.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(std::string(name).c_str(), std::string(url.substr(colon + 1)).c_str(), &hints,
                  &found) != 0) {
    return false;
  }
  std::memcpy(&address.socket_address, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  address.host = url;
  freeaddrinfo(found);
  return true;
}

Swarm::Swarm(std::vector<Address> hubs)
    : hubs_(std::move(hubs)), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kReadSize) {
  if (!hubs_.front().secure) return;
  tls_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_app_data(tls_.get(), this);
  SSL_CTX_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(tls_.get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_sess_set_new_cb(tls_.get(), &Swarm::OnSession);
}

// Keeps a copy of the newest: OpenSSL spoils a session that a connection has when a newer one comes
// to it, and others are to resume with it still.
int Swarm::OnSession(SSL* ssl, SSL_SESSION* session) {
  auto& swarm = *static_cast<Swarm*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  swarm.session_.reset(SSL_SESSION_dup(session));
  return 0;
}

Swarm::~Swarm() {
  for (const auto& socket : sockets_) {
    if (socket->descriptor >= 0) close(socket->descriptor);
  }
  close(epoll_);
}

Connection& Swarm::Connect(std::string_view peer_id, Listener* listener, size_t tag, size_t hub) {
  auto socket =
      std::make_unique<Socket>(unsent_, listener, tag, peer_id, hubs_[hub % hubs_.size()]);
  socket->place = sockets_.size();
  waiting_.push_back(socket.get());
  sockets_.push_back(std::move(socket));
  return *sockets_.back();
}

void Swarm::StartWaiting() {
  while (!waiting_.empty() && handshakes_ < handshakes_at_once_) {
    Socket& socket = *waiting_.front();
    waiting_.pop_front();
    Start(socket);
  }
}

void Swarm::Start(Socket& socket) {
  ++handshakes_;
  socket.counted_as_handshake = true;
  socket.descriptor = ::socket(socket.hub.socket_address.ss_family,
                               SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket.descriptor < 0) return Drop(socket, std::strerror(errno));
  const int on = 1;
  setsockopt(socket.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ChooseSource(socket);
  if (connect(socket.descriptor, reinterpret_cast<const sockaddr*>(&socket.hub.socket_address),
              socket.hub.size) != 0 &&
      errno != EINPROGRESS) {
    return Drop(socket, std::strerror(errno));
  }
  if (tls_ != nullptr) {
    socket.ssl.reset(SSL_new(tls_.get()));
    SSL_set_fd(socket.ssl.get(), socket.descriptor);
    SSL_set_connect_state(socket.ssl.get());
    if (resumes_ && session_ != nullptr) {
      SSL_SESSION* const own = SSL_SESSION_dup(session_.get());
      SSL_set_session(socket.ssl.get(), own);
      SSL_SESSION_free(own);
    }
  }
  // The request is queued at once; it leaves as soon as there is room, that is: when connected.
  AskForWebSocket(socket);
  socket.awaits_room = true;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = &socket;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.descriptor, &event);
}

void Swarm::ChooseSource(const Socket& socket) {
  constexpr uint32_t kLoopback = 127U << 24;
  constexpr uint32_t kOfANetwork = 250;
  if (sources_ <= 1 || socket.hub.socket_address.ss_family != AF_INET) return;
  sockaddr_in address{};
  std::memcpy(&address, &socket.hub.socket_address, sizeof(address));
  if (ntohl(address.sin_addr.s_addr) >> 24 != kLoopback >> 24) return;
  const auto source = static_cast<uint32_t>(next_source_++ % sources_);
  address.sin_addr.s_addr =
      htonl(kLoopback | source / kOfANetwork << 8 | (source % kOfANetwork + 1));
  address.sin_port = 0;
  // The port is chosen with the other end: the same may serve several.
  const int on = 1;
  setsockopt(socket.descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  bind(socket.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

void Swarm::AskForWebSocket(Socket& socket) {
  std::string target = "/?peerId=" + socket.peer_id;
  if (!token_.empty()) target.append("&token=").append(token_);
  std::string headers;
  if (forwarded_) {
    const uint32_t client = clients_++;
    headers = "X-Forwarded-For: 10." + std::to_string(client >> 16 & 255) + "." +
              std::to_string(client >> 8 & 255) + "." + std::to_string(client & 255) + "\r\n";
  }
  socket.BeginHandshake({socket.hub.host, target, headers});
}

void Swarm::Poll(TimePoint until) {
  StartWaiting();
  WriteUnsent();

  const auto wait = std::max(Nanoseconds(0), Nanoseconds(until - Clock::now()));
  const timespec timeout{static_cast<time_t>(wait.count() / 1'000'000'000),
                         static_cast<long>(wait.count() % 1'000'000'000)};
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    Handle(*static_cast<Socket*>(events[i].data.ptr), events[i].events);
  }

  WriteUnsent();
  ForgetDropped();
}

void Swarm::Handle(Socket& socket, uint32_t events) {
  if (socket.descriptor >= 0 && (events & EPOLLOUT) != 0) Write(socket);
  if (socket.descriptor >= 0 && (events & ~EPOLLOUT) != 0) Read(socket);
}

void Swarm::Read(Socket& socket) {
  if (socket.ssl == nullptr) {
    ReadPlain(socket);
  } else if (IsSecure(socket)) {
    ReadSecure(socket);
  }
  if (socket.counted_as_handshake && !socket.in_handshake()) {
    socket.counted_as_handshake = false;
    --handshakes_;
  }
}

bool Swarm::IsSecure(Socket& socket) {
  SSL* const ssl = socket.ssl.get();
  if (SSL_is_init_finished(ssl) == 1) return true;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl);
  if (done == 1) {
    if (SSL_session_reused(ssl) == 1) ++resumed_;
    Write(socket);
    return socket.descriptor >= 0;
  }
  const int error = SSL_get_error(ssl, done);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
    Drop(socket, "the TLS handshake failed");
  }
  return false;
}

void Swarm::ReadSecure(Socket& socket) {
  for (;;) {
    ERR_clear_error();
    const int size = SSL_read(socket.ssl.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    if (size <= 0) {
      if (SSL_get_error(socket.ssl.get(), size) == SSL_ERROR_WANT_READ) return;
      return Drop(socket, "the hub ended the connection");
    }
    if (!socket.Receive({buffer_.data(), static_cast<size_t>(size)})) {
      return Drop(socket, "unusable bytes from the hub");
    }
    if (socket.descriptor < 0) return;
  }
}

void Swarm::ReadPlain(Socket& socket) {
  const ssize_t size = recv(socket.descriptor, buffer_.data(), buffer_.size(), 0);
  if (size < 0) {
    if (errno != EAGAIN && errno != EINTR) Drop(socket, std::strerror(errno));
    return;
  }
  if (size == 0) return Drop(socket, "the hub ended the connection");
  if (!socket.Receive({buffer_.data(), static_cast<size_t>(size)})) {
    return Drop(socket, "unusable bytes from the hub");
  }
}

void Swarm::WriteUnsent() {
  // By index: writing may drop a connection, whose listener may queue on others.
  for (size_t i = 0; i < unsent_.size(); ++i) {
    Socket& socket = static_cast<Socket&>(*unsent_[i]);
    socket.in_unsent_ = false;
    if (!socket.awaits_room) Write(socket);
  }
  unsent_.clear();
}

void Swarm::Write(Socket& socket) {
  std::string& bytes = socket.unsent_bytes_;
  if (socket.descriptor < 0) return;
  bool shakes_hands = false;
  if (socket.ssl != nullptr && SSL_is_init_finished(socket.ssl.get()) == 0) {
    // What is queued leaves when that is done, which something to read will show.
    if (!IsSecure(socket)) shakes_hands = true;
    if (socket.descriptor < 0 || !shakes_hands) return;
  } else if (!bytes.empty()) {
    const ssize_t size =
        socket.ssl != nullptr
            ? SSL_write(socket.ssl.get(), bytes.data(), static_cast<int>(bytes.size()))
            : send(socket.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const bool blocked =
        socket.ssl != nullptr
            ? SSL_get_error(socket.ssl.get(), static_cast<int>(size)) == SSL_ERROR_WANT_WRITE
            : errno == EAGAIN || errno == EINTR;
    if (size < 0 && !blocked) {
      return Drop(socket, socket.ssl != nullptr ? "the connection broke" : std::strerror(errno));
    }
    if (size > 0) bytes.erase(0, static_cast<size_t>(size));
  }
  const bool waits = !bytes.empty() && !shakes_hands;
  if (socket.awaits_room == waits) return;
  socket.awaits_room = waits;
  epoll_event event{};
  event.events = socket.awaits_room ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.ptr = &socket;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, socket.descriptor, &event);
}

void Swarm::Drop(Socket& socket, std::string_view why) {
  if (socket.descriptor >= 0) close(socket.descriptor);
  socket.descriptor = -1;
  // A connection that broke would take its ticket with it.
  if (socket.ssl != nullptr) SSL_set_shutdown(socket.ssl.get(), SSL_SENT_SHUTDOWN);
  socket.ssl.reset();
  if (socket.counted_as_handshake) --handshakes_;
  socket.counted_as_handshake = false;
  socket.Lose(why);
  dropped_.push_back(&socket);
}

void Swarm::ForgetDropped() {
  for (Socket* socket : dropped_) {
    const size_t place = socket->place;
    std::swap(sockets_[place], sockets_.back());
    sockets_[place]->place = place;
    sockets_.pop_back();
  }
  dropped_.clear();
}

}  // namespace pigeonhub::bench
