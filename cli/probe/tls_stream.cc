// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/tls_stream.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

#include "server/base/ssl_ptr.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kTlsReadSize = 16384;

bool IsAddress(const std::string& host) {
  unsigned char binary[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), binary) == 1 ||
         inet_pton(AF_INET6, host.c_str(), binary) == 1;
}

TlsFault FaultOfVerdict(long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return TlsFault::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return TlsFault::kNotYetValid;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return TlsFault::kOtherName;
    default:
      return TlsFault::kNotTrusted;
  }
}

TlsFault FaultOfReason(int reason) {
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return TlsFault::kNoTls;
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_NO_CERTIFICATE:
      return TlsFault::kWantsCertificate;
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return TlsFault::kOursRefused;
    default:
      return TlsFault::kOther;
  }
}

class TlsStream : public SecureStream {
 public:
  explicit TlsStream(Socket socket)
      : socket_(std::move(socket)), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  }

  // The fault, with OpenSSL's words in `why`.
  TlsFault Handshake(const TlsPlan& plan, Deadline deadline, std::string& why) {
    if (!TakeFiles(plan)) {
      why = LastError();
      return TlsFault::kFiles;
    }
    ssl_.reset(SSL_new(context_.get()));
    // Called when the server asks for a certificate, whether there is one or not.
    SSL_set_cert_cb(
        ssl_.get(),
        [](SSL*, void* self) {
          static_cast<TlsStream*>(self)->asked_ = true;
          return 1;
        },
        this);
    has_certificate_ = !plan.cert.empty();
    SSL_set_fd(ssl_.get(), socket_.descriptor());
    if (IsAddress(plan.name)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), plan.name.c_str());
    } else {
      SSL_set_tlsext_host_name(ssl_.get(), plan.name.c_str());
      SSL_set1_host(ssl_.get(), plan.name.c_str());
    }
    if (!plan.protocol.empty()) {
      std::string list(1, static_cast<char>(plan.protocol.size()));
      list += plan.protocol;
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned>(list.size()));
    }
    // The verdict is looked at below, where the certificate can be read, too.
    SSL_set_verify(ssl_.get(), SSL_VERIFY_NONE, nullptr);
    const absl::Status status = Repeat([this] { return SSL_connect(ssl_.get()); }, deadline);
    if (absl::IsDeadlineExceeded(status)) {
      why = std::string(status.message());
      return TlsFault::kNoAnswer;
    }
    if (!status.ok()) {
      why = std::string(status.message());
      return fault();
    }
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict == X509_V_OK) return TlsFault::kNone;
    why = X509_verify_cert_error_string(verdict);
    return FaultOfVerdict(verdict);
  }

  std::optional<CertificateSummary> certificate() const {
    X509* const shown = ssl_ == nullptr ? nullptr : SSL_get0_peer_certificate(ssl_.get());
    if (shown == nullptr) return std::nullopt;
    return SummaryOf(shown);
  }

  TlsFault fault() const override {
    const TlsFault said = FaultOfReason(last_reason_);
    if (!ended_ || !asked_ || said != TlsFault::kOther) return said;
    // It hung up without a word after it had asked for a certificate, as servers of gRPC do.
    return has_certificate_ ? TlsFault::kOursRefused : TlsFault::kWantsCertificate;
  }

  std::string protocol() const {
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &chosen, &size);
    return {reinterpret_cast<const char*>(chosen), size};
  }

  absl::Status Write(std::string_view bytes, Deadline deadline) override {
    const int size = static_cast<int>(bytes.size());
    return Repeat([&] { return SSL_write(ssl_.get(), bytes.data(), size); }, deadline);
  }

  absl::StatusOr<std::string> Read(Deadline deadline) override {
    std::string bytes(kTlsReadSize, '\0');
    int read = 0;
    const auto attempt = [&] {
      read = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
      return read;
    };
    if (absl::Status status = Repeat(attempt, deadline); !status.ok()) return status;
    bytes.resize(static_cast<size_t>(read));
    return bytes;
  }

 private:
  bool TakeFiles(const TlsPlan& plan) {
    SSL_CTX* const context = context_.get();
    if (plan.ca.empty()) {
      if (SSL_CTX_set_default_verify_paths(context) != 1) return false;
    } else if (SSL_CTX_load_verify_locations(context, plan.ca.c_str(), nullptr) != 1) {
      return false;
    }
    if (plan.cert.empty()) return true;
    return SSL_CTX_use_certificate_chain_file(context, plan.cert.c_str()) == 1 &&
           SSL_CTX_use_PrivateKey_file(context, plan.key.c_str(), SSL_FILETYPE_PEM) == 1;
  }

  // Repeats the operation until it is done. OpenSSL says what to wait for in between.
  template <typename Operation>
  absl::Status Repeat(Operation operation, Deadline deadline) {
    while (true) {
      ERR_clear_error();
      const int result = operation();
      if (result > 0) return absl::OkStatus();
      const int error = SSL_get_error(ssl_.get(), result);
      if (error == SSL_ERROR_ZERO_RETURN) {
        ended_ = true;
        return StreamEnded();
      }
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return Failure();
      absl::Status status = socket_.Wait(error == SSL_ERROR_WANT_WRITE, deadline);
      if (!status.ok()) return status;
    }
  }

  absl::Status Failure() {
    last_reason_ = ERR_GET_REASON(ERR_peek_error());
    if (ERR_peek_error() == 0) {
      ended_ = true;
      return StreamEnded();
    }
    return absl::UnavailableError("TLS: " + LastError());
  }

  static std::string LastError() {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason != nullptr ? reason : "failed";
  }

  Socket socket_;
  SslContextPtr context_;
  SslPtr ssl_;
  int last_reason_ = 0;  // of OpenSSL, for the last operation that failed
  bool ended_ = false;   // that operation failed because the connection is over
  bool asked_ = false;   // the server asked for a certificate
  bool has_certificate_ = false;
};

}  // namespace

TlsAttempt TryTls(Socket socket, const TlsPlan& plan, Deadline deadline) {
  auto stream = std::make_unique<TlsStream>(std::move(socket));
  TlsAttempt attempt;
  attempt.fault = stream->Handshake(plan, deadline, attempt.why);
  attempt.certificate = stream->certificate();
  if (attempt.fault != TlsFault::kNone) return attempt;
  attempt.protocol = stream->protocol();
  attempt.stream = std::move(stream);
  return attempt;
}

}  // namespace pigeonhub::cli
