// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// Who may become a hub just by announcing as one.
enum class HubAdmission {
  kOpen,   // anyone; meant for loopback
  kToken,  // whoever brings a valid hub token, and those of kDeny
  kDeny,   // only peers granted by RegisterHub or --hub-allow
};

}  // namespace pigeonhub
