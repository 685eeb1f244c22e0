// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "server/base/key_pair.h"

namespace pigeonhub {

// The keys of a hub's process, and what is done with keys. Thread-safe, and does not change.
class Keyring {
 public:
  virtual ~Keyring() = default;

  // Signs what the hub says of itself.
  virtual const PublicKey& signing_key() const = 0;
  // With it two hubs agree on the key of the MACs of their frames.
  virtual const PublicKey& agreement_key() const = 0;

  virtual Signature Sign(std::string_view text) const = 0;
  virtual bool IsSignedBy(const PublicKey& key, std::string_view text,
                          const Signature& signature) const = 0;
  // Empty for a key that nobody can agree with.
  virtual std::optional<SharedSecret> AgreeWith(const PublicKey& other) const = 0;
};

// One with these private keys. A process has an agreement key of its own, always; it may have the
// signing key of a process before it.
std::shared_ptr<const Keyring> MakeKeyring(const PrivateKey& signing, const PrivateKey& agreement);

}  // namespace pigeonhub
