// SPDX-License-Identifier: Apache-2.0
//
// TLS as a client speaks it, and what may be wrong with the other end.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "cli/probe/socket.h"
#include "cli/probe/stream.h"
#include "server/base/certificate.h"

namespace pigeonhub::cli {

enum class TlsFault {
  kNone,
  kNoTls,             // what came is not TLS
  kNotTrusted,        // nobody that is trusted signed the certificate
  kExpired,           // the certificate, or one above it
  kNotYetValid,       // its time begins later
  kOtherName,         // the certificate is for another host
  kWantsCertificate,  // the server asks for a client's certificate
  kOursRefused,       // it does not take ours
  kFiles,             // ours cannot be read
  kNoAnswer,          // in time
  kOther,
};

struct TlsPlan {
  std::string name;       // a host name or an address, which the certificate must be for
  std::string ca = {};    // a file of authorities; empty: those of the system
  std::string cert = {};  // files of a client's certificate and its key, or neither
  std::string key = {};
  std::string protocol = {};  // to ask for by ALPN, such as h2; empty: none
};

class SecureStream : public Stream {
 public:
  // What the last call that failed tells of. With TLS 1.3 a server refuses a client's certificate
  // only after the handshake, so that the first read may say it.
  virtual TlsFault fault() const = 0;
};

struct TlsAttempt {
  std::unique_ptr<SecureStream> stream;  // null if there is a fault
  TlsFault fault = TlsFault::kNone;
  std::string why = {};                                // OpenSSL's words for the fault
  std::optional<CertificateSummary> certificate = {};  // the server's, if it came
  std::string protocol = {};                           // what ALPN agreed upon; may be empty
};

// Does the handshake. Nothing is sent to a server whose certificate does not hold.
TlsAttempt TryTls(Socket socket, const TlsPlan& plan, Deadline deadline);

}  // namespace pigeonhub::cli
