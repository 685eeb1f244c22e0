// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>
#include <google/protobuf/util/json_util.h>
#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "cli/rpc/connection_cause.h"
#include "cli/rpc/rpc_error.h"
#include "pigeonhub/v1/common.pb.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::Message;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::chrono::milliseconds kStopInterval{100};
constexpr int kKeepaliveMilliseconds = 20'000;  // hubs take pings that are at least 10 s apart

// How soon a channel tries again after a failed try: the first pause and the longest one. The first
// value also says how soon a name may be looked up again. gRPC's own values, up to 2 minutes and 30
// seconds, are for many clients of one service.
constexpr int kFirstReconnectMilliseconds = 100;
constexpr int kLongestReconnectMilliseconds = 500;
// How long one try to connect may take.
constexpr int kConnectMilliseconds = 5'000;

// The RPC that takes this request, as gRPC names it: "/pigeonhub.v1.PeerService/ListPeers".
std::string MethodFor(const Message& request) {
  const auto* file = request.GetDescriptor()->file();
  for (int s = 0; s < file->service_count(); ++s) {
    for (int m = 0; m < file->service(s)->method_count(); ++m) {
      const auto* method = file->service(s)->method(m);
      if (method->input_type() == request.GetDescriptor()) {
        return '/' + method->service()->full_name() + '/' + method->name();
      }
    }
  }
  return "/none/" + request.GetTypeName();  // not a request: the server says UNIMPLEMENTED
}

grpc::ByteBuffer Serialized(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(grpc::ByteBuffer& bytes, Message& message) {
  std::vector<grpc::Slice> slices;
  if (!bytes.Dump(&slices).ok()) return false;
  std::string text;
  for (const grpc::Slice& slice : slices) {
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return message.ParseFromString(text);
}

// gRPC writes to stderr what it also returns as an error, and the user gets that in one line. A
// developer can set GRPC_VERBOSITY.
void QuietGrpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const Target& target) {
  if (!target.tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  const std::pair<std::string, std::string*> files[] = {{target.ca, &options.pem_root_certs},
                                                        {target.cert, &options.pem_cert_chain},
                                                        {target.key, &options.pem_private_key}};
  for (const auto& [path, text] : files) {
    if (path.empty()) continue;
    absl::StatusOr<std::string> read = text == &options.pem_private_key
                                           ? ReadSecretFile("the TLS key", path)
                                           : ReadSmallFile("the TLS file", path);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  return grpc::SslCredentials(options);
}

// The request in the form in which the log shows it.
std::string RequestText(const Message& request) {
  const std::unique_ptr<Message> shown(request.New());
  shown->CopyFrom(request);
  const auto* url = shown->GetDescriptor()->FindFieldByName("url");
  if (url != nullptr && url->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    const auto* fields = shown->GetReflection();
    fields->SetString(shown.get(), url, MaskedUrl(fields->GetString(*shown, url)));
  }
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(*shown, &json);
  return status.ok() ? json : "?";
}

// Writes the lines of one call to the log.
class CallLog {
 public:
  CallLog(const ClientOptions& options, const std::string& method, const Message& request)
      : log_(options.log), begin_(steady_clock::now()) {
    if (log_) log_("--> " + method.substr(1) + ' ' + RequestText(request));
  }

  void End(const grpc::Status& status) const {
    if (!log_) return;
    const std::string took = MeasuredDuration(steady_clock::now() - begin_);
    log_("<-- " + CodeName(static_cast<int>(status.error_code())) + " in " + took);
  }

 private:
  const std::function<void(const std::string&)>& log_;
  steady_clock::time_point begin_;
};

// A request with the hub in it that it is meant for, unless it says one itself.
class MeantFor {
 public:
  MeantFor(const Message& given, const std::string& hub) : request_(&given) {
    const auto* field = given.GetDescriptor()->FindFieldByName("hub_id");
    if (hub.empty() || field == nullptr ||
        !given.GetReflection()->GetString(given, field).empty()) {
      return;
    }
    copy_.reset(given.New());
    copy_->CopyFrom(given);
    copy_->GetReflection()->SetString(copy_.get(), field, hub);
    request_ = copy_.get();
  }

  const Message& request() const { return *request_; }

 private:
  const Message* request_;
  std::unique_ptr<Message> copy_;
};

}  // namespace

class Client::Channel {
 public:
  Channel(const Target& target, const std::shared_ptr<grpc::Channel>& channel)
      : target_(target), channel_(channel), stub_(channel) {}

  void Prepare(grpc::ClientContext& context) const {
    if (!target_.token.empty()) context.AddMetadata("authorization", "Bearer " + target_.token);
  }

  absl::Status StatusOf(const grpc::Status& status, const std::string& method) const {
    if (status.ok()) return absl::OkStatus();
    if (HasNoConnection(status)) {
      // That the time is over is no cause.
      const bool is_late = status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
      const std::string cause = ConnectionCause(target_, is_late ? "" : status.error_message());
      if (!cause.empty()) return {static_cast<absl::StatusCode>(status.error_code()), cause};
    }
    return Explain({.code = static_cast<int>(status.error_code()),
                    .message = status.error_message(),
                    .details = status.error_details(),
                    .method = method,
                    .address = target_.address});
  }

  grpc::GenericStub& stub() { return stub_; }

 private:
  // Whether gRPC speaks and no server. A server that is there may well take too long.
  bool HasNoConnection(const grpc::Status& status) const {
    if (!status.error_details().empty()) return false;
    if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
      return !IsHttpAnswer(status.error_message());
    }
    return status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED &&
           channel_->GetState(false) != GRPC_CHANNEL_READY;
  }

  Target target_;
  std::shared_ptr<grpc::Channel> channel_;
  grpc::GenericStub stub_;
};

Client::Client(std::unique_ptr<Channel> channel, ClientOptions options)
    : channel_(std::move(channel)), options_(std::move(options)) {}

Client::~Client() = default;

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const Target& target,
                                                       ClientOptions options) {
  QuietGrpc();
  auto credentials = Credentials(target);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  if (!target.tls_server_name.empty()) {
    arguments.SetSslTargetNameOverride(target.tls_server_name);
  }
  // Without these pings, a watcher would wait for ever if the connection is lost without a close.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMilliseconds);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMilliseconds);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMilliseconds);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, kFirstReconnectMilliseconds);
  // In spite of its name this is the limit of one try.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMilliseconds);
  // A proxy that the environment names cannot reach this machine's own addresses.
  if (IsLocal(target.address)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  auto channel = grpc::CreateCustomChannel(target.address, *credentials, arguments);
  return std::unique_ptr<Client>(
      new Client(std::make_unique<Channel>(target, channel), std::move(options)));
}

absl::Status Client::Call(const Message& request, Message& response) {
  return Call(MethodFor(request), request, response);
}

absl::Status Client::CallQuietly(const Message& request, Message& response) {
  return Ask(MethodFor(request), request, response);
}

absl::Status Client::Call(const std::string& method, const Message& request, Message& response) {
  absl::Status status = Ask(method, request, response);
  if (status.ok()) TellUnreachable(response);
  return status;
}

absl::Status Client::Ask(const std::string& method, const Message& given, Message& response) {
  const MeantFor meant(given, hub_);
  const Message& request = meant.request();
  const CallLog log(options_, method, request);
  grpc::ClientContext context;
  channel_->Prepare(context);
  context.set_deadline(system_clock::now() +
                       std::chrono::duration_cast<system_clock::duration>(options_.timeout));
  grpc::CompletionQueue queue;
  const auto call =
      channel_->stub().PrepareUnaryCall(&context, method, Serialized(request), &queue);
  call->StartCall();
  grpc::ByteBuffer bytes;
  grpc::Status status;
  call->Finish(&bytes, &status, this);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.ok() && !Parse(bytes, response)) {
    status = {grpc::StatusCode::INTERNAL, "the answer cannot be read"};
  }
  log.End(status);
  return channel_->StatusOf(status, method);
}

void Client::TellUnreachable(const Message& response) const {
  const auto* field = response.GetDescriptor()->FindFieldByName("unreachable");
  if (!on_unreachable_ || field == nullptr || !field->is_repeated() ||
      field->message_type() != v1::UnreachableHub::descriptor()) {
    return;
  }
  for (const auto& hub :
       response.GetReflection()->GetRepeatedFieldRef<v1::UnreachableHub>(response, field)) {
    on_unreachable_(hub.hub_id(), hub.reason());
  }
}

absl::Status Client::Stream(const Message& request, Message& item,
                            const std::function<bool()>& on_item,
                            const std::function<bool()>& stopped) {
  return Stream(MethodFor(request), request, item, on_item, stopped);
}

absl::Status Client::Stream(const std::string& method, const Message& given, Message& item,
                            const std::function<bool()>& on_item,
                            const std::function<bool()>& stopped) {
  const MeantFor meant(given, hub_);
  const Message& request = meant.request();
  const CallLog log(options_, method, request);
  grpc::ClientContext context;
  channel_->Prepare(context);
  grpc::CompletionQueue queue;
  const auto first_by = steady_clock::now() + options_.timeout;
  bool had_first = false;
  bool timed_out = false;
  bool cancelled = false;
  // Waits for the operation that is under way. False if it failed.
  const auto done = [&] {
    void* tag = nullptr;
    bool ok = false;
    while (queue.AsyncNext(&tag, &ok, system_clock::now() + kStopInterval) ==
           grpc::CompletionQueue::TIMEOUT) {
      if (cancelled) continue;
      timed_out = !had_first && steady_clock::now() > first_by;
      cancelled = timed_out || stopped();
      if (cancelled) context.TryCancel();
    }
    return ok;
  };

  const auto call = channel_->stub().PrepareCall(&context, method, &queue);
  call->StartCall(this);
  bool going = done();
  if (going) {
    call->WriteLast(Serialized(request), grpc::WriteOptions(), this);
    going = done();
  }
  grpc::ByteBuffer bytes;
  bool readable = true;
  while (going) {
    call->Read(&bytes, this);
    if (!done()) break;
    had_first = true;
    readable = Parse(bytes, item);
    going = readable && on_item();
    if (!going) {
      cancelled = true;
      context.TryCancel();
    }
  }
  grpc::Status status;
  call->Finish(&status, this);
  done();
  if (timed_out) {
    status = {grpc::StatusCode::DEADLINE_EXCEEDED, "no answer in time"};
  } else if (!readable) {
    status = {grpc::StatusCode::INTERNAL, "the answer cannot be read"};
  } else if (cancelled) {
    status = grpc::Status::OK;
  }
  log.End(status);
  return channel_->StatusOf(status, method);
}

}  // namespace pigeonhub::cli
