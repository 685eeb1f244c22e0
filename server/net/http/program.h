// SPDX-License-Identifier: Apache-2.0
//
// HTTP as the embedding program sees and answers it.
#pragma once

#include "pigeonhub/http.h"
#include "server/net/http/message.h"

namespace pigeonhub::net {

// The result is valid as long as what `request` refers to.
Request ForProgram(const HttpRequest& request);

// An answer with status 500 if `response` is not valid HTTP.
HttpResponse FromProgram(Response response);

}  // namespace pigeonhub::net
