// SPDX-License-Identifier: Apache-2.0

#include "control/access/tls_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <optional>
#include <string>
#include <string_view>

#include "server/base/text.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {
namespace {

// Gives gRPC the content of the files when it has changed and can be used.
class CertificateSource {
 public:
  CertificateSource(const TlsFiles& files, Log& log) : files_(files), log_(log) {}

  // What gRPC calls at the start and with each handshake.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* source, grpc_ssl_server_certificate_config** config) {
    return static_cast<CertificateSource*>(source)->Look(config);
  }

 private:
  grpc_ssl_certificate_config_reload_status Look(grpc_ssl_server_certificate_config** config)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    const absl::StatusOr<TlsTexts> texts = ReadTlsFiles(files_);
    if (!texts.ok()) return KeepLocked(texts.status());
    const Digest digest = texts->digest();
    if (digest == in_force_) {
      problem_.clear();
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    if (const absl::Status status = CheckTlsTexts(files_, *texts); !status.ok()) {
      return KeepLocked(status);
    }
    const grpc_ssl_pem_key_cert_pair pair{texts->key.c_str(), texts->certificate.c_str()};
    // gRPC demands authorities even if it asks clients for no certificate.
    const std::string& authorities =
        files_.client_ca.empty() ? texts->certificate : texts->client_ca;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    if (in_force_) log_.Info("new certificates of the control API are in force");
    in_force_ = digest;
    problem_.clear();
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  // Logs what is wrong with the files, each problem once.
  grpc_ssl_certificate_config_reload_status KeepLocked(const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::string problem(status.message());
    // The log cuts long values, and a long path would push the reason out.
    std::string_view file;
    for (const std::string* path : {&files_.certificate, &files_.key, &files_.client_ca}) {
      const std::string shown = ' ' + Shown(*path);
      const size_t at = path->empty() ? std::string::npos : problem.find(shown);
      if (at == std::string::npos) continue;
      file = *path;
      problem.erase(at, shown.size());
      break;
    }
    if (problem != problem_) {
      log_.Warn("new certificates of the control API are not taken over, the old ones stay",
                {{"problem", std::string_view(problem)}, {"file", file}});
    }
    problem_ = problem;
    return in_force_ ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED
                     : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
  }

  const TlsFiles files_;
  Log& log_;
  Mutex mutex_;
  std::optional<Digest> in_force_ ABSL_GUARDED_BY(mutex_);
  std::string problem_ ABSL_GUARDED_BY(mutex_);  // with the files as they are now; empty: none
};

// gRPC offers this in its C interface only.
class ReloadingCredentials final : public grpc::ServerCredentials {
 public:
  ReloadingCredentials(const TlsFiles& files, Log& log)
      : source_(files, log),
        credentials_(grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                files.client_ca.empty()
                    ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                    : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY,
                &CertificateSource::Fetch, &source_))) {}
  ~ReloadingCredentials() override { grpc_server_credentials_release(credentials_); }

  // The services decide who a caller is.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  CertificateSource source_;
  grpc_server_credentials* const credentials_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(const TlsFiles& files, Log& log) {
  return std::make_shared<ReloadingCredentials>(files, log);
}

}  // namespace pigeonhub
