// SPDX-License-Identifier: Apache-2.0

#include "server/core/keyring.h"

namespace pigeonhub {
namespace {

class OwnKeyring : public Keyring {
 public:
  OwnKeyring(const PrivateKey& signing, const PrivateKey& agreement)
      : signing_(signing), agreement_(agreement) {}

  const PublicKey& signing_key() const override { return signing_.public_key(); }
  const PublicKey& agreement_key() const override { return agreement_.public_key(); }
  Signature Sign(std::string_view text) const override { return signing_.Sign(text); }
  bool IsSignedBy(const PublicKey& key, std::string_view text,
                  const Signature& signature) const override {
    return pigeonhub::IsSignedBy(key, text, signature);
  }
  std::optional<SharedSecret> AgreeWith(const PublicKey& other) const override {
    return agreement_.AgreeWith(other);
  }

 private:
  const SigningKey signing_;
  const AgreementKey agreement_;
};

}  // namespace

std::shared_ptr<const Keyring> MakeKeyring(const PrivateKey& signing, const PrivateKey& agreement) {
  return std::make_shared<OwnKeyring>(signing, agreement);
}

}  // namespace pigeonhub
