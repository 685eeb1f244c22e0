// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace pigeonhub::net {
namespace {

bool IsAddress(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

absl::StatusOr<SslPtr> TlsClient::Start(const std::string& host) {
  MutexLock lock(mutex_);
  if (absl::Status status = LoadLocked(); !status.ok()) return status;
  SslPtr ssl(SSL_new(context_.get()));
  SSL_set_connect_state(ssl.get());
  X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl.get());
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool set = IsAddress(host)
                       ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1
                       : X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1 &&
                             SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1;
  if (!set) return absl::InvalidArgumentError("no certificate can be for that name");
  return ssl;
}

absl::Status TlsClient::LoadLocked() {
  int64_t changed_at_ns = 0;
  if (!ca_file_.empty()) {
    struct stat state {};
    if (stat(ca_file_.c_str(), &state) != 0) {
      return absl::UnavailableError(
          absl::StrCat("cannot read ", ca_file_, ": ", std::generic_category().message(errno)));
    }
    changed_at_ns = state.st_mtim.tv_sec * int64_t{1'000'000'000} + state.st_mtim.tv_nsec;
  }
  if (context_ != nullptr && changed_at_ns == loaded_at_ns_) return absl::OkStatus();

  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context.get(), 1);
  const bool loaded = ca_file_.empty()
                          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                          : SSL_CTX_load_verify_file(context.get(), ca_file_.c_str()) == 1;
  ERR_clear_error();
  if (!loaded) {
    return absl::UnavailableError(absl::StrCat(ca_file_.empty() ? "the system" : ca_file_,
                                               " holds no certificates in PEM form"));
  }
  context_ = std::move(context);
  loaded_at_ns_ = changed_at_ns;
  return absl::OkStatus();
}

}  // namespace pigeonhub::net
