// SPDX-License-Identifier: Apache-2.0
//
// What stands where a gRPC server was expected. gRPC itself says of a failed connection what its
// layers report, or nothing but that the time is over; this looks for itself.
#pragma once

#include <optional>
#include <string>

#include "cli/probe/stream.h"
#include "server/base/certificate.h"

namespace pigeonhub::cli {

struct GrpcEndpoint {
  std::string address;  // host:port, with brackets around an IPv6 address, or unix:PATH
  bool tls = false;
  std::string ca = {};  // files; empty: the system's authorities, no client certificate
  std::string cert = {};
  std::string key = {};
  std::string tls_server_name = {};  // empty: the host of the address
};

enum class Obstacle {
  kNone,  // a server that speaks HTTP/2, as gRPC needs it
  kNameUnknown,
  kNobodyListens,
  kNoSocketFile,
  kNotPermitted,
  kNoAnswer,  // to the attempt to connect
  kMute,      // it takes connections and says nothing
  kHttp1,
  kWantsTls,
  kNoTls,
  kNotTrusted,
  kExpired,
  kNotYetValid,
  kOtherName,
  kWantsCertificate,
  kOursRefused,
  kOther,
};

struct EndpointFinding {
  Obstacle obstacle = Obstacle::kNone;
  std::string why = {};  // as the system or OpenSSL says it; may be empty
  std::optional<CertificateSummary> certificate = {};  // of the server, where it showed one
};

// Connects, once or twice, and sends no more than what begins HTTP/2.
EndpointFinding LookAt(const GrpcEndpoint& endpoint, Deadline deadline);

}  // namespace pigeonhub::cli
