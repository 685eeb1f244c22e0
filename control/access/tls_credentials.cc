// SPDX-License-Identifier: Apache-2.0

#include "control/access/tls_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>

#include <optional>
#include <string>

#include "server/runtime/tls_files_watch.h"

namespace pigeonhub {
namespace {

// Gives gRPC the content of the files when it has changed and can be used.
class CertificateSource {
 public:
  CertificateSource(const TlsFiles& files, Log& log) : watch_(files, "the control API", log) {}

  // What gRPC calls at the start and with each handshake.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* source, grpc_ssl_server_certificate_config** config) {
    return static_cast<CertificateSource*>(source)->Look(config);
  }

 private:
  grpc_ssl_certificate_config_reload_status Look(grpc_ssl_server_certificate_config** config) {
    const std::optional<TlsTexts> texts = watch_.Look();
    if (!texts.has_value()) {
      return watch_.any_in_force() ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED
                                   : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL;
    }
    const grpc_ssl_pem_key_cert_pair pair{texts->key.c_str(), texts->certificate.c_str()};
    // gRPC demands authorities even if it asks clients for no certificate.
    const std::string& authorities =
        watch_.files().client_ca.empty() ? texts->certificate : texts->client_ca;
    *config = grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

  TlsFilesWatch watch_;
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
