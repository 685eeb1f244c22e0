// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

#include "server/base/tls_files.h"
#include "server/runtime/log.h"

namespace grpc {
class ServerCredentials;
}  // namespace grpc

namespace pigeonhub {

// TLS with the content of `files`, which CheckTlsFiles has accepted. Each handshake looks at the
// files. If they changed, and CheckTlsFiles accepts them again, they are in force from that
// handshake on. If it does not accept them, the last good content stays in force, and one line in
// the log says why. Open connections go on.
//
// The result and `log` outlive the server. gRPC's own watcher of certificate files is not used: it
// ends the process when a file is empty, and serves nobody while files do not go together.
std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(const TlsFiles& files, Log& log);

}  // namespace pigeonhub
