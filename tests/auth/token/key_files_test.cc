// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/key_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

const std::string kSecret = "0123456789abcdef0123456789abcdef\n";
const std::string kOctFile =
    R"({"keys":[{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]})";
const std::string kEdFile =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

void OpenToAll(const std::string& path) {
  // The group may write, too, which is refused of root's files as well.
  std::filesystem::permissions(path, std::filesystem::perms(0664));
}

TEST(KeyFiles, AreReadWithTheNameOfTheFile) {
  const TemporaryFolder folder;
  const auto keys = ReadKeyFile(folder.Write("2026-11.keys", kSecret));
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->front().kid, "2026-11");
  EXPECT_TRUE(ReadJwksFile(folder.Write("a.json", kOctFile)).ok());
  EXPECT_TRUE(ReadSigningKey(folder.Write("s", kSecret)).ok());
}

TEST(KeyFiles, AreKeptFromOthers) {
  const TemporaryFolder folder;
  const KeyPair pair = MakeKeyPair(KeyKind::kEd25519);
  const std::string secret = folder.Write("secret", kSecret);
  const std::string oct = folder.Write("oct", kOctFile);
  const std::string private_key = folder.Write("private", pair.private_pem);
  const std::string public_key = folder.Write("public", pair.public_pem);
  const std::string jwks = folder.Write("jwks", kEdFile);
  for (const std::string& path : {secret, oct, private_key, public_key, jwks}) OpenToAll(path);
  EXPECT_NE(ReadKeyFile(secret).status().message().find("chmod 600"), absl::string_view::npos);
  EXPECT_NE(ReadJwksFile(oct).status().message().find("chmod 600"), absl::string_view::npos);
  EXPECT_NE(ReadSigningKey(private_key).status().message().find("chmod 600"),
            absl::string_view::npos);
  for (const absl::Status& status :
       {ReadKeyFile(public_key).status(), ReadJwksFile(jwks).status()}) {
    EXPECT_NE(status.message().find("chmod go-w"), absl::string_view::npos) << status;
  }
  for (const std::string& path : {public_key, jwks}) {
    std::filesystem::permissions(path, std::filesystem::perms(0644));
  }
  EXPECT_TRUE(ReadKeyFile(public_key).ok()) << "everybody may read it";
  EXPECT_TRUE(ReadJwksFile(jwks).ok());
}

TEST(KeyFiles, AreRefusedWithPathAndLine) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("keys", kSecret + "short\n");
  EXPECT_EQ(ReadKeyFile(path).status().message(),
            path + ": line 2: a secret has at least 32 bytes (openssl rand -hex 32 makes one)");
  EXPECT_EQ(ReadJwksFile(path).status().message().find(path + ": not a JWKS"), 0U);
  EXPECT_EQ(ReadSigningKey(folder.Write("none", "")).status().message(),
            folder.Path("none") + ": line 1: there is no key in this file");
  EXPECT_EQ(ReadKeyFile(folder.Path("missing")).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace pigeonhub::auth
