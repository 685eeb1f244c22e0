// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/cheap_keyring.h"

#include <algorithm>
#include <string>

#include "server/base/digest.h"

namespace pigeonhub::sim {
namespace {

std::string TextOf(const PublicKey& key) { return {key.begin(), key.end()}; }

class CheapKeyring : public Keyring {
 public:
  explicit CheapKeyring(uint64_t seed)
      : signing_(DigestOf("signing " + std::to_string(seed))),
        agreement_(DigestOf("agreement " + std::to_string(seed))) {}

  const PublicKey& signing_key() const override { return signing_; }
  const PublicKey& agreement_key() const override { return agreement_; }
  Signature Sign(std::string_view text) const override { return Make(signing_, text); }
  bool IsSignedBy(const PublicKey& key, std::string_view text,
                  const Signature& signature) const override {
    return Make(key, text) == signature;
  }
  std::optional<SharedSecret> AgreeWith(const PublicKey& other) const override {
    return DigestOf(TextOf(std::min(agreement_, other)) + TextOf(std::max(agreement_, other)));
  }

 private:
  static Signature Make(const PublicKey& key, std::string_view text) {
    const Digest half = DigestOf(TextOf(key) + std::string(text));
    Signature signature{};
    std::copy(half.begin(), half.end(), signature.begin());
    return signature;
  }

  const PublicKey signing_;
  const PublicKey agreement_;
};

}  // namespace

std::shared_ptr<const Keyring> MakeCheapKeyring(uint64_t seed) {
  return std::make_shared<CheapKeyring>(seed);
}

}  // namespace pigeonhub::sim
