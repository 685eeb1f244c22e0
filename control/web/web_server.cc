// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "control/web/answer_head.h"
#include "control/web/web_connection.h"
#include "control/web/web_listener.h"
#include "pigeonhub/host_port.h"
#include "server/base/address.h"
#include "server/base/ssl_ptr.h"
#include "server/runtime/tls_files_watch.h"

namespace pigeonhub {
namespace {

namespace io = boost::asio;
using boost::system::error_code;
using io::ip::tcp;

constexpr char kHost[] = "127.0.0.1";
constexpr uint16_t kFirstConsolePort = 50080;
constexpr uint16_t kLastConsolePort = 50090;
constexpr char kForm[] = "host:port or off";
constexpr unsigned char kSessions[] = {'c', 'o', 'n', 's', 'o', 'l', 'e'};
constexpr int kThreads = 2;
// Without descriptors each try to accept fails at once.
constexpr auto kBreather = std::chrono::milliseconds(100);

// TLS as the files have it at the moment.
class TlsInForce {
 public:
  TlsInForce(const TlsFiles& files, Log& log) : watch_(files, "the console", log) {}

  absl::Status Open() {
    const auto texts = watch_.Open();
    return texts.ok() ? Use(*texts) : texts.status();
  }
  // Looks at the files first.
  std::shared_ptr<io::ssl::context> Current() {
    // What cannot be used leaves the last that could.
    if (const auto texts = watch_.Look()) Use(*texts).IgnoreError();
    return context_;
  }

 private:
  absl::Status Use(const TlsTexts& texts) {
    auto context = MakeServerContext(watch_.files(), texts);
    if (!context.ok()) return context.status();
    SSL_CTX_set_min_proto_version(context->get(), TLS1_2_VERSION);
    // Without a name for what is resumed, OpenSSL refuses clients with certificates that resume.
    SSL_CTX_set_session_id_context(context->get(), kSessions, sizeof kSessions);
    context_ = std::make_shared<io::ssl::context>(context->release());
    return absl::OkStatus();
  }

  TlsFilesWatch watch_;
  std::shared_ptr<io::ssl::context> context_;
};

absl::StatusOr<Acceptors> Bind(io::io_context& context, const std::optional<std::string>& asked,
                               HostPort& address) {
  if (asked) {
    auto parsed = HostPort::Parse(*asked, kForm);
    if (!parsed.ok()) return parsed.status();
    address = *std::move(parsed);
    return ListenOn(context, address);
  }
  for (uint16_t port = kFirstConsolePort; port <= kLastConsolePort; ++port) {
    address = {kHost, port};
    auto acceptors = ListenOn(context, address);
    if (acceptors.ok()) return acceptors;
  }
  // Nobody asked for a port, so a hub does not fail for the want of one.
  address = {kHost, 0};
  return ListenOn(context, address);
}

}  // namespace

absl::Status CheckConsoleReach(const ConsoleReach& reach, const TlsFiles& tls, bool has_tokens) {
  if (reach.behind_proxy && !has_tokens) {
    return absl::InvalidArgumentError(
        "--console-behind-proxy: whoever a proxy sends is known by a token alone, so it needs "
        "--control-tokens");
  }
  if (!reach.listen) return absl::OkStatus();
  const auto address = HostPort::Parse(*reach.listen, kForm);
  if (!address.ok()) return address.status();
  if (IsLoopback(address->host)) return absl::OkStatus();
  const std::string begin =
      "--console-listen " + address->text() + ": others can reach this address, so it needs ";
  if (!has_tokens) {
    return absl::InvalidArgumentError(begin + "--control-tokens to tell who they are");
  }
  if (tls.empty() && !reach.behind_proxy) {
    return absl::InvalidArgumentError(begin +
                                      "--control-tls-cert and --control-tls-key, or "
                                      "--console-behind-proxy where a proxy has TLS");
  }
  return absl::OkStatus();
}

class WebServer::Impl {
 public:
  static absl::StatusOr<std::unique_ptr<Impl>> Make(Setup setup, const Authority& authority,
                                                    InsideCalls& inside, Log& log) {
    auto impl = std::make_unique<Impl>();
    HostPort address;
    auto acceptors = Bind(impl->context_, setup.reach.listen, address);
    if (!acceptors.ok()) return acceptors.status();
    impl->acceptors_ = *std::move(acceptors);
    address.port = PortOf(impl->acceptors_);
    const bool is_local = IsLoopback(address.host);
    if (!is_local && !setup.reach.behind_proxy) {
      impl->tls_.emplace(setup.tls, log);
      if (auto status = impl->tls_->Open(); !status.ok()) return status;
    }
    const bool has_tls = impl->tls_.has_value();
    impl->address_ = (has_tls ? "https://" : "http://") + address.text();
    impl->port_.emplace(
        WebDesk(authority, log,
                {is_local, has_tls, setup.reach.behind_proxy, setup.hub_id, setup.files}),
        inside, setup.limits);
    return impl;
  }

  void Serve() {
    for (tcp::acceptor& acceptor : acceptors_) Accept(acceptor);
    for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { context_.run(); });
  }

  void Stop() {
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    acceptors_.clear();
  }

  const std::string& address() const { return address_; }
  void AddMetrics(Exposition& out) const { port_->counters.AddTo(out, port_->connections.taken()); }

 private:
  void Accept(tcp::acceptor& acceptor) {
    // Each connection has a strand; those of all acceptors are one.
    acceptor.async_accept(io::make_strand(context_),
                          [this, &acceptor](error_code error, tcp::socket socket) {
                            if (error) return TakeABreath(acceptor);
                            Welcome(std::move(socket));
                            Accept(acceptor);
                          });
  }

  void TakeABreath(tcp::acceptor& acceptor) {
    const auto timer = std::make_shared<io::steady_timer>(acceptor.get_executor(), kBreather);
    timer->async_wait([this, timer, &acceptor](error_code /*error*/) { Accept(acceptor); });
  }

  void Welcome(tcp::socket socket) {
    auto place = port_->connections.Take(1);
    if (!place) return TurnAway(std::move(socket));
    ServeConnection(std::move(socket), tls_ ? tls_->Current() : nullptr, *std::move(place), *port_);
  }

  // Says why, as far as that costs no time.
  void TurnAway(tcp::socket socket) {
    port_->counters.CountRefusal(WebRefusal::kConnections);
    if (tls_) return;
    const WebAnswer answer{503,
                           "text/plain; charset=utf-8",
                           "the console port has as many connections as it may have; try again "
                           "later\n",
                           {}};
    port_->counters.CountAnswer(answer.status);
    error_code none;
    socket.non_blocking(true, none);
    socket.send(io::buffer(AnswerHead(answer, WebFraming::kLength, false) + answer.body), 0, none);
  }

  // Its connections are handlers of context_, and end with it.
  std::optional<WebPort> port_;
  std::optional<TlsInForce> tls_;  // touched on the strand of the acceptors
  std::string address_;
  io::io_context context_{kThreads};
  Acceptors acceptors_;
  std::vector<std::thread> threads_;
};

absl::StatusOr<std::unique_ptr<WebServer>> WebServer::Listen(Setup setup,
                                                             const Authority& authority,
                                                             InsideCalls& inside, Log& log) {
  auto impl = Impl::Make(std::move(setup), authority, inside, log);
  if (!impl.ok()) return impl.status();
  return std::unique_ptr<WebServer>(new WebServer(*std::move(impl)));
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebServer::~WebServer() { impl_->Stop(); }

void WebServer::Serve() { impl_->Serve(); }

void WebServer::Stop() { impl_->Stop(); }

const std::string& WebServer::address() const { return impl_->address(); }

void WebServer::AddMetrics(Exposition& out) const { impl_->AddMetrics(out); }

}  // namespace pigeonhub
