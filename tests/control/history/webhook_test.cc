// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhook.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "control/history/event_names.h"
#include "control/history/webhooks.h"
#include "pigeonhub_version.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub::history {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kKey[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

std::string IdOf(const web::HttpRequest& request) {
  for (const std::string& line : request.headers) {
    if (line.starts_with("webhook-id: ")) return line.substr(12);
  }
  return {};
}

// A receiver with memory. It answers what the script says, and then 204.
class WebhookTest : public testing::Test {
 protected:
  void Happen(EventBody body = Stopped{}) {
    events_.Append({events_.next(), clock_.Read().unix_ms, std::move(body)});
  }
  void HappenOften(int times) {
    for (int i = 0; i < times; ++i) Happen();
  }

  Webhook Make(const v1::EventFilter& filter = {}) {
    return Webhook(
        {.url = "https://app.example/hook?key=s3cret",
         .filter = *EventFilter::FromProto(filter),
         .events = events_,
         .source = {"c0ffee", "ab"},
         .clock = clock_,
         .log = log_,
         .keys = [] { return std::make_shared<const WebhookKeys>(*WebhookKeys::Parse(kKey)); },
         .post = [this](const web::HttpRequest& request) -> absl::StatusOr<web::HttpAnswer> {
           requests_.push_back(request);
           web::HttpAnswer answer{.status = 204};
           if (!script_.empty()) {
             answer = script_.front();
             script_.pop_front();
           }
           if (answer.status == 0) return absl::UnavailableError("connection refused");
           if (answer.status == 204) taken_.push_back(IdOf(request));
           return answer;
         }},
        7);
  }
  // Delivers until there is nothing to do, or an attempt fails.
  static Webhook::Step DeliverAll(Webhook& webhook) {
    Webhook::Step step;
    do {
      step = webhook.Deliver();
    } while (step.outcome == Webhook::Outcome::kDelivered);
    return step;
  }

  ManualClock clock_;
  EventLog events_{{4, 4, 4}};
  std::vector<std::string> said_;
  Log log_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { said_.emplace_back(line); },
           clock_};
  std::deque<web::HttpAnswer> script_;  // status 0: no answer
  std::vector<web::HttpRequest> requests_;
  std::vector<std::string> taken_;
};

TEST_F(WebhookTest, SendsEachEventOnceInOrderSignedAndAsJson) {
  Happen(Started{"localhost", 3000});
  Happen(SignalRelayed{});
  Happen();
  Webhook webhook = Make();
  EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kNothingToDo);
  EXPECT_EQ(taken_, (std::vector<std::string>{"c0ffee-1", "c0ffee-3"}));
  EXPECT_EQ(*requests_[0].body,
            "{\"type\":\"started\",\"timestamp\":\"2026-11-22T18:00:00.123Z\",\"data\":"
            "{\"epoch\":\"c0ffee\",\"seq\":\"1\",\"hubId\":\"ab\",\"kind\":\"EVENT_KIND_STARTED\","
            "\"started\":{\"host\":\"localhost\",\"port\":3000,\"version\":\"" +
                std::string(kVersion) +
                "\"},"
                "\"time\":\"2026-11-22T18:00:00.123Z\"}}");
  EXPECT_EQ(
      requests_[0].headers,
      (std::vector<std::string>{
          "content-type: application/json", "webhook-id: c0ffee-1", "webhook-timestamp: 1795370400",
          "webhook-signature: " +
              WebhookKeys::Parse(kKey)->Sign("c0ffee-1", 1795370400, *requests_[0].body)}));
  Happen();
  EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kNothingToDo);
  EXPECT_EQ(taken_.back(), "c0ffee-4");
  EXPECT_EQ(webhook.counts().delivered, 3u);
}

TEST_F(WebhookTest, SendsTheSameAgainUntilItIsTakenAndSaysSoOnce) {
  HappenOften(2);
  Webhook webhook = Make();
  script_ = {{.status = 500}, {.status = 0}, {.status = 302}};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kFailed);
    clock_.Advance(seconds(10));
  }
  EXPECT_EQ(webhook.lag_seconds(), 30);
  EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kNothingToDo);
  EXPECT_EQ(webhook.lag_seconds(), 0);
  ASSERT_EQ(requests_.size(), 5u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(IdOf(requests_[i]), "c0ffee-1") << i;
  EXPECT_NE(requests_[0].headers, requests_[3].headers) << "each attempt has its own time";
  EXPECT_EQ(taken_, (std::vector<std::string>{"c0ffee-1", "c0ffee-2"}));
  EXPECT_EQ(webhook.counts().failures, 3u);
  ASSERT_EQ(said_.size(), 2u);
  EXPECT_NE(said_[0].find("it answers 500"), std::string::npos) << said_[0];
  EXPECT_EQ(said_[0].find("s3cret"), std::string::npos) << said_[0];
}

TEST_F(WebhookTest, WaitsLongerAfterEachFailureAndAsLongAsItIsAsked) {
  RetrySchedule schedule(1);
  for (const int most : {250, 500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000}) {
    const Duration pause = schedule.Fail(Duration::zero());
    EXPECT_LE(pause, milliseconds(most));
    EXPECT_GE(pause, milliseconds(most) / 2);
  }
  EXPECT_EQ(schedule.Fail(seconds(100)), seconds(100));
  EXPECT_EQ(schedule.Fail(seconds(1000)), RetrySchedule::kMostAsked);
  schedule.Succeed();
  EXPECT_LE(schedule.Fail(Duration::zero()), RetrySchedule::kFirst);

  Happen();
  Webhook webhook = Make();
  script_ = {{.status = 429, .body = {}, .cache_control = {}, .retry_after = seconds(90)}};
  EXPECT_EQ(webhook.Deliver().pause, seconds(90));
  EXPECT_TRUE(requests_.back().body_may_fail);
}

TEST_F(WebhookTest, TellsAGapWithItsExactCountWhereTheEventsWouldStand) {
  Happen();
  Webhook webhook = Make();
  DeliverAll(webhook);
  HappenOften(10);
  EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kNothingToDo);
  EXPECT_EQ(taken_, (std::vector<std::string>{"c0ffee-1", "c0ffee-8-gap", "c0ffee-8", "c0ffee-9",
                                              "c0ffee-10", "c0ffee-11"}));
  EXPECT_EQ(*requests_[1].body,
            "{\"type\":\"gap\",\"timestamp\":\"2026-11-22T18:00:00.123Z\",\"data\":"
            "{\"missing\":\"6\",\"resume\":{\"epoch\":\"c0ffee\",\"seq\":\"8\"},"
            "\"epochChanged\":false,\"hubId\":\"\"}}");
  EXPECT_EQ(webhook.counts().missed, 6u);
  EXPECT_EQ(webhook.counts().delivered, 5u);
}

TEST_F(WebhookTest, GivesAnEventUpThatIsNeverTakenWhenTheLogHasForgottenItToo) {
  Happen();
  Webhook webhook = Make();
  script_ = {{.status = 400}, {.status = 400}};
  DeliverAll(webhook);
  HappenOften(3);
  DeliverAll(webhook);
  EXPECT_EQ(IdOf(requests_.back()), "c0ffee-1") << "the log still has it";
  Happen();
  EXPECT_EQ(DeliverAll(webhook).outcome, Webhook::Outcome::kNothingToDo);
  EXPECT_EQ(taken_.front(), "c0ffee-2-gap");
  EXPECT_EQ(taken_.size(), 5u);
  EXPECT_EQ(webhook.counts().missed, 1u);
}

TEST_F(WebhookTest, KeepsAGapAsItIsUntilItIsTaken) {
  HappenOften(6);
  Webhook webhook = Make();
  script_ = {{.status = 500}};
  DeliverAll(webhook);
  HappenOften(6);
  DeliverAll(webhook);
  EXPECT_EQ(*requests_[0].body, *requests_[1].body);
  EXPECT_EQ(taken_[0], "c0ffee-3-gap");
  uint64_t seen = webhook.counts().missed + webhook.counts().delivered;
  EXPECT_EQ(seen, 12u) << "each is delivered or in one gap";
}

TEST_F(WebhookTest, SendsOnlyWhatItIsFor) {
  Happen(Started{});
  Happen(Audit{"m", "local", "o", "OK"});
  Happen();
  v1::EventFilter filter;
  filter.add_kinds(v1::EVENT_KIND_STOPPED);
  Webhook webhook = Make(filter);
  DeliverAll(webhook);
  EXPECT_EQ(taken_, std::vector<std::string>{"c0ffee-3"});
  EXPECT_EQ(webhook.next(), events_.next());
}

TEST(EventNames, AreThoseOfPigeonctl) {
  EXPECT_EQ(EventName(v1::EVENT_KIND_PEER_CONNECTED), "peerConnected");
  EXPECT_EQ(EventName(v1::EVENT_KIND_ERROR), "error");
  EXPECT_EQ(EventNamed("hubLost"), v1::EVENT_KIND_HUB_LOST);
  for (const char* none : {"", "unspecified", "PEER_CONNECTED", "peerconnected"}) {
    EXPECT_EQ(EventNamed(none), std::nullopt) << none;
  }
  for (const std::string& name : EventNames()) EXPECT_EQ(EventName(*EventNamed(name)), name);
}

std::string WrongIn(Webhooks::Options options) {
  if (options.keys.empty()) options.keys = kKey;
  return std::string(Webhooks::Check(options).message());
}

TEST(Webhooks, AreCheckedBeforeTheyAreUsed) {
  EXPECT_EQ(WrongIn({.urls = {"https://user:s3cret@app.example/hook?k=s3cret",
                              "http://localhost:8080/", "http://127.0.0.1/", "http://[::1]:9/"},
                     .kinds = {"peerConnected", "audit"},
                     .keys = {}}),
            "");
  const std::string plain =
      WrongIn({.urls = {"http://user:s3cret@app.example/hook?k=s3cret"}, .kinds = {}, .keys = {}});
  EXPECT_TRUE(plain.starts_with("--webhook http://***@app.example/hook?k=***: over http anybody"))
      << plain;
  EXPECT_EQ(WrongIn({.urls = {"http://app.example/"}, .kinds = {}, .keys = {}, .plaintext = true}),
            "");
  EXPECT_NE(WrongIn({.urls = {"ftp://app.example/"}, .kinds = {}, .keys = {}}), "");
  EXPECT_NE(WrongIn({.urls = {"https://app.example/#x"}, .kinds = {}, .keys = {}}), "");
  EXPECT_NE(
      WrongIn(
          {.urls = std::vector<std::string>(9, "https://app.example/"), .kinds = {}, .keys = {}}),
      "");
  EXPECT_EQ(WrongIn({.urls = {"https://a.example"}, .kinds = {"peerConected"}, .keys = {}}),
            "--webhook-kind: \"peerConected\" is no kind of event; did you mean peerConnected?");
  EXPECT_NE(WrongIn({.urls = {}, .kinds = {"peerConected"}, .keys = {}}), "") << "for nobody, too";
  EXPECT_EQ(
      WrongIn({.urls = {"https://a.example/", "https://a.example/"}, .kinds = {}, .keys = {}}),
      "--webhook https://a.example/: is there twice, and would get each event twice");
  EXPECT_NE(WrongIn({.urls = {"https://a.example"}, .kinds = {"signalRelayed"}, .keys = {}}), "");
  EXPECT_NE(WrongIn({.urls = {"https://a.example"}, .kinds = {}, .keys = "short"}), "");
}

}  // namespace
}  // namespace pigeonhub::history
