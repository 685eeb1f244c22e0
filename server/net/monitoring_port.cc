// SPDX-License-Identifier: Apache-2.0
#include "server/net/monitoring_port.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "server/net/listener.h"
#include "server/net/reactor.h"
#include "server/net/session.h"
#include "server/net/socket.h"

namespace pigeonhub::net {
namespace {

constexpr size_t kMaxRequests = 64;
constexpr int kSeconds = 5;

// One request and its answer. Lives on the port's thread.
class Exchange final : private Session::Host {
 public:
  Exchange(std::unique_ptr<Socket> socket, const MonitoringRoutes& routes)
      : socket_(std::move(socket)), routes_(routes), session_(*this, /*max_message_size=*/0) {
    socket_->AwaitReadable();
  }

  // Whether it is over.
  bool OnReadable() {
    std::array<char, 4096> bytes;
    const Socket::Transfer read = socket_->Read(bytes.data(), bytes.size());
    if (read.status == Socket::Status::kEnded || read.status == Socket::Status::kFailed) {
      return true;
    }
    // After the answer what comes is only taken, so that TCP does not throw the answer away.
    if (read.status == Socket::Status::kMoved && answer_.empty()) {
      session_.Feed(bytes.data(), read.bytes);
      if (!answer_.empty() && OnWritable()) return true;
    }
    socket_->AwaitReadable();
    return false;
  }

  bool OnWritable() {
    while (written_ < answer_.size()) {
      const Socket::Transfer sent = socket_->Write(std::string_view(answer_).substr(written_));
      if (sent.status == Socket::Status::kFailed) return true;
      if (sent.status == Socket::Status::kBlocked) {
        socket_->AwaitWritable();
        return false;
      }
      written_ += sent.bytes;
    }
    socket_->ShutdownSend();
    return false;
  }

  // Whether its time is up; asked once a second.
  bool Age() { return ++age_ > kSeconds; }

 private:
  // Session::Host
  void Write(std::string_view bytes) override { answer_ += bytes; }
  HttpResponse OnHttp(const HttpRequest& request) override {
    return routes_.Answer(request).value_or(
        PlainAnswer(404, "try /metrics, /livez or /readyz; peers connect elsewhere"));
  }
  std::optional<HttpResponse> OnUpgrade(const HttpRequest& request) override {
    return OnHttp(request);
  }
  void OnMalformedRequest() override {}
  void OnOpen(std::string_view) override {}
  void OnFrame() override {}
  void OnMessage(std::string&&) override {}
  void OnPeerClose(uint16_t, std::string_view) override {}
  void OnViolation(Reason) override {}

  const std::unique_ptr<Socket> socket_;
  const MonitoringRoutes& routes_;
  Session session_;
  std::string answer_;
  size_t written_ = 0;
  int age_ = 0;
};

}  // namespace

class MonitoringPort::Impl final : private Listener::Sink, private Readiness {
 public:
  Impl(const MonitoringRoutes& routes, Log& log)
      : routes_(routes), reactor_("hub-monitoring"), listener_(reactor_, log, *this) {
    reactor_.Every(std::chrono::seconds(1), [this] {
      for (auto at = exchanges_.begin(); at != exchanges_.end();) {
        at = at->second.Age() ? exchanges_.erase(at) : std::next(at);
      }
    });
  }

  ~Impl() override {
    listener_.Stop();
    reactor_.Run([this] { exchanges_.clear(); });
    reactor_.Stop();
  }

  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port) {
    return listener_.Listen(host, port, /*further_ports=*/0);
  }

 private:
  // Listener::Sink
  void OnAccepted(int descriptor, std::string) override {
    if (exchanges_.size() >= kMaxRequests) {
      close(descriptor);
      return;
    }
    const uint64_t key = ++last_key_;
    if (auto socket = reactor_.Adopt(descriptor, key, *this)) {
      exchanges_.try_emplace(key, std::move(socket), routes_);
    }
  }
  void OnTurnedAway() override {}

  // Readiness
  void OnReadable(uint64_t key) override {
    const auto found = exchanges_.find(key);
    if (found != exchanges_.end() && found->second.OnReadable()) exchanges_.erase(found);
  }
  void OnWritable(uint64_t key) override {
    const auto found = exchanges_.find(key);
    if (found != exchanges_.end() && found->second.OnWritable()) exchanges_.erase(found);
  }

  const MonitoringRoutes& routes_;
  Reactor reactor_;
  Listener listener_;
  std::map<uint64_t, Exchange> exchanges_;  // on the reactor's thread
  uint64_t last_key_ = 0;
};

MonitoringPort::MonitoringPort(const MonitoringRoutes& routes, Log& log)
    : impl_(std::make_unique<Impl>(routes, log)) {}

MonitoringPort::~MonitoringPort() = default;

absl::StatusOr<std::vector<BoundAddress>> MonitoringPort::Listen(const std::string& host,
                                                                 uint16_t port) {
  return impl_->Listen(host, port);
}

}  // namespace pigeonhub::net
