// SPDX-License-Identifier: Apache-2.0

// What the core does for each reason.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pigeonhub/reason.h"

namespace pigeonhub {

// The limit that somebody came to, by the name of its option, or one of its own where nobody can
// set it; empty for a reason that is none. Worth telling an operator (LimitHit). Lasts forever.
std::string_view LimitOf(Reason reason);
inline bool IsLimit(Reason reason) { return !LimitOf(reason).empty(); }

// The page that tells the developer of an application what to change,
// "docs/app-developers.md#token"; empty where nobody but the operator can help. Lasts forever.
std::string_view HelpPage(Reason reason);
// What went wrong, with that page: "words; see docs/app-developers.md#token".
std::string WithHelp(std::string_view words, Reason reason);

// True if it ends connections of peers. Most others refuse one, or a message; RefusesPeer may be
// true, too.
bool EndsPeer(Reason reason);

// True if somebody who wanted to be a peer was turned away, before or right after the handshake.
bool RefusesPeer(Reason reason);

// What a close frame for this reason says. `code` 0: this reason never closes a connection with a
// frame of ours.
struct CloseFrame {
  uint16_t code = 0;
  std::string_view text;
};
CloseFrame CloseFrameFor(Reason reason);

}  // namespace pigeonhub
