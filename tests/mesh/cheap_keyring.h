// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>

#include "server/core/keyring.h"

namespace pigeonhub::sim {

// Keys for simulated worlds, in which there are a hundred thousand signatures and nobody breaks a
// cipher: a signature is a digest that everybody could make, and nobody here does.
std::shared_ptr<const Keyring> MakeCheapKeyring(uint64_t seed);

}  // namespace pigeonhub::sim
