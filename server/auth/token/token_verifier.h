// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pigeonhub/reason.h"
#include "pigeonhub/time.h"
#include "pigeonhub/token_claims.h"
#include "pigeonhub/token_key_record.h"
#include "server/auth/token/jws.h"
#include "server/auth/token/token_key.h"

namespace pigeonhub::auth {

// What a token must say to be accepted, beside being signed.
struct TokenRules {
  std::vector<std::string> issuers;            // one of them; empty: any
  std::vector<std::string> audiences;          // one of them; empty: any, or none at all
  Duration leeway = std::chrono::seconds(60);  // by which clocks may differ
};

// Where keys come from. Those of one origin are replaced without the others.
enum class KeyOrigin : uint8_t { kFiles, kUrl };

// Why a token is refused. Until its signature holds the reason is kTokenInvalid, whatever is wrong;
// `rule` says more, in one line without any part of the token. It is for those who may know the
// keys, never for the one who showed the token.
struct TokenRefusal {
  Reason reason = Reason::kTokenInvalid;
  std::string rule;
  bool is_of_keys = false;  // none of the keys signed it; another one may have
};

// Who is told of tokens that are refused, on any thread; it must not take long. Each may be null.
struct TokenListeners {
  // What a token calls its key (kid), when no key has that name. Anybody can have that called, with
  // any text of up to 256 bytes.
  std::function<void(std::string_view kid)> unknown_kid = nullptr;
  // The issuer of a token that is signed, when it is none of the rules. For a log.
  std::function<void(std::string_view issuer)> wrong_issuer = nullptr;
};

// Says of tokens whether they are good. Thread-safe. Keys are replaced at once for all that is
// checked from then on; no lock is held while a signature is checked.
class TokenVerifier {
 public:
  // So many keys are tried where a token does not name one, or names one that several keys share.
  static constexpr size_t kMostTried = 8;

  explicit TokenVerifier(TokenRules rules, TokenListeners listeners = {});

  // From `now` on these are the keys of the origin. Of one that was there before, what was seen of
  // it stays.
  void SetKeys(KeyOrigin origin, std::vector<TokenKey> keys, UnixMillis now = 0);
  // How many keys there are, of every origin.
  size_t key_count() const;
  // All of them, in the order in which they are tried.
  std::vector<TokenKeyRecord> Records() const;

  // The claims, or the reason why the token does not count at this moment. Without a token it is
  // kTokenMissing. Whether it was revoked, and who shows it, is not looked at.
  std::variant<SharedClaims, Reason> Check(std::string_view token, UnixMillis now) const;
  // As above, with the rule that is broken.
  std::variant<SharedClaims, TokenRefusal> Examine(std::string_view token, UnixMillis now) const;

 private:
  // What was seen of a key; it outlives that the key is read again.
  struct Use {
    explicit Use(UnixMillis now) : loaded_at(now) {}
    void Note(UnixMillis now);

    const UnixMillis loaded_at;
    std::atomic<UnixMillis> last = 0;
    std::atomic<uint64_t> count = 0;
  };
  struct Held {
    TokenKey key;
    std::shared_ptr<Use> use;
  };
  using Keys = std::vector<Held>;
  static constexpr size_t kOrigins = 2;
  using KeysByOrigin = std::array<std::shared_ptr<const Keys>, kOrigins>;

  KeysByOrigin keys() const;
  // Empty if one of the keys signed it.
  std::optional<TokenRefusal> SignatureRefusal(const Jws& jws, const JwsHeader& header,
                                               UnixMillis now) const;

  const TokenRules rules_;
  const TokenListeners listeners_;
  mutable std::mutex mutex_;  // guards all below
  KeysByOrigin keys_;
};

}  // namespace pigeonhub::auth
