// SPDX-License-Identifier: Apache-2.0

#include "server/bus/nats_connection.h"

#include <nats/nats.h>

#include <array>
#include <atomic>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pigeonhub::bus {
namespace {

using std::chrono::milliseconds;

// Without the second a write to a broker that stands still would hang for half a minute, and the
// library's own pings with it.
constexpr int64_t kConnectMs = 1000;
constexpr int64_t kWriteMs = 1000;
// What may wait for the delivery thread, of each subscription. The library would stop at 65,536
// messages, which are few where they are small.
constexpr int kPendingBytes = 64 << 20;
constexpr int kNoLimit = -1;

struct OptionsDeleter {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using OptionsPtr = std::unique_ptr<natsOptions, OptionsDeleter>;

// Keeps the listener for as long as the library may call it. Each of the callbacks that come last
// of their kind gives it back once: OnClosed, and the end of both subscriptions.
class Callbacks {
 public:
  explicit Callbacks(std::shared_ptr<NatsListener> listener) : listener_(std::move(listener)) {}

  NatsListener& listener() { return *listener_; }

  void* Hold() {
    holders_.fetch_add(1, std::memory_order_relaxed);
    return this;
  }
  static void Release(void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    if (callbacks->holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete callbacks;
  }

 private:
  const std::shared_ptr<NatsListener> listener_;
  std::atomic<int> holders_{0};
};

NatsListener& ListenerOf(void* callbacks) { return static_cast<Callbacks*>(callbacks)->listener(); }

void OnMessage(natsConnection*, natsSubscription*, natsMsg* message, void* callbacks) {
  ListenerOf(callbacks).OnMessage(
      {natsMsg_GetData(message), static_cast<size_t>(natsMsg_GetDataLength(message))});
  natsMsg_Destroy(message);
}

void OnError(natsConnection* connection, natsSubscription*, natsStatus status, void* callbacks) {
  if (status == NATS_SLOW_CONSUMER) {
    ListenerOf(callbacks).OnTrouble(
        absl::ResourceExhaustedError("what came was dropped, as too much of it waited"));
  } else if (status == NATS_NOT_PERMITTED) {
    const char* text = nullptr;
    natsConnection_GetLastError(connection, &text);
    ListenerOf(callbacks).OnTrouble(absl::PermissionDeniedError(text == nullptr ? "" : text));
  }
}

void OnClosed(natsConnection* connection, void* callbacks) {
  const char* why = nullptr;
  natsConnection_GetLastError(connection, &why);
  ListenerOf(callbacks).OnClosed(why == nullptr ? "" : why);
  Callbacks::Release(callbacks);
}

// What the library says of the last call of this thread, without its "(conn.c:733): ".
std::string LastError(natsStatus status) {
  const char* text = nats_GetLastError(nullptr);
  std::string_view error = text == nullptr ? "" : text;
  if (error.starts_with('(')) error.remove_prefix(std::min(error.find("): ") + 3, error.size()));
  if (error.empty()) error = natsStatus_GetText(status);
  return std::string(error);
}

absl::Status StatusOf(natsStatus status) {
  const std::string error = LastError(status);
  switch (status) {
    case NATS_OK:
      return absl::OkStatus();
    case NATS_CONNECTION_AUTH_FAILED:
      return absl::UnauthenticatedError(error);
    case NATS_NOT_PERMITTED:
      return absl::PermissionDeniedError(error);
    case NATS_SSL_ERROR:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
      return absl::FailedPreconditionError(error);
    case NATS_TIMEOUT:
      return absl::DeadlineExceededError(error);
    case NATS_MAX_PAYLOAD:
      return absl::OutOfRangeError(error);
    default:
      return absl::UnavailableError(error);
  }
}

// The first call that fails decides.
class Calls {
 public:
  Calls& operator<<(natsStatus status) {
    if (status_.ok()) status_ = StatusOf(status);
    return *this;
  }
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

absl::Status SetCredentials(const NatsUrl& server, const Credentials& credentials,
                            natsOptions* options) {
  Calls calls;
  if (server.password.has_value()) {
    calls << natsOptions_SetUserInfo(options, server.user.c_str(), server.password->c_str());
  } else if (!server.user.empty()) {
    calls << natsOptions_SetToken(options, server.user.c_str());
  } else if (!credentials.user.empty()) {
    calls << natsOptions_SetUserInfo(options, credentials.user.c_str(),
                                     credentials.password.c_str());
  } else if (!credentials.token.empty()) {
    calls << natsOptions_SetToken(options, credentials.token.c_str());
  } else if (!credentials.creds_file.empty()) {
    calls << natsOptions_SetUserCredentialsFromFiles(options, credentials.creds_file.c_str(),
                                                     nullptr);
  }
  return calls.status();
}

// A broker that asks for TLS gets it at a nats:// address, too, so these are set for both schemes.
absl::Status SetTls(const NatsUrl& server, const Access& access, natsOptions* options) {
  Calls calls;
  // The scheme alone would let a broker without TLS have what we say.
  if (server.secure) calls << natsOptions_SetSecure(options, true);
  if (!access.ca.empty()) {
    calls << natsOptions_SetCATrustedCertificates(options, access.ca.c_str());
  }
  if (!access.certificate.empty()) {
    calls << natsOptions_SetCertificatesChain(options, access.certificate.c_str(),
                                              access.key.c_str());
  }
  if (calls.status().ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(calls.status().message());
}

absl::StatusOr<OptionsPtr> MakeOptions(const NatsConnection::Target& target, Callbacks& callbacks) {
  natsOptions* raw = nullptr;
  if (const natsStatus status = natsOptions_Create(&raw); status != NATS_OK) {
    return StatusOf(status);
  }
  OptionsPtr options(raw);
  const std::string address = target.server.address();
  std::array<const char*, 1> servers = {address.c_str()};
  Calls calls;
  calls << nats_SetMessageDeliveryPoolSize(1)
        << natsOptions_SetServers(raw, servers.data(), static_cast<int>(servers.size()))
        << natsOptions_SetName(raw, target.name.c_str())
        << natsOptions_SetAllowReconnect(raw, false) << natsOptions_SetTimeout(raw, kConnectMs)
        << natsOptions_SetWriteDeadline(raw, kWriteMs)
        << natsOptions_SetSendAsap(raw, true)
        // One thread for both subscriptions, so that what comes stays in its order.
        << natsOptions_UseGlobalMessageDelivery(raw, true)
        << natsOptions_SetErrorHandler(raw, OnError, &callbacks)
        << natsOptions_SetClosedCB(raw, OnClosed, &callbacks);
  if (!calls.status().ok()) return calls.status();
  if (auto s = SetCredentials(target.server, target.access.credentials, raw); !s.ok()) return s;
  if (auto s = SetTls(target.server, target.access, raw); !s.ok()) return s;
  return options;
}

}  // namespace

// What the library gave us, and how it is given back.
class NatsConnection::Handles {
 public:
  explicit Handles(natsConnection* connection) : connection_(connection) {}
  ~Handles() {
    natsConnection_Close(connection_);
    for (natsSubscription* subscription : subscriptions_) natsSubscription_Destroy(subscription);
    natsConnection_Destroy(connection_);
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  natsConnection* connection() const { return connection_; }

  absl::Status Subscribe(const std::string& subject, Callbacks& callbacks) {
    natsSubscription*& subscription = subscriptions_[subscribed_];
    const natsStatus status = natsConnection_Subscribe(&subscription, connection_, subject.c_str(),
                                                       OnMessage, &callbacks);
    if (status != NATS_OK) return StatusOf(status);
    ++subscribed_;
    callbacks.Hold();
    if (natsSubscription_SetOnCompleteCB(subscription, Callbacks::Release, &callbacks) != NATS_OK) {
      // The connection is closed already. Whether a message is under way to us nobody says, so this
      // hold is never given up.
      return absl::UnavailableError("the broker closed the connection at once");
    }
    return StatusOf(natsSubscription_SetPendingLimits(subscription, kNoLimit, kPendingBytes));
  }

  uint64_t dropped() const {
    uint64_t sum = 0;
    for (natsSubscription* subscription : subscriptions_) {
      int64_t dropped = 0;
      if (subscription == nullptr) continue;
      if (natsSubscription_GetDropped(subscription, &dropped) != NATS_OK) continue;
      sum += static_cast<uint64_t>(dropped);
    }
    return sum;
  }

 private:
  natsConnection* const connection_;
  std::array<natsSubscription*, 2> subscriptions_{};
  size_t subscribed_ = 0;
};

NatsConnection::NatsConnection(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}

NatsConnection::~NatsConnection() = default;

absl::StatusOr<std::unique_ptr<NatsConnection>> NatsConnection::Open(
    const Target& target, std::shared_ptr<NatsListener> listener) {
  auto* callbacks = new Callbacks(std::move(listener));
  callbacks->Hold();  // for OnClosed, or for us if there is no connection that will close
  const auto options = MakeOptions(target, *callbacks);
  natsConnection* raw = nullptr;
  absl::Status status = options.status();
  if (status.ok()) status = StatusOf(natsConnection_Connect(&raw, options->get()));
  if (!status.ok()) {
    Callbacks::Release(callbacks);
    // A broker that gives up while we shake hands.
    if (absl::IsDeadlineExceeded(status)) status = absl::UnavailableError(status.message());
    return status;
  }
  auto handles = std::make_unique<Handles>(raw);
  for (const std::string& subject : {target.all, target.inbox}) {
    if (auto s = handles->Subscribe(subject, *callbacks); !s.ok()) return s;
  }
  // What the broker refuses it says before it answers this.
  const natsStatus flushed = natsConnection_FlushTimeout(raw, kConnectMs);
  const char* refusal = nullptr;
  if (natsConnection_GetLastError(raw, &refusal) == NATS_NOT_PERMITTED) {
    return absl::PermissionDeniedError(refusal);
  }
  if (flushed != NATS_OK) return absl::UnavailableError(StatusOf(flushed).message());
  return std::unique_ptr<NatsConnection>(new NatsConnection(std::move(handles)));
}

size_t NatsConnection::max_payload() const {
  return static_cast<size_t>(natsConnection_GetMaxPayload(handles_->connection()));
}

uint64_t NatsConnection::dropped() const { return handles_->dropped(); }

absl::Status NatsConnection::Publish(const std::string& subject, std::string_view payload) {
  return StatusOf(natsConnection_Publish(handles_->connection(), subject.c_str(), payload.data(),
                                         static_cast<int>(payload.size())));
}

absl::Status NatsConnection::Flush(Duration limit) {
  const auto ms = std::chrono::ceil<milliseconds>(limit).count();
  return StatusOf(natsConnection_FlushTimeout(handles_->connection(), ms));
}

}  // namespace pigeonhub::bus
