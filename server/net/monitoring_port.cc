// SPDX-License-Identifier: Apache-2.0

#include "server/net/monitoring_port.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "server/net/listen/descriptors_left.h"
#include "server/net/listen/listener.h"
#include "server/net/reactor/reactor.h"
#include "server/net/reactor/socket.h"
#include "server/net/websocket/server_session.h"

namespace pigeonhub::net {
namespace {

constexpr size_t kMaxConnections = 64;
constexpr int kRequestSeconds = 5;
constexpr int kIdleSeconds = 20;

// One connection: requests and their answers, one after the other. Lives on the port's thread.
class Exchange final : private Session::Host, private ServerSession::Handler {
 public:
  Exchange(std::unique_ptr<Socket> socket, const MonitoringRoutes& routes, uint64_t moment)
      : socket_(std::move(socket)),
        routes_(routes),
        session_(*this, *this, /*max_message_size=*/0),
        last_heard_(moment) {
    socket_->AwaitReadable();
  }

  // Reads what came and answers it. True: the connection is over.
  bool OnReadable(uint64_t moment) {
    last_heard_ = moment;
    std::array<char, 4096> bytes;
    const Socket::Transfer read = socket_->Read(bytes.data(), bytes.size());
    if (read.status == Socket::Status::kEnded || read.status == Socket::Status::kFailed) {
      return true;
    }
    if (read.status == Socket::Status::kMoved) {
      if (session_.idle()) seconds_left_ = kRequestSeconds;
      // After its last answer the session ignores what comes. It must be read all the same, or TCP
      // would throw the answer away.
      session_.Feed(bytes.data(), read.bytes);
    }
    return OnWritable();
  }

  // Writes the answers, then awaits more. True: the connection is over.
  bool OnWritable() {
    do {
      while (written_ < answer_.size()) {
        const Socket::Transfer sent = socket_->Write(std::string_view(answer_).substr(written_));
        if (sent.status == Socket::Status::kFailed) return true;
        if (sent.status == Socket::Status::kBlocked) {
          socket_->AwaitWritable();
          return false;
        }
        written_ += sent.bytes;
      }
      answer_.clear();
      written_ = 0;
      // If several requests came together, the session answers the next one now.
      if (session_.answering()) session_.Resume();
    } while (!answer_.empty());
    if (session_.phase() == Session::Phase::kEnded) socket_->ShutdownSend();
    socket_->AwaitReadable();
    return false;
  }

  // Called once a second. True: the time of this connection is up.
  bool Age() { return --seconds_left_ < 0; }

  // The moment of the last bytes that came. Moments count what came on this port.
  uint64_t last_heard() const { return last_heard_; }

 private:
  // ServerSession::Handler
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override {
    seconds_left_ = kIdleSeconds;
    HttpResponse response = Answer(request);
    if (request.upgrades) response.close = true;
    return response;
  }
  void OnMalformedRequest(Reason) override {}
  void OnOpen(std::string_view) override {}

  // Session::Host; only Write is ever called.
  void Write(std::string_view header, std::string_view payload) override {
    answer_.append(header).append(payload);
  }
  void OnFrame() override {}
  void OnMessage(std::string&&) override {}
  void OnPeerClose(uint16_t, std::string_view) override {}
  void OnViolation(Reason) override {}

  HttpResponse Answer(const HttpRequest& request) const {
    if (auto answer = routes_.Answer(request)) return *std::move(answer);
    return NotReady(routes_.serving())
        .value_or(PlainAnswer(404, "try /metrics, /livez or /readyz; peers connect elsewhere"));
  }

  const std::unique_ptr<Socket> socket_;
  const MonitoringRoutes& routes_;
  ServerSession session_;
  std::string answer_;
  size_t written_ = 0;
  int seconds_left_ = kRequestSeconds;
  uint64_t last_heard_;
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

  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports) {
    return listener_.Listen(host, port, further_ports);
  }

 private:
  // Listener::Sink
  void OnAccepted(Descriptor descriptor, std::string, DescriptorsLeft left) override {
    const bool full = exchanges_.size() >= kMaxConnections || left == DescriptorsLeft::kForCalls;
    if (full && !exchanges_.empty()) {
      exchanges_.erase(std::min_element(
          exchanges_.begin(), exchanges_.end(), [](const auto& one, const auto& other) {
            return one.second.last_heard() < other.second.last_heard();
          }));
      descriptor = MoveDown(std::move(descriptor));
    }
    const uint64_t key = ++last_key_;
    if (auto socket = reactor_.Adopt(std::move(descriptor), key, *this)) {
      exchanges_.try_emplace(key, std::move(socket), routes_, ++moment_);
    }
  }
  void OnTurnedAway() override {}

  // Readiness
  void OnReadable(uint64_t key) override {
    const auto found = exchanges_.find(key);
    if (found != exchanges_.end() && found->second.OnReadable(++moment_)) {
      exchanges_.erase(found);
    }
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
  uint64_t moment_ = 0;  // grows with everything that comes
};

MonitoringPort::MonitoringPort(const MonitoringRoutes& routes, Log& log)
    : impl_(std::make_unique<Impl>(routes, log)) {}

MonitoringPort::~MonitoringPort() = default;

absl::StatusOr<std::vector<BoundAddress>> MonitoringPort::Listen(const std::string& host,
                                                                 uint16_t port,
                                                                 uint16_t further_ports) {
  return impl_->Listen(host, port, further_ports);
}

}  // namespace pigeonhub::net
