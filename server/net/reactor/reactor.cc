// SPDX-License-Identifier: Apache-2.0

#include "server/net/reactor/reactor.h"

#include <pthread.h>
#include <unistd.h>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <future>
#include <thread>
#include <utility>

#include "server/net/reactor/poll_set.h"

namespace pigeonhub::net {
namespace {

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
      : work_(context_.get_executor()), ready_(context_, dup(sockets_.descriptor())) {
    AwaitSockets();
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), name.c_str());
  }

  void Stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  asio::io_context& context() { return context_; }
  PollSet& sockets() { return sockets_; }

 private:
  void AwaitSockets() {
    ready_.async_wait(ready_.wait_read, [this](const asio::error_code& error) {
      if (error) return;
      sockets_.Dispatch();
      AwaitSockets();
    });
  }

  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  PollSet sockets_;
  // A second descriptor of the same set, because Asio closes the one that it is given.
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> ready_;
  std::thread thread_;
};

Reactor::Reactor(const std::string& name) : impl_(std::make_unique<Impl>(name)) {}

Reactor::~Reactor() { impl_->Stop(); }

void Reactor::Post(absl::AnyInvocable<void()> task) { asio::post(context(), std::move(task)); }

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

std::unique_ptr<Socket> Reactor::Adopt(Descriptor descriptor, uint64_t key, Readiness& readiness) {
  return impl_->sockets().Adopt(std::move(descriptor), key, readiness);
}

asio::io_context& Reactor::context() { return impl_->context(); }

void Reactor::Stop() { impl_->Stop(); }

}  // namespace pigeonhub::net
