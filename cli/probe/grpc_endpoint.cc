// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/grpc_endpoint.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "cli/probe/plain_stream.h"
#include "cli/probe/tls_stream.h"
#include "server/base/address.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kUnix = "unix:";

// The preface of a client and its empty SETTINGS frame (RFC 9113, section 3.4). A server answers it
// with a SETTINGS frame of its own.
constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
constexpr size_t kFrameHeader = 9;
constexpr size_t kFrameType = 3;
constexpr char kSettings = 4;

constexpr char kTlsAlert = 0x15;

// A server that is asked in the wrong way may wait for more of it, so no try has all of the time.
constexpr milliseconds kTryPatience{1500};

Deadline Sooner(Deadline deadline) {
  return std::min(deadline, steady_clock::now() + kTryPatience);
}

Socket::Attempt Connect(const GrpcEndpoint& endpoint, Deadline deadline) {
  if (endpoint.address.starts_with(kUnix)) {
    return Socket::Try(endpoint.address.substr(kUnix.size()), deadline);
  }
  const std::optional<HostAndPort> parts = SplitHostAndPort(endpoint.address);
  const std::string host(parts ? parts->host : endpoint.address);
  const uint16_t port = parts && parts->port ? ParsePort(*parts->port).value_or(0) : 0;
  return Socket::Try(host, port, deadline);
}

EndpointFinding FindingOf(const ConnectFailure& failure) {
  using Kind = ConnectFailure::Kind;
  switch (failure.kind) {
    case Kind::kNameUnknown:
      return {Obstacle::kNameUnknown, failure.why};
    case Kind::kRefused:
      return {Obstacle::kNobodyListens, failure.why};
    case Kind::kNoAnswer:
      return {Obstacle::kNoAnswer, failure.why};
    case Kind::kNoSuchFile:
      return {Obstacle::kNoSocketFile, failure.why};
    case Kind::kNotPermitted:
      return {Obstacle::kNotPermitted, failure.why};
    case Kind::kOther:
      return {Obstacle::kOther, failure.why};
  }
  return {Obstacle::kOther, failure.why};
}

Obstacle ObstacleOf(TlsFault fault) {
  switch (fault) {
    case TlsFault::kNone:
      return Obstacle::kNone;
    case TlsFault::kNoTls:
      return Obstacle::kNoTls;
    case TlsFault::kNotTrusted:
      return Obstacle::kNotTrusted;
    case TlsFault::kExpired:
      return Obstacle::kExpired;
    case TlsFault::kNotYetValid:
      return Obstacle::kNotYetValid;
    case TlsFault::kOtherName:
      return Obstacle::kOtherName;
    case TlsFault::kWantsCertificate:
      return Obstacle::kWantsCertificate;
    case TlsFault::kOursRefused:
      return Obstacle::kOursRefused;
    case TlsFault::kNoAnswer:
      return Obstacle::kMute;
    case TlsFault::kFiles:
    case TlsFault::kOther:
      return Obstacle::kOther;
  }
  return Obstacle::kOther;
}

// Says the preface and looks at the answer.
EndpointFinding Converse(Stream& stream, Deadline deadline) {
  absl::Status status = stream.Write(kPreface, deadline);
  std::string answer;
  while (status.ok() && answer.size() < kFrameHeader) {
    absl::StatusOr<std::string> bytes = stream.Read(deadline);
    if (bytes.ok()) answer += *bytes;
    status = bytes.status();
  }
  if (answer.starts_with("HTTP/1.")) return {Obstacle::kHttp1, answer.substr(0, answer.find('\r'))};
  if (!answer.empty() && answer[0] == kTlsAlert) return {Obstacle::kWantsTls};
  if (answer.size() >= kFrameHeader && answer[kFrameType] == kSettings) return {};
  if (absl::IsDeadlineExceeded(status)) return {Obstacle::kMute};
  return {Obstacle::kOther,
          status.ok() ? "its answer is not HTTP/2" : std::string(status.message())};
}

EndpointFinding LookPlain(const GrpcEndpoint& endpoint, Deadline deadline) {
  Socket::Attempt attempt = Connect(endpoint, deadline);
  if (const auto* failure = std::get_if<ConnectFailure>(&attempt)) return FindingOf(*failure);
  PlainStream stream(std::get<Socket>(std::move(attempt)));
  return Converse(stream, Sooner(deadline));
}

std::string NameToExpect(const GrpcEndpoint& endpoint) {
  if (!endpoint.tls_server_name.empty()) return endpoint.tls_server_name;
  const std::optional<HostAndPort> parts = SplitHostAndPort(endpoint.address);
  return std::string(parts ? parts->host : "localhost");
}

EndpointFinding LookSecure(const GrpcEndpoint& endpoint, Deadline deadline) {
  Socket::Attempt attempt = Connect(endpoint, deadline);
  if (const auto* failure = std::get_if<ConnectFailure>(&attempt)) return FindingOf(*failure);
  TlsAttempt tls = TryTls(std::get<Socket>(std::move(attempt)),
                          {.name = NameToExpect(endpoint),
                           .ca = endpoint.ca,
                           .cert = endpoint.cert,
                           .key = endpoint.key,
                           .protocol = "h2"},
                          Sooner(deadline));
  if (tls.stream == nullptr) return {ObstacleOf(tls.fault), tls.why, tls.certificate};
  EndpointFinding finding = Converse(*tls.stream, Sooner(deadline));
  finding.certificate = tls.certificate;
  if (finding.obstacle == Obstacle::kNone || finding.obstacle == Obstacle::kHttp1) return finding;
  if (const Obstacle said = ObstacleOf(tls.stream->fault());
      said == Obstacle::kWantsCertificate || said == Obstacle::kOursRefused) {
    finding.obstacle = said;
  } else if (tls.protocol != "h2" && finding.obstacle != Obstacle::kMute) {
    return {Obstacle::kHttp1, "it agreed to no HTTP/2", tls.certificate};
  }
  return finding;
}

// Whether the other end answers a client of TLS as a server of TLS does, whatever it then asks for.
bool WantsTls(const GrpcEndpoint& endpoint, Deadline deadline) {
  switch (LookSecure(endpoint, deadline).obstacle) {
    case Obstacle::kNone:
    case Obstacle::kHttp1:
    case Obstacle::kNotTrusted:
    case Obstacle::kExpired:
    case Obstacle::kNotYetValid:
    case Obstacle::kOtherName:
    case Obstacle::kWantsCertificate:
      return true;
    default:
      return false;
  }
}

// Whether it is worth asking again in the other way.
bool IsUnclear(Obstacle obstacle) {
  return obstacle == Obstacle::kOther || obstacle == Obstacle::kMute ||
         obstacle == Obstacle::kNoTls;
}

}  // namespace

EndpointFinding LookAt(const GrpcEndpoint& endpoint, Deadline deadline) {
  EndpointFinding finding =
      endpoint.tls ? LookSecure(endpoint, deadline) : LookPlain(endpoint, deadline);
  if (!IsUnclear(finding.obstacle)) return finding;
  if (!endpoint.tls) {
    if (WantsTls(endpoint, deadline)) finding.obstacle = Obstacle::kWantsTls;
    return finding;
  }
  const EndpointFinding plain = LookPlain(endpoint, deadline);
  if (plain.obstacle == Obstacle::kNone) finding.obstacle = Obstacle::kNoTls;
  if (plain.obstacle == Obstacle::kHttp1) return plain;
  return finding;
}

}  // namespace pigeonhub::cli
