// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// What becomes of hubs that do not sign what they say, as those of the version before this one.
enum class HubUnsigned {
  kAllow,   // they are listened to; nothing shows who wrote what is said in their name
  kRefuse,  // nothing that is said in their name counts
};

}  // namespace pigeonhub
