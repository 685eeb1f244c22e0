// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/turn_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "cli/probe/plain_stream.h"
#include "cli/probe/tls_stream.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// RFC 8489, section 6.2.1: the first pause before a message is sent again; each is twice as long as
// the one before.
constexpr milliseconds kFirstPause{500};
constexpr size_t kLargestDatagram = 2048;

std::string AddressOf(const sockaddr* address, socklen_t size) {
  char host[NI_MAXHOST] = "";
  getnameinfo(address, size, host, sizeof host, nullptr, 0, NI_NUMERICHOST);
  return host;
}

std::string PeerOf(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return AddressOf(reinterpret_cast<const sockaddr*>(&address), size);
}

bool Answers(const StunMessage& message, const StunWriter& request) {
  return message.transaction == request.bytes().substr(8, 12);
}

class Datagrams final : public TurnConnection {
 public:
  Datagrams(Socket socket, std::string server_address)
      : TurnConnection(std::move(server_address)), socket_(std::move(socket)) {}

  absl::StatusOr<StunMessage> Exchange(const StunWriter& request, Deadline deadline) override {
    milliseconds pause = kFirstPause;
    while (steady_clock::now() < deadline) {
      const std::string& bytes = request.bytes();
      if (send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
        return Failure();
      const Deadline again = std::min(deadline, steady_clock::now() + pause);
      while (socket_.Wait(false, again).ok()) {
        char answer[kLargestDatagram];
        const ssize_t size = recv(socket_.descriptor(), answer, sizeof answer, MSG_DONTWAIT);
        if (size < 0 && errno != EAGAIN && errno != EINTR) return Failure();
        if (size <= 0) continue;
        auto message = StunMessage::Parse({answer, static_cast<size_t>(size)});
        if (message && Answers(*message, request)) return *std::move(message);
      }
      pause *= 2;
    }
    return absl::DeadlineExceededError(
        "nothing answers over UDP; a firewall drops it, or the server listens elsewhere: try "
        "?transport=tcp");
  }

 private:
  static absl::Status Failure() {
    return absl::UnavailableError(
        std::string(std::strerror(errno)) +
        (errno == ECONNREFUSED ? "; is the TURN server running, and on this port?" : ""));
  }

  Socket socket_;
};

class Streamed final : public TurnConnection {
 public:
  Streamed(std::unique_ptr<Stream> stream, std::string server_address)
      : TurnConnection(std::move(server_address)), stream_(std::move(stream)) {}

  absl::StatusOr<StunMessage> Exchange(const StunWriter& request, Deadline deadline) override {
    if (absl::Status status = stream_->Write(request.bytes(), deadline); !status.ok())
      return status;
    while (true) {
      const std::optional<size_t> size = StunMessage::SizeOf(received_);
      if (size && *size == 0) {
        return absl::FailedPreconditionError("what answers there is no STUN; is it a TURN server?");
      }
      if (size && received_.size() >= *size) {
        auto message = StunMessage::Parse(std::string_view(received_).substr(0, *size));
        received_.erase(0, *size);
        if (message && Answers(*message, request)) return *std::move(message);
        continue;
      }
      absl::StatusOr<std::string> bytes = stream_->Read(deadline);
      if (!bytes.ok()) return bytes.status();
      received_ += *bytes;
    }
  }

 private:
  std::unique_ptr<Stream> stream_;
  std::string received_;
};

absl::StatusOr<std::unique_ptr<TurnConnection>> OpenDatagrams(const TurnUri& uri) {
  auto socket = Socket::Datagram(uri.host, uri.port);
  if (!socket.ok()) return socket.status();
  std::string address = PeerOf(socket->descriptor());
  return std::make_unique<Datagrams>(*std::move(socket), std::move(address));
}

}  // namespace

absl::StatusOr<std::unique_ptr<TurnConnection>> TurnConnection::Open(const TurnUri& uri,
                                                                     const std::string& ca,
                                                                     Deadline deadline) {
  if (uri.transport == TurnUri::Transport::kUdp) return OpenDatagrams(uri);
  absl::StatusOr<Socket> socket = Socket::Connect(uri.host, uri.port, deadline);
  if (!socket.ok()) return socket.status();
  std::string address = PeerOf(socket->descriptor());
  if (uri.transport == TurnUri::Transport::kTcp) {
    return std::make_unique<Streamed>(std::make_unique<PlainStream>(*std::move(socket)),
                                      std::move(address));
  }
  TlsAttempt tls = TryTls(*std::move(socket), {.name = uri.host, .ca = ca}, deadline);
  if (tls.stream == nullptr) {
    return absl::UnavailableError("its certificate does not hold or TLS is not spoken there: " +
                                  tls.why + "; cert and pkey of turnserver.conf say what it shows");
  }
  return std::make_unique<Streamed>(std::move(tls.stream), std::move(address));
}

}  // namespace pigeonhub::cli
