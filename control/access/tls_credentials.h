// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "control/access/tls_files.h"
#include "server/runtime/log.h"

namespace grpc {
class ServerCredentials;
}  // namespace grpc

namespace pigeonhub {

// TLS with what `files` hold, which passed CheckTlsFiles. Each handshake looks at them: a changed
// set that passes as well is in force from that handshake on. Otherwise the last good set stays,
// whatever appears in the files, and one line in the log says why. Open connections go on.
//
// The result and `log` outlive the server. gRPC's own watcher of certificate files is not used: it
// ends the process when a file is empty, and serves nobody while files do not go together.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(const TlsFiles& files, Log& log);

}  // namespace pigeonhub
