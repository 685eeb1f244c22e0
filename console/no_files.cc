// SPDX-License-Identifier: Apache-2.0

#include "console/embedded_files.h"

namespace pigeonhub {

std::span<const EmbeddedFile> EmbeddedFiles() { return {}; }

}  // namespace pigeonhub
