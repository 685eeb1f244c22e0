// SPDX-License-Identifier: Apache-2.0
#include "server/net/reactor.h"

#include <pthread.h>
#include <unistd.h>

#include <asio/basic_stream_socket.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

namespace pigeonhub::net {
namespace {

// Reads and writes directly, and asks Asio only to wait: bytes go through one buffer of the loop
// instead of one for each connection, and a write costs no handler unless the kernel is full.
class AsioSocket final : public Socket {
 public:
  AsioSocket(asio::io_context& context, uint64_t key, Readiness& readiness)
      : socket_(context), key_(key), readiness_(readiness) {}

  bool Assign(int descriptor) {
    asio::error_code error;
    // The family is only used when a socket is opened or accepted.
    socket_.assign(asio::ip::tcp::v4(), descriptor, error);
    if (error) return false;
    socket_.non_blocking(true, error);
    return !error;
  }

  Transfer Read(char* into, size_t size) override {
    asio::error_code error;
    const size_t bytes = socket_.read_some(asio::buffer(into, size), error);
    return Result(bytes, error);
  }

  Transfer Write(std::string_view bytes) override {
    asio::error_code error;
    const size_t written = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    return Result(written, error);
  }

  void AwaitReadable() override {
    socket_.async_wait(socket_.wait_read,
                       [&readiness = readiness_, key = key_](const asio::error_code& error) {
                         if (error != asio::error::operation_aborted) readiness.OnReadable(key);
                       });
  }

  void AwaitWritable() override {
    socket_.async_wait(socket_.wait_write,
                       [&readiness = readiness_, key = key_](const asio::error_code& error) {
                         if (error != asio::error::operation_aborted) readiness.OnWritable(key);
                       });
  }

  void ShutdownSend() override {
    asio::error_code lost;  // the next read tells
    socket_.shutdown(socket_.shutdown_send, lost);
  }

  void ResetOnClose() override {
    asio::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  }

 private:
  static Transfer Result(size_t bytes, const asio::error_code& error) {
    if (!error) return {Status::kMoved, bytes};
    if (error == asio::error::would_block) return {Status::kBlocked};
    if (error == asio::error::eof) return {Status::kEnded};
    return {Status::kFailed};
  }

  asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type> socket_;
  const uint64_t key_;
  Readiness& readiness_;
};

void Repeat(const std::shared_ptr<asio::steady_timer>& timer, Duration period,
            const std::function<void()>& task) {
  timer->expires_after(period);
  timer->async_wait([timer, period, task](const asio::error_code& error) {
    if (error) return;
    task();
    Repeat(timer, period, task);
  });
}

}  // namespace

class Reactor::Impl {
 public:
  explicit Impl(const std::string& name)
      : work_(context_.get_executor()), thread_([this] { context_.run(); }) {
    pthread_setname_np(thread_.native_handle(), name.c_str());
  }

  void Stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  asio::io_context& context() { return context_; }

 private:
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

Reactor::Reactor(const std::string& name) : impl_(std::make_unique<Impl>(name)) {}

Reactor::~Reactor() { impl_->Stop(); }

void Reactor::Post(std::function<void()> task) { asio::post(context(), std::move(task)); }

void Reactor::Run(const std::function<void()>& task) {
  std::promise<void> done;
  asio::post(context(), [&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void Reactor::Every(Duration period, std::function<void()> task) {
  const auto timer = std::make_shared<asio::steady_timer>(context());
  Post([timer, period, task = std::move(task)] { Repeat(timer, period, task); });
}

std::unique_ptr<Socket> Reactor::Adopt(int descriptor, uint64_t key, Readiness& readiness) {
  auto socket = std::make_unique<AsioSocket>(context(), key, readiness);
  if (!socket->Assign(descriptor)) {
    close(descriptor);
    return nullptr;
  }
  return socket;
}

asio::io_context& Reactor::context() { return impl_->context(); }

void Reactor::Stop() { impl_->Stop(); }

}  // namespace pigeonhub::net
