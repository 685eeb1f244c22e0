// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/fake_server.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <mutex>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace pigeonhub::cli {
namespace {

grpc::ByteBuffer ToBytes(const std::string& text) {
  const grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToText(grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  (void)bytes.Dump(&slices);
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

// Reads the request, writes the reply's messages one by one, ends as the reply says.
class Reactor : public grpc::ServerGenericBidiReactor {
 public:
  explicit Reactor(std::function<FakeReply(const std::string&)> handle)
      : handle_(std::move(handle)) {
    StartRead(&read_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish({grpc::StatusCode::INTERNAL, "no request"});
    reply_ = handle_(ToText(read_));
    WriteNext();
  }
  void OnWriteDone(bool) override { WriteNext(); }
  void OnCancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (waiting_) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    if (written_ < reply_.messages.size()) {
      write_ = ToBytes(reply_.messages[written_++]);
      return StartWrite(&write_);
    }
    const std::lock_guard lock(mutex_);
    if (reply_.stays && !cancelled_) {
      waiting_ = true;
      return;
    }
    Finish({static_cast<grpc::StatusCode>(reply_.code), reply_.message, reply_.details});
  }

  std::function<FakeReply(const std::string&)> handle_;
  FakeReply reply_;
  size_t written_ = 0;
  grpc::ByteBuffer read_;
  grpc::ByteBuffer write_;
  std::mutex mutex_;
  bool waiting_ = false;
  bool cancelled_ = false;
};

}  // namespace

class FakeServer::Service : public grpc::CallbackGenericService {
 public:
  Service(const std::string& address, const Tls* tls) : address_(address) {
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    if (tls != nullptr) {
      grpc::SslServerCredentialsOptions options(
          tls->client_authorities.empty()
              ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
              : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
      options.pem_root_certs = tls->client_authorities;
      options.pem_key_cert_pairs.push_back({tls->key, tls->certificate});
      credentials = grpc::SslServerCredentials(options);
    }
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort(address, credentials, &port);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
    if (address_.ends_with(":0")) {
      address_.replace(address_.size() - 1, 1, std::to_string(port));
    }
  }

  ~Service() override { Stop(); }

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const std::string method = context->method().substr(context->method().rfind('/') + 1);
    const auto found = context->client_metadata().find("authorization");
    std::string authorization;
    if (found != context->client_metadata().end()) {
      authorization.assign(found->second.data(), found->second.size());
    }
    return new Reactor([this, method, authorization](const std::string& request) {
      const std::lock_guard lock(mutex_);
      calls_.push_back({method, request, authorization});
      const auto handler = handlers_.find(method);
      if (handler == handlers_.end()) {
        return FakeReply{.code = grpc::StatusCode::UNIMPLEMENTED, .message = method};
      }
      return handler->second(request);
    });
  }

  void On(const std::string& method, std::function<FakeReply(const std::string&)> handler) {
    const std::lock_guard lock(mutex_);
    handlers_[method] = std::move(handler);
  }

  std::vector<FakeCall> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

  const std::string& address() const { return address_; }

  void Stop() {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_ = nullptr;
  }

 private:
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
  mutable std::mutex mutex_;
  std::map<std::string, std::function<FakeReply(const std::string&)>> handlers_;
  std::vector<FakeCall> calls_;
};

FakeServer::FakeServer(const std::string& address, const Tls* tls)
    : service_(std::make_unique<Service>(address, tls)) {}

FakeServer::~FakeServer() = default;

const std::string& FakeServer::address() const { return service_->address(); }

void FakeServer::On(const google::protobuf::Message& request,
                    std::function<FakeReply(const std::string&)> handler) {
  const auto* file = request.GetDescriptor()->file();
  for (int s = 0; s < file->service_count(); ++s) {
    for (int m = 0; m < file->service(s)->method_count(); ++m) {
      const auto* method = file->service(s)->method(m);
      if (method->input_type() == request.GetDescriptor()) service_->On(method->name(), handler);
    }
  }
}

std::vector<FakeCall> FakeServer::calls() const { return service_->calls(); }

void FakeServer::Stop() { service_->Stop(); }

FakeReply Refusal(int code, const std::string& message, const std::string& reason,
                  const std::vector<const google::protobuf::Message*>& more_details) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("pigeonhub");
  status.add_details()->PackFrom(info);
  for (const auto* detail : more_details) status.add_details()->PackFrom(*detail);
  return {.messages = {}, .code = code, .message = message, .details = status.SerializeAsString()};
}

}  // namespace pigeonhub::cli
