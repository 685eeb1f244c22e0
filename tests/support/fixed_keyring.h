// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include "server/core/keyring.h"

namespace pigeonhub {

// Always the same keys for the same number, and others for another one.
inline std::shared_ptr<const Keyring> KeyringOf(uint8_t number) {
  PrivateKey signing;
  PrivateKey agreement;
  signing.fill(number);
  agreement.fill(static_cast<uint8_t>(number + 100));
  return MakeKeyring(signing, agreement);
}

}  // namespace pigeonhub
