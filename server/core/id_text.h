// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/strings/string_view.h"
#include "pigeonhub/peer_id.h"

namespace pigeonhub {

// An id as Abseil's functions take text: its string_view need not be that of the standard library.
inline absl::string_view IdText(const PeerId& id) { return {id.text().data(), id.text().size()}; }

}  // namespace pigeonhub
