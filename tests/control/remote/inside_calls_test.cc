// SPDX-License-Identifier: Apache-2.0
//
// Calls that the process makes to itself, by the name of the method and with bytes.
#include "control/call/inside_calls.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "control/call/bytes.h"
#include "control/call/inside_stream.h"
#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

// Says who calls, as the credential tells; streams what it is asked to count.
class Echo final : public grpc::CallbackGenericService {
 public:
  explicit Echo(const InsideCredential& credential) : credential_(credential) {}

 private:
  class Reactor final : public grpc::ServerGenericBidiReactor {
   public:
    Reactor(std::string answer, int times) : answer_(ToByteBuffer(answer)), left_(times) {
      StartRead(&request_);
    }

   private:
    void OnReadDone(bool ok) override {
      if (!ok || left_ == 0) return Finish(grpc::Status::OK);
      StartWrite(&answer_);
    }
    void OnWriteDone(bool ok) override {
      if (!ok || --left_ == 0) return Finish(grpc::Status::OK);
      StartWrite(&answer_);
    }
    void OnDone() override { delete this; }

    grpc::ByteBuffer request_;
    const grpc::ByteBuffer answer_;
    int left_;
  };

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    const auto caller = credential_.Read(context->client_metadata());
    const std::string who =
        caller ? caller->name + " " + std::string(RoleName(caller->role)) : "nobody";
    return new Reactor(who, context->method() == "/test/Many" ? 1000 : 1);
  }

  const InsideCredential& credential_;
};

class InsideCallsTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.RegisterCallbackGenericService(&echo_);
    server_ = builder.BuildAndStart();
    calls_.Open(*server_);
  }
  void TearDown() override {
    calls_.Close();
    server_->Shutdown();
  }
  std::string Ask(const InsideCalls::Call& call) {
    // Who answers holds it, too: he may not be done with it when the answer is there.
    const auto answer = std::make_shared<std::promise<std::string>>();
    calls_.Ask(call, [answer](const grpc::Status& status, const std::string& response) {
      answer->set_value(status.ok() ? response : status.error_message());
    });
    return answer->get_future().get();
  }
  static InsideStream::Taken Take(InsideStream& stream, Duration patience) {
    const auto taken = std::make_shared<std::promise<InsideStream::Taken>>();
    stream.Take(patience, [taken](InsideStream::Taken one) { taken->set_value(std::move(one)); });
    return taken->get_future().get();
  }

  InsideCalls calls_;
  Echo echo_{calls_.credential()};
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(InsideCallsTest, SayForWhomTheyAreMade) {
  EXPECT_EQ(Ask({"test/Who", "", {"alice \xff via hub", Role::kOperator}}),
            "alice \xff via hub operator");
}

TEST_F(InsideCallsTest, AreRefusedOnceTheyAreClosed) {
  calls_.Close();
  EXPECT_EQ(Ask({"test/Who", "", {"alice", Role::kViewer}}), "the hub stops");
  const auto stream = calls_.Watch({"test/Many", "", {"alice", Role::kViewer}});
  EXPECT_TRUE(Take(*stream, 1s).end.has_value());
}

TEST_F(InsideCallsTest, StreamAsMuchAsIsTaken) {
  const auto stream = calls_.Watch({"test/Many", "", {"alice", Role::kViewer}});
  size_t messages = 0;
  for (;;) {
    const InsideStream::Taken taken = Take(*stream, 5s);
    for (const std::string& message : taken.messages) EXPECT_EQ(message, "alice viewer");
    EXPECT_LE(taken.messages.size(), 256u);
    messages += taken.messages.size();
    if (!taken.end.has_value()) continue;
    EXPECT_TRUE(taken.end->ok());
    break;
  }
  EXPECT_EQ(messages, 1000u);
}

// Somebody who copies the names of the fields, and not the secret, is who he was.
class InsideCredentialTest : public ControlTest {};

TEST_F(InsideCredentialTest, IsNothingThatACallerCanMakeUp) {
  const InsideCredential mine;
  const InsideCredential others;
  const auto read = [&](const char* secret, const char* role) {
    const std::multimap<grpc::string_ref, grpc::string_ref> metadata = {
        {"pigeonhub-inside", secret}, {"pigeonhub-caller-bin", "root"}, {"pigeonhub-role", role}};
    return mine.Read(metadata).has_value();
  };
  EXPECT_FALSE(read("", "admin"));
  EXPECT_FALSE(read(std::string(64, '0').c_str(), "admin"));
  EXPECT_FALSE(mine.Read({}).has_value());
}

}  // namespace
}  // namespace pigeonhub
