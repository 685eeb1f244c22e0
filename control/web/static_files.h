// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <span>

#include "console/embedded_files.h"
#include "control/web/http_message.h"

namespace pigeonhub {

// The file of the console that a GET or HEAD asks for, or a line that says what there is. The body
// is there for HEAD, too.
WebAnswer FileAnswer(std::span<const EmbeddedFile> files, const WebRequest& request);

}  // namespace pigeonhub
