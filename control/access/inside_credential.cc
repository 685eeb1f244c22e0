// SPDX-License-Identifier: Apache-2.0

#include "control/access/inside_credential.h"

#include <grpcpp/client_context.h>

#include <string_view>

#include "server/base/digest.h"
#include "server/base/random.h"

namespace pigeonhub {
namespace {

constexpr char kSecretKey[] = "pigeonhub-inside";
constexpr char kNameKey[] = "pigeonhub-caller-bin";  // a name may have any bytes
constexpr char kRoleKey[] = "pigeonhub-role";
constexpr char kAsksAllKey[] = "pigeonhub-asks-all";  // there or not
constexpr char kTokenKey[] = "pigeonhub-token";       // its digest, in hexadecimal digits
constexpr char kCertificateKey[] = "pigeonhub-certificate-bin";  // once for each of its names
constexpr size_t kSecretDigits = 64;

}  // namespace

InsideCredential::InsideCredential() : secret_(RandomHex(kSecretDigits)) {}

void InsideCredential::AddTo(grpc::ClientContext& context, const Principal& caller) const {
  context.AddMetadata(kSecretKey, secret_);
  context.AddMetadata(kNameKey, caller.name);
  context.AddMetadata(kRoleKey, std::string(RoleName(caller.role)));
  if (caller.asks_all) context.AddMetadata(kAsksAllKey, "1");
  if (caller.token) context.AddMetadata(kTokenKey, HexOf(*caller.token));
  for (const std::string& name : caller.certificate_names) {
    context.AddMetadata(kCertificateKey, name);
  }
}

std::optional<Principal> InsideCredential::Read(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) const {
  const auto value_of = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string_view()
                                   : std::string_view(found->second.data(), found->second.size());
  };
  if (!EqualInConstantTime(value_of(kSecretKey), secret_)) return std::nullopt;
  const std::optional<Role> role = RoleNamed(value_of(kRoleKey));
  if (!role) return std::nullopt;
  Principal caller{std::string(value_of(kNameKey)), *role, metadata.contains(kAsksAllKey)};
  caller.token = ParseDigest(value_of(kTokenKey));
  const auto [first, last] = metadata.equal_range(kCertificateKey);
  for (auto name = first; name != last; ++name) {
    caller.certificate_names.emplace_back(name->second.data(), name->second.size());
  }
  return caller;
}

}  // namespace pigeonhub
