// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/ssl.h>

#include "pigeonhub/tls_record.h"

namespace pigeonhub::net {

// What an operator wants to know of the certificate that connections of `context` show.
TlsRecord CertificateFacts(SSL_CTX* context);

}  // namespace pigeonhub::net
