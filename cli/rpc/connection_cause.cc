// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/connection_cause.h"

#include <cstdlib>
#include <optional>

#include "absl/strings/str_join.h"
#include "cli/probe/grpc_endpoint.h"
#include "server/base/iso_time.h"
#include "server/base/masked_url.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kLookPatience{4};

// The last cause in gRPC's message about a failed connection. The message names every layer: c-ares
// for names, the address that was tried, OpenSSL's error queue.
std::string LastCause(std::string_view message) {
  const bool tls = message.find("Ssl handshake failed") != std::string_view::npos;
  for (const std::string_view before :
       {"last error: ", "UNKNOWN: ", "UNAVAILABLE: ", "Failed to connect to remote host: ",
        "is_balancer=0: ", "SSL routines::"}) {
    const size_t at = message.rfind(before);
    if (at != std::string_view::npos) message.remove_prefix(at + before.size());
  }
  for (const std::string_view scheme : {"unix:", "ipv4:", "ipv6:"}) {
    const size_t end = message.find(": ");
    if (message.starts_with(scheme) && end != std::string_view::npos)
      message.remove_prefix(end + 2);
  }
  return (tls ? "TLS handshake failed: " : "") + std::string(message);
}

// The proxy that gRPC asks for the connection, in its order of variables, "VARIABLE names URL".
std::optional<std::string> ProxyOf(const Target& target) {
  if (IsLocal(target.address)) return std::nullopt;
  for (const char* variable : {"grpc_proxy", "https_proxy", "http_proxy"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return variable + (" names " + MaskedUrl(value));
  }
  return std::nullopt;
}

std::string DayOf(int64_t unix_ms) { return IsoTime(unix_ms).substr(0, 10); }

std::string WithWhy(std::string text, const std::string& why) {
  return why.empty() ? text : text + " (" + why + ')';
}

// Where the control API is more likely, if `address` is that of the port for peers.
std::string UsualPlace(const Target& target) {
  if (target.address.starts_with("unix:")) return {};
  return "; the control API is at " + std::string(HostOf(target.address)) + ':' +
         std::string(kDefaultPort) + " unless the hub's --control-listen says otherwise";
}

std::string Expired(const EndpointFinding& finding) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  if (!finding.certificate || finding.certificate->not_after > now_ms) {
    return "a certificate above its own is expired";
  }
  return "its certificate expired on " + DayOf(finding.certificate->not_after);
}

std::string CertificateIsFor(const EndpointFinding& finding) {
  if (!finding.certificate || finding.certificate->names.empty()) {
    return "its certificate has no name ";
  }
  return "its certificate is for " + absl::StrJoin(finding.certificate->names, ", ") + ' ';
}

// What is wrong at the address, and what to do; empty if nothing is.
std::string Sentence(const EndpointFinding& finding, const Target& target) {
  switch (finding.obstacle) {
    case Obstacle::kNone:
      return {};
    case Obstacle::kNameUnknown:
      return WithWhy("the name is not known", finding.why) + "; --server says where the hub is";
    case Obstacle::kNobodyListens:
      return WithWhy("nobody listens there", finding.why) +
             "; is the hub running? --server says where";
    case Obstacle::kNoSocketFile:
      return WithWhy("there is no such socket", finding.why) +
             "; is the hub running? --server says where";
    case Obstacle::kNotPermitted:
      return WithWhy("this user may not open it", finding.why) +
             "; only root and the hub's own user may: put sudo before pigeonctl, or name another "
             "hub with --server";
    case Obstacle::kNoAnswer:
      return "nothing answers there; a firewall may drop it, or the address is wrong";
    case Obstacle::kMute:
      return "what listens there takes connections and says nothing; is it a hub's control API, "
             "and "
             "does the process still run?";
    case Obstacle::kHttp1:
      return "it speaks HTTP/1 and no gRPC: a hub's signaling port, or a proxy that must pass "
             "HTTP/2 "
             "on" +
             UsualPlace(target);
    case Obstacle::kWantsTls:
      return "TLS is expected there; add --tls, and --ca for a certificate of your own";
    case Obstacle::kNoTls:
      return "TLS is not expected there; leave out --tls and the flags for it";
    case Obstacle::kNotTrusted:
      return "its certificate is not trusted: " + finding.why +
             "; --ca says who must have signed it";
    case Obstacle::kExpired:
      return Expired(finding) + "; renew what the hub's --control-tls-cert names";
    case Obstacle::kNotYetValid:
      return "its certificate is valid from " + DayOf(finding.certificate->not_before) +
             " on; is the clock of this machine right?";
    case Obstacle::kOtherName:
      return CertificateIsFor(finding) + "and not for " +
             (target.tls_server_name.empty() ? std::string(HostOf(target.address))
                                             : target.tls_server_name) +
             "; --tls-server-name says which name to expect";
    case Obstacle::kWantsCertificate:
      return "it asks for a client's certificate; give --cert and --key";
    case Obstacle::kOursRefused:
      return WithWhy("it does not take the certificate of --cert", finding.why) +
             "; the hub's --control-tls-client-ca says who must have signed it";
    case Obstacle::kOther:
      return finding.why + "; is it a hub's control API? --server says where that is";
  }
  return {};
}

}  // namespace

std::string ConnectionCause(const Target& target, std::string_view message) {
  const std::string begin = "cannot connect to " + target.address;
  if (const std::optional<std::string> proxy = ProxyOf(target)) {
    return begin + " through a proxy: " + LastCause(message) + "; " + *proxy +
           ", no_proxy what is reached without it";
  }
  const EndpointFinding finding = LookAt({.address = target.address,
                                          .tls = target.tls,
                                          .ca = target.ca,
                                          .cert = target.cert,
                                          .key = target.key,
                                          .tls_server_name = target.tls_server_name},
                                         std::chrono::steady_clock::now() + kLookPatience);
  const std::string sentence = Sentence(finding, target);
  if (!sentence.empty()) return begin + ": " + sentence;
  if (message.empty()) return {};
  return begin + ": " + LastCause(message) + "; try again: it looks well now";
}

}  // namespace pigeonhub::cli
