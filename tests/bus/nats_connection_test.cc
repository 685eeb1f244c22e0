// SPDX-License-Identifier: Apache-2.0

#include "server/bus/nats_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/runtime/mutex.h"
#include "tests/bus/broker.h"
#include "tests/support/certificate.h"
#include "tests/support/eventually.h"

namespace pigeonhub::bus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Writes down what it hears.
class RecordingListener final : public NatsListener {
 public:
  void OnMessage(std::string_view payload) override {
    MutexLock lock(mutex_);
    heard_.emplace_back(payload);
  }
  void OnTrouble(const absl::Status& trouble) override {
    MutexLock lock(mutex_);
    trouble_ = trouble;
  }
  void OnClosed(std::string_view) override {
    MutexLock lock(mutex_);
    closed_ = true;
  }

  std::vector<std::string> heard() const {
    MutexLock lock(mutex_);
    return heard_;
  }
  absl::Status trouble() const {
    MutexLock lock(mutex_);
    return trouble_;
  }
  bool closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> heard_ ABSL_GUARDED_BY(mutex_);
  absl::Status trouble_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

NatsConnection::Target TargetAt(const std::string& url,
                                const std::string& inbox = "pigeonhub.m.hub.a") {
  return {*NatsUrl::Parse(url), {}, "a hub", "pigeonhub.m.hubs", inbox};
}

absl::StatusCode OpensAs(const NatsConnection::Target& target) {
  return NatsConnection::Open(target, std::make_shared<RecordingListener>()).status().code();
}

class End {
 public:
  explicit End(const NatsConnection::Target& target) {
    auto opened = NatsConnection::Open(target, listener);
    EXPECT_TRUE(opened.ok()) << opened.status();
    if (opened.ok()) connection = *std::move(opened);
  }

  std::shared_ptr<RecordingListener> listener = std::make_shared<RecordingListener>();
  std::unique_ptr<NatsConnection> connection;
};

TEST(NatsConnection, HearsWhatIsForAllAndWhatIsForItselfInOneOrder) {
  Broker broker;
  End a(TargetAt(broker.url()));
  End b(TargetAt(broker.url(), "pigeonhub.m.hub.b"));
  std::vector<std::string> said;
  for (int i = 0; i < 500; ++i) {
    said.push_back(std::to_string(i));
    const std::string subject = i % 2 == 0 ? "pigeonhub.m.hubs" : "pigeonhub.m.hub.a";
    ASSERT_TRUE(b.connection->Publish(subject, said.back()).ok());
  }
  EXPECT_TRUE(Eventually([&] { return a.listener->heard().size() == said.size(); }));
  EXPECT_EQ(a.listener->heard(), said);
}

TEST(NatsConnection, HearsItself) {
  Broker broker;
  End a(TargetAt(broker.url()));
  ASSERT_TRUE(a.connection->Publish("pigeonhub.m.hubs", "beat").ok());
  EXPECT_TRUE(Eventually([&] { return !a.listener->heard().empty(); }));
  EXPECT_THAT(a.listener->heard(), ElementsAre("beat"));
}

TEST(NatsConnection, KnowsHowLargeAMessageMayBe) {
  Broker broker("max_payload: 65536");
  End a(TargetAt(broker.url()));
  EXPECT_EQ(a.connection->max_payload(), 65536u);
  EXPECT_EQ(a.connection->Publish("pigeonhub.m.hubs", std::string(65537, 'x')).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(a.connection->Publish("pigeonhub.m.hubs", std::string(65536, 'x')).ok());
}

TEST(NatsConnection, TellsWhenTheBrokerDies) {
  Broker broker;
  End a(TargetAt(broker.url()));
  EXPECT_FALSE(a.listener->closed());
  broker.Kill();
  EXPECT_TRUE(Eventually([&] { return a.listener->closed(); }));
  EXPECT_FALSE(a.connection->Publish("pigeonhub.m.hubs", "beat").ok());
}

TEST(NatsConnection, DoesNotHangOnABrokerThatStandsStill) {
  Broker broker;
  End a(TargetAt(broker.url()));
  broker.StandStill();
  const std::string large(1 << 20, 'x');
  const auto begin = std::chrono::steady_clock::now();
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    status = a.connection->Publish("pigeonhub.m.hubs", large);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_EQ(OpensAs(TargetAt(broker.url())), absl::StatusCode::kUnavailable);
  a.connection.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST(NatsConnection, CallsNobodyAfterItWasClosedButMessages) {
  Broker broker;
  auto a = std::make_unique<End>(TargetAt(broker.url()));
  const std::weak_ptr<RecordingListener> listener = a->listener;
  ASSERT_TRUE(a->connection->Publish("pigeonhub.m.hubs", "beat").ok());
  a.reset();
  // The library gives it back once it has made its last call.
  EXPECT_TRUE(Eventually([&] { return listener.expired(); }));
}

TEST(NatsConnection, IsNotMadeWhereNobodyAnswers) {
  uint16_t port = 0;
  {
    Broker broker;
    port = broker.port();
  }
  const std::string url = "nats://127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(OpensAs(TargetAt(url)), absl::StatusCode::kUnavailable);
  EXPECT_EQ(OpensAs(TargetAt("nats://no-such-host.invalid")), absl::StatusCode::kUnavailable);
}

constexpr char kUsers[] = R"(authorization {
  users = [
    {user: good, password: "p w:d@"}
    {user: deaf, password: pw, permissions: {subscribe: "other.>"}}
    {user: mute, password: pw, permissions: {publish: "other.>"}}
  ]
})";

TEST(NatsConnection, ShowsItsUserAndPassword) {
  Broker broker(kUsers);
  NatsConnection::Target target = TargetAt(broker.url());
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kUnauthenticated);
  target.access.credentials = {.user = "good", .password = "bad"};
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kUnauthenticated);
  target.access.credentials = {.user = "good", .password = "p w:d@"};
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kOk);
  // What the URL says goes first.
  target.server = *NatsUrl::Parse("nats://good:bad@127.0.0.1:" + std::to_string(broker.port()));
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kUnauthenticated);
  target.access.credentials = {};
  target.server.password = "p w:d@";
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kOk);
}

TEST(NatsConnection, ShowsItsToken) {
  Broker broker("authorization { token: \"s3cr:et\" }");
  NatsConnection::Target target = TargetAt(broker.url());
  target.access.credentials = {.token = "s3cr:et"};
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kOk);
  target.access.credentials = {};
  target.server.user = "s3cr:et";
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kOk);
}

TEST(NatsConnection, SaysWhatItMayNotDo) {
  Broker broker(kUsers);
  NatsConnection::Target target = TargetAt(broker.url());
  target.access.credentials = {.user = "deaf", .password = "pw"};
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kPermissionDenied);

  target.access.credentials = {.user = "mute", .password = "pw"};
  End mute(target);
  ASSERT_TRUE(mute.connection->Publish("pigeonhub.m.hubs", "beat").ok());
  EXPECT_TRUE(Eventually([&] { return !mute.listener->trouble().ok(); }));
  EXPECT_EQ(mute.listener->trouble().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(mute.listener->heard(), IsEmpty());
}

class NatsConnectionWithTls : public ::testing::Test {
 protected:
  NatsConnectionWithTls() {
    broker_.emplace("tls { cert_file: \"" + folder_.Write("cert.pem", certificate_.pem) +
                    "\", key_file: \"" + folder_.Write("key.pem", certificate_.key) + "\" }");
  }

  NatsConnection::Target TargetFor(const std::string& scheme, const std::string& ca) const {
    NatsConnection::Target target = TargetAt(broker_->url(scheme, "localhost"));
    target.access.ca = ca;
    return target;
  }

  TemporaryFolder folder_;
  Certificate certificate_ = MakeCertificate("localhost");
  std::optional<Broker> broker_;
};

TEST_F(NatsConnectionWithTls, NeedsACertificateThatSomebodyVouchesFor) {
  EXPECT_EQ(OpensAs(TargetFor("tls", certificate_.pem)), absl::StatusCode::kOk);
  EXPECT_EQ(OpensAs(TargetFor("tls", MakeCertificate("localhost").pem)),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpensAs(TargetFor("tls", "")), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpensAs(TargetFor("tls", "no certificate")), absl::StatusCode::kInvalidArgument);
}

TEST_F(NatsConnectionWithTls, NeedsACertificateForTheNameThatWasDialed) {
  NatsConnection::Target target = TargetFor("tls", certificate_.pem);
  target.server.host = "127.0.0.1";
  EXPECT_EQ(OpensAs(target), absl::StatusCode::kFailedPrecondition);
}

TEST_F(NatsConnectionWithTls, IsUsedAtAPlainAddressIfTheBrokerAsks) {
  EXPECT_EQ(OpensAs(TargetFor("nats", certificate_.pem)), absl::StatusCode::kOk);
}

TEST(NatsConnection, SaysNothingToABrokerWithoutTlsThatShouldHaveIt) {
  Broker broker;
  EXPECT_EQ(OpensAs(TargetAt(broker.url("tls"))), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace pigeonhub::bus
