// SPDX-License-Identifier: Apache-2.0
//
// What `pigeonctl token` prints.
#pragma once

#include <string>
#include <vector>

#include "cli/nouns/session.h"
#include "pigeonhub/token_claims.h"
#include "server/auth/token/jws.h"
#include "server/auth/token/token_verifier.h"

namespace pigeonhub::cli {

void PrintToken(Session& session, const std::string& token);
void PrintContent(Session& session, const auth::Jws& jws);
// `files`: those of the keys that the token was checked with.
void PrintRefused(Session& session, const auth::TokenRefusal& refusal,
                  const std::vector<std::string>& files);
void PrintAccepted(Session& session, const TokenClaims& claims);

}  // namespace pigeonhub::cli
