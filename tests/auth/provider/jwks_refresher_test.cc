// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/jwks_refresher.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/auth/token/token_verifier.h"
#include "tests/support/eventually.h"
#include "tests/support/manual_clock.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

constexpr char kEd[] = R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"e",)"
                       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"AKP"}]})";

// A provider in the test's hand: it gives the answers that it was given, the last one for ever.
class FakeProvider : public JwksFetcher {
 public:
  explicit FakeProvider(std::deque<absl::StatusOr<FetchedJwks>> answers)
      : answers_(std::move(answers)) {}

  absl::StatusOr<FetchedJwks> Fetch() override {
    const std::lock_guard lock(mutex_);
    ++fetches_;
    auto answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }
  void Cancel() override {}

  int fetches() const {
    const std::lock_guard lock(mutex_);
    return fetches_;
  }

 private:
  mutable std::mutex mutex_;
  std::deque<absl::StatusOr<FetchedJwks>> answers_;
  int fetches_ = 0;
};

absl::StatusOr<FetchedJwks> Answer(const std::string& text) { return FetchedJwks{text, {}}; }

// A refresher, and what it tells.
class JwksRefresherTest : public testing::Test {
 protected:
  void Start(std::deque<absl::StatusOr<FetchedJwks>> answers) {
    auto provider = std::make_unique<FakeProvider>(std::move(answers));
    provider_ = provider.get();
    refresher_ = std::make_unique<JwksRefresher>(std::move(provider), clock_);
    refresher_->Start({[this](std::vector<TokenKey> keys) {
                         verifier_.SetKeys(KeyOrigin::kUrl, std::move(keys));
                       },
                       [this](const JwksState& state) {
                         const std::lock_guard lock(mutex_);
                         reports_.push_back(state);
                       }});
  }
  std::vector<JwksState> reports() {
    const std::lock_guard lock(mutex_);
    return reports_;
  }

  ManualClock clock_;
  std::mutex mutex_;
  std::vector<JwksState> reports_;
  TokenVerifier verifier_{TokenRules(), {.unknown_kid = [this](std::string_view kid) {
                            refresher_->NoteUnknownKid(kid);
                          }}};
  FakeProvider* provider_ = nullptr;
  std::unique_ptr<JwksRefresher> refresher_;
};

TEST_F(JwksRefresherTest, FetchesAtTheStart) {
  Start({Answer(kEd)});
  ASSERT_TRUE(Eventually([&] { return reports().size() == 1; }));
  EXPECT_EQ(verifier_.key_count(), 1U);
  const JwksState state = refresher_->state();
  EXPECT_EQ(state.keys, 1U);
  EXPECT_EQ(state.skipped, 1U);
  EXPECT_EQ(state.fetches, 1U);
  EXPECT_EQ(state.failures, 0U);
  EXPECT_EQ(state.problem, "");
  ASSERT_TRUE(state.age.has_value());
  EXPECT_GE(*state.age, Duration::zero());
  EXPECT_LT(*state.age, std::chrono::minutes(1));
}

TEST_F(JwksRefresherTest, TriesAgainSoonIfTheProviderIsNotThereYet) {
  Start({absl::UnavailableError("it answers 503"), Answer("no set"), Answer(kEd)});
  for (size_t failures = 1; failures <= 2; ++failures) {
    ASSERT_TRUE(Eventually([&] { return reports().size() == failures; }));
    EXPECT_EQ(verifier_.key_count(), 0U);
    clock_.Advance(std::chrono::seconds(failures));
  }
  ASSERT_TRUE(Eventually([&] { return reports().size() == 3; }));
  EXPECT_EQ(verifier_.key_count(), 1U);
  const std::vector<JwksState> told = reports();
  EXPECT_EQ(told[0].problem, "it answers 503");
  EXPECT_EQ(told[0].age, std::nullopt);
  EXPECT_EQ(told[1].problem.find("not a JWKS"), 0U);
  EXPECT_EQ(told[2].problem, "");
  EXPECT_EQ(told[2].failures, 2U);
}

TEST_F(JwksRefresherTest, FetchesAtOnceForANameThatNoKeyHas) {
  Start({Answer(kEd)});
  ASSERT_TRUE(Eventually([&] { return reports().size() == 1; }));
  const std::string token =
      Signed(R"({"alg":"HS256","kid":"new"})", R"({"exp":1})", Algorithm::kHs256, Secret(32, 's'));
  verifier_.Check(token, 0);
  ASSERT_TRUE(Eventually([&] { return provider_->fetches() == 2; }));
  verifier_.Check(token, 0);
  ASSERT_TRUE(Eventually([&] { return reports().size() == 2; }));
  EXPECT_EQ(provider_->fetches(), 2);
}

TEST_F(JwksRefresherTest, KeepsItsKeysWhenAFetchFails) {
  Start({Answer(kEd), absl::UnavailableError("it answers 503")});
  ASSERT_TRUE(Eventually([&] { return reports().size() == 1; }));
  refresher_->NoteUnknownKid("new");
  ASSERT_TRUE(Eventually([&] { return reports().size() == 2; }));
  EXPECT_EQ(verifier_.key_count(), 1U);
  const JwksState state = refresher_->state();
  EXPECT_EQ(state.keys, 1U);
  EXPECT_EQ(state.problem, "it answers 503");
  EXPECT_TRUE(state.age.has_value());
}

TEST_F(JwksRefresherTest, GivesItsKeysUpAfterADayWithoutTheProvider) {
  Start({Answer(kEd), absl::UnavailableError("it answers 503")});
  ASSERT_TRUE(Eventually([&] { return reports().size() == 1; }));
  clock_.Advance(std::chrono::hours(24));
  refresher_->NoteUnknownKid("new");  // so that it looks at its clock
  ASSERT_TRUE(Eventually([&] { return reports().size() >= 3; }));
  EXPECT_EQ(verifier_.key_count(), 0U);
  const std::vector<JwksState> told = reports();
  EXPECT_EQ(told[1].keys, 0U);
  EXPECT_EQ(told[1].age, std::nullopt);
  EXPECT_EQ(told[2].problem, "it answers 503");
}

TEST_F(JwksRefresherTest, EndsWhileItWaits) {
  Start({Answer(kEd)});
  ASSERT_TRUE(Eventually([&] { return reports().size() == 1; }));
  refresher_->Stop();
  refresher_->Stop();
  refresher_->NoteUnknownKid("new");
  EXPECT_EQ(provider_->fetches(), 1);
}

}  // namespace
}  // namespace pigeonhub::auth
