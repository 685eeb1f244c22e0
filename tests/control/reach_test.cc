// SPDX-License-Identifier: Apache-2.0
//
// Where the control API listens, over what, and for whom.

#include <fcntl.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "grpc/reflection/v1/reflection.pb.h"
#include "server/base/tls_files.h"
#include "tests/control/certificates.h"
#include "tests/control/control_fixture.h"
#include "tests/control/raw_call.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

class ReachTest : public ControlTest {
 protected:
  void SetUp() override {}

  void StartOn(ControlReach reach) {
    Setup setup;
    setup.reach = std::move(reach);
    Start(setup);
  }
  static grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel,
                          v1::GetStatsResponse* response = nullptr) {
    v1::GetStatsResponse ignored;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    return v1::ServerService::NewStub(channel)->GetStats(&context, {},
                                                         response == nullptr ? &ignored : response);
  }
  std::shared_ptr<grpc::Channel> Insecure() {
    return grpc::CreateChannel(control().addresses().front(), grpc::InsecureChannelCredentials());
  }
  // The one line with which a start is refused.
  std::string Refusal(const ControlReach& reach) {
    HubServer hub({.port = 0, .io_threads = 1});
    RunningConfig config(
        {}, [] { return Config(); }, nullptr, clock_, log_);
    const auto started = ControlServer::Start(hub, log_, clock_, config, reach);
    EXPECT_FALSE(started.ok());
    const std::string message(started.status().message());
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
};

TEST_F(ReachTest, ListensOnAFreePortOfLoopback) {
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = nullptr});
  const std::string address = control().addresses().front();
  EXPECT_TRUE(address.starts_with("127.0.0.1:")) << address;
  EXPECT_NE(address, "127.0.0.1:0");
  EXPECT_TRUE(Ask(Insecure()).ok());
}

TEST_F(ReachTest, TakesNoCallThatAProxyPassesOnForOneOfThisMachine) {
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = nullptr});
  const auto stub = v1::ServerService::NewStub(Insecure());
  const auto ask = [&](const std::string& key, const std::string& value) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (key == ":authority") {
      context.set_authority(value);
    } else {
      context.AddMetadata(key, value);
    }
    v1::GetStatsResponse response;
    return stub->GetStats(&context, {}, &response);
  };
  EXPECT_TRUE(ask("x-request-id", "7").ok());
  EXPECT_TRUE(ask(":authority", "localhost").ok());
  EXPECT_REFUSED(ask("forwarded", "for=192.0.2.1"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask("via", "2 proxy"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask("x-real-ip", "192.0.2.1"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask("x-forwarded-for", "192.0.2.1"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask("x-forwarded-proto", "https"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask("x-envoy-external-address", "192.0.2.1"), UNAUTHENTICATED,
                 "NOT_AUTHENTICATED");
  EXPECT_REFUSED(ask(":authority", "hub.example"), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(ReachTest, TakesTheNextFreePortWhereNoneWasAskedFor) {
  StartOn({.listen = std::nullopt, .tls = {}, .access = nullptr});
  const std::string first = control().addresses().front();
  HubServer other({.port = 0, .io_threads = 1});
  RunningConfig config(
      {}, [] { return Config(); }, nullptr, clock_, log_);
  const auto second = ControlServer::Start(other, log_, clock_, config, {});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE((*second)->addresses().front(), first);
  const auto port = [](const std::string& address) {
    return std::stoi(address.substr(address.find(':') + 1));
  };
  EXPECT_GE(port(first), 50051);
  // Not always a higher one: another program may have let one go in between.
  EXPECT_GE(port((*second)->addresses().front()), 50051);
  EXPECT_LE(port((*second)->addresses().front()), 50061);
}

TEST_F(ReachTest, SharesItsPortWithNobody) {
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = nullptr});
  const std::string address = control().addresses().front();
  EXPECT_EQ(Refusal({.listen = address, .tls = {}, .access = nullptr}),
            "cannot listen on " + address +
                " for the control API: Address already in use; --control-listen takes another "
                "address, or off");
  EXPECT_TRUE(Ask(Insecure()).ok());
}

TEST_F(ReachTest, RefusesOtherAddressesWithoutTls) {
  for (const char* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "hub.example.org:0"}) {
    EXPECT_EQ(Refusal({.listen = address, .tls = {}, .access = nullptr}),
              "--control-listen " + std::string(address) +
                  ": others can reach this address, so it needs --control-tls-cert and "
                  "--control-tls-key; without them use a loopback address or unix:PATH");
  }
}

TEST_F(ReachTest, ListensOnASocketOnlyItsOwnerCanOpen) {
  const std::string path = folder_.Path("hub.sock");
  StartOn({.listen = "unix:" + path, .tls = {}, .access = nullptr});
  EXPECT_EQ(control().addresses().front(), "unix:" + path);
  EXPECT_TRUE(Ask(Insecure()).ok());
  struct stat about {};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_TRUE(S_ISSOCK(about.st_mode));
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  EXPECT_TRUE(Refusal({.listen = "unix:" + path, .tls = {}, .access = nullptr})
                  .starts_with("cannot listen on unix:"));
  EXPECT_TRUE(Ask(Insecure()).ok()) << "the socket in use was not removed";
  StopControl();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ReachTest, AnswersHealthForTheWholeAndForEachPart) {
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = nullptr});
  const auto channel = Insecure();
  const auto serving = [&](const std::string& service) { return HealthOf(channel, service); };
  for (const char* name :
       {"", "pigeonhub.v1.Live", "pigeonhub.v1.Ready", "pigeonhub.v1.ServerService",
        "pigeonhub.v1.HubService", "pigeonhub.v1.MeshService", "pigeonhub.v1.PeerService",
        "pigeonhub.v1.NamespaceService", "pigeonhub.v1.EventService"}) {
    EXPECT_TRUE(Eventually([&] { return serving(name) == 1; })) << name;
  }
  EXPECT_EQ(serving("pigeonhub.v1.NoSuchService"), -1);

  Join(1, "a");
  ASSERT_TRUE(hub().Drain(std::chrono::hours(1)).ok());
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 2; }));
  EXPECT_EQ(serving("pigeonhub.v1.Live"), 1);
  ASSERT_TRUE(hub().Undrain().ok());
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 1; }));
  hub().Stop();
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 2; }));
  EXPECT_EQ(serving("pigeonhub.v1.Live"), 1);
  EXPECT_EQ(serving(""), 1);
}

TEST_F(ReachTest, ShowsNothingOfWhatGrpcServesItselfToStrangers) {
  const std::string path = folder_.Write("tokens", "eye viewer viewer-token-0000\n");
  const auto access = std::make_shared<AccessFile>(path, log_);
  ASSERT_TRUE(access->Load().ok());
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = access});
  const auto channel = Insecure();

  const std::string get_servers = "/grpc.channelz.v1.Channelz/GetServers";
  const RawAnswer refused = CallRaw(channel, get_servers, "");
  EXPECT_REFUSED(refused.status, UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_EQ(refused.message, "");
  const RawAnswer seen = CallRaw(channel, get_servers, "", "Bearer viewer-token-0000");
  EXPECT_TRUE(seen.answered) << seen.status.error_message();
  EXPECT_FALSE(seen.message.empty());

  for (const std::string version : {"v1", "v1alpha"}) {
    const std::string method =
        "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo";
    const std::string list_services = "\x3a\x01*";  // ServerReflectionRequest{list_services = 7}
    EXPECT_EQ(CallRaw(channel, method, list_services).message, "") << version;
    const RawAnswer services = CallRaw(channel, method, list_services, "Bearer viewer-token-0000");
    EXPECT_NE(services.message.find("pigeonhub.v1.EventService"), std::string::npos);
    EXPECT_NE(services.message.find("grpc.health.v1.Health"), std::string::npos);
  }

  const RawAnswer health = CallRaw(channel, "/grpc.health.v1.Health/Check", "");
  EXPECT_REFUSED(health.status, UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_EQ(health.message, "");
  // HealthCheckResponse{status = 1}, SERVING
  EXPECT_EQ(
      CallRaw(channel, "/grpc.health.v1.Health/Check", "", "Bearer viewer-token-0000").message,
      "\x08\x01");
}

TEST_F(ReachTest, AnswersReflectionOfBothVersionsAlike) {
  StartOn({.listen = "127.0.0.1:0", .tls = {}, .access = nullptr});
  const auto channel = Insecure();
  using grpc::reflection::v1::ServerReflectionRequest;
  using grpc::reflection::v1::ServerReflectionResponse;
  const auto ask = [&](const std::string& version, const ServerReflectionRequest& question) {
    const RawAnswer answer =
        CallRaw(channel, "/grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo",
                question.SerializeAsString());
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    ServerReflectionResponse response;
    EXPECT_TRUE(response.ParseFromString(answer.message));
    return response;
  };
  const auto names = [&](const std::string& version) {
    ServerReflectionRequest list;
    list.set_list_services("*");
    std::set<std::string> found;
    const auto answer = ask(version, list);
    for (const auto& one : answer.list_services_response().service()) found.insert(one.name());
    return found;
  };
  EXPECT_EQ(names("v1"), names("v1alpha"));
  EXPECT_TRUE(names("v1").contains("pigeonhub.v1.EventService"));
  EXPECT_TRUE(names("v1").contains("grpc.reflection.v1.ServerReflection"));

  std::vector<ServerReflectionRequest> questions(6);
  questions[0].set_file_containing_symbol("pigeonhub.v1.EventService");
  questions[1].set_file_by_filename("pigeonhub/v1/common.proto");
  questions[2].set_file_containing_symbol("no.such.Symbol");
  questions[3].set_file_by_filename("no_such.proto");
  questions[4].set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  questions[5].mutable_file_containing_extension()->set_containing_type("pigeonhub.v1.Peer");
  for (ServerReflectionRequest& question : questions) {
    SCOPED_TRACE(question.ShortDebugString());
    question.set_host("localhost");
    const auto answer = ask("v1", question);
    const auto alpha = ask("v1alpha", question);
    EXPECT_EQ(answer.valid_host(), "localhost");
    EXPECT_EQ(answer.original_request().SerializeAsString(), question.SerializeAsString());
    EXPECT_EQ(answer.message_response_case(), alpha.message_response_case());
    EXPECT_EQ(answer.error_response().error_code(), alpha.error_response().error_code());
    const auto files = [](const ServerReflectionResponse& from) {
      const auto& list = from.file_descriptor_response().file_descriptor_proto();
      return std::multiset<std::string>(list.begin(), list.end());
    };
    EXPECT_EQ(files(answer), files(alpha));
  }
  EXPECT_EQ(ask("v1", questions[0]).file_descriptor_response().file_descriptor_proto_size(), 4)
      << "the file and the three that it imports";
  EXPECT_EQ(ask("v1", questions[2]).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ask("v1", {}).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

class TlsTest : public ReachTest {
 protected:
  static constexpr TlsSettingNames kControl{"--control-tls-cert", "--control-tls-key",
                                            "--control-tls-client-ca"};

  void SetUp() override {
    certificates_.MakeAuthority("ca");
    certificates_.MakeAuthority("stranger");
    certificates_.Make("server", "ca", "hub");
    certificates_.Make("alice", "ca", "alice");
    certificates_.Make("mallory", "stranger", "mallory");
  }
  TlsFiles Files(bool mutual) {
    return {certificates_.Pem("server"), certificates_.Key("server"),
            mutual ? certificates_.Pem("ca") : "", kControl};
  }
  std::shared_ptr<AccessFile> Access(const std::string& text) {
    auto access = std::make_shared<AccessFile>(folder_.Write("tokens", text), log_);
    EXPECT_TRUE(access->Load().ok());
    return access;
  }
  // A channel that trusts `authority` and shows the certificate of `name`, if there is one.
  std::shared_ptr<grpc::Channel> Secure(const std::string& authority,
                                        const std::string& name = {}) {
    return SecureTo(control().addresses().front(), authority, name);
  }
  std::shared_ptr<grpc::Channel> SecureTo(const std::string& address, const std::string& authority,
                                          const std::string& name) {
    grpc::SslCredentialsOptions options;
    options.pem_root_certs = certificates_.Text(certificates_.Pem(authority));
    if (!name.empty()) {
      options.pem_cert_chain = certificates_.Text(certificates_.Pem(name));
      options.pem_private_key = certificates_.Text(certificates_.Key(name));
    }
    // Channels to one address share a connection, unless told not to.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // 0.0.0.0, where some tests listen, is nobody's name.
    arguments.SetSslTargetNameOverride("localhost");
    return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
  }

  Certificates certificates_{folder_};
};

TEST_F(TlsTest, ServesThoseWhoTrustItsCertificate) {
  StartOn({.listen = "127.0.0.1:0", .tls = Files(false), .access = nullptr});
  EXPECT_TRUE(Ask(Secure("ca")).ok());
  EXPECT_EQ(Ask(Secure("stranger")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask(Insecure()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, MutualTlsLetsInOnlyWhomTheCaHasSigned) {
  StartOn({.listen = "0.0.0.0:0", .tls = Files(true), .access = nullptr});
  EXPECT_EQ(Ask(Secure("ca")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Ask(Secure("ca", "mallory")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ask(Secure("ca", "alice")).ok());
}

TEST_F(TlsTest, MapsCertificatesToRoles) {
  StartOn({.listen = "127.0.0.1:0",
           .tls = Files(true),
           .access = Access("al viewer cert:alice\nci admin a-token-for-ci-00\n")});
  const auto channel = Secure("ca", "alice");
  EXPECT_TRUE(Ask(channel).ok());
  v1::StopSignalingResponse stopped;
  const auto stub = v1::ServerService::NewStub(channel);
  const auto refused = CALL(stub, StopSignaling, v1::StopSignalingRequest(), stopped);
  EXPECT_REFUSED(refused, PERMISSION_DENIED, "ROLE_MISSING");
  EXPECT_EQ(refused.error_message(),
            "ServerService/StopSignaling needs the role operator; al is viewer");
  // One without a line in the file.
  const auto unlisted = Secure("ca", "server");
  EXPECT_TRUE(Ask(unlisted).ok());
  EXPECT_REFUSED(CALL(v1::ServerService::NewStub(unlisted), StopSignaling,
                      v1::StopSignalingRequest(), stopped),
                 PERMISSION_DENIED, "ROLE_MISSING");
}

TEST_F(TlsTest, TakesOverNewCertificatesWithoutARestart) {
  StartOn({.listen = "127.0.0.1:0", .tls = Files(true), .access = nullptr});
  ASSERT_TRUE(Ask(Secure("ca", "alice")).ok());
  // The hub's own certificate and the authority it trusts change hands.
  certificates_.Make("next", "stranger", "hub");
  folder_.Write("server.pem", certificates_.Text(certificates_.Pem("next")));
  folder_.Write("server.key", certificates_.Text(certificates_.Key("next")));
  folder_.Write("ca.pem", certificates_.Text(certificates_.Pem("stranger")));
  EXPECT_TRUE(Ask(Secure("stranger", "mallory")).ok()) << "the next handshake knows them";
  EXPECT_EQ(Ask(Secure("stranger", "alice")).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, WhateverAppearsInTheFilesTheOldPairStaysAndTheLogSaysWhyOnce) {
  const std::string log_path = folder_.Write("log", "");
  const int log_fd = open(log_path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  ASSERT_GE(log_fd, 0);
  Log log(LogLevel::kInfo, LogFormat::kText, log_fd, clock_);
  HubServer hub({.port = 0, .io_threads = 1});
  RunningConfig config(
      {}, [] { return Config(); }, nullptr, clock_, log);
  auto started = ControlServer::Start(
      hub, log, clock_, config, {.listen = "127.0.0.1:0", .tls = Files(true), .access = nullptr});
  ASSERT_TRUE(started.ok()) << started.status();
  const std::string address = (*started)->addresses().front();
  const auto open_connection = SecureTo(address, "ca", "alice");
  ASSERT_TRUE(Ask(open_connection).ok());

  const std::string pem = certificates_.Text(certificates_.Pem("server"));
  const std::string key = certificates_.Text(certificates_.Key("server"));
  const std::string ca = certificates_.Text(certificates_.Pem("ca"));
  const std::string other_key = certificates_.Text(certificates_.Key("alice"));
  const auto half = [](const std::string& text) { return text.substr(0, text.size() / 2); };
  const std::optional<std::string> missing;
  struct Case {
    const char* name;
    std::optional<std::string> pem, key, ca;  // empty: no such file
    const char* problem;
  };
  const Case cases[] = {
      {"an empty certificate", "", key, ca, "holds no certificate"},
      {"an empty key", pem, "", ca, "holds no private key"},
      {"both empty", "", "", ca, "holds no certificate"},
      {"an empty CA", pem, key, "", "holds no certificate"},
      {"half a certificate", half(pem), key, ca, "holds no certificate"},
      {"half a key", pem, half(key), ca, "holds no private key"},
      {"a chain that is cut short", pem + half(ca), key, ca,
       "is cut or damaged after certificate 1"},
      {"CAs that are cut short", pem, key, ca + half(ca), "is cut or damaged after certificate 1"},
      {"text", "hello\n", key, ca, "holds no certificate"},
      {"noughts", std::string(100, '\0'), key, ca, "holds no certificate"},
      {"the key of another", pem, other_key, ca, "is not the key of the certificate"},
      {"the files swapped", key, pem, ca, "holds no certificate"},
      {"a key as CA", pem, key, key, "holds no certificate"},
      {"no certificate", missing, key, ca, "cannot read"},
      {"no key", pem, missing, ca, "cannot read"},
      {"no CA", pem, key, missing, "cannot read"},
      {"more than a file may hold", pem, std::string((1 << 20) + 1, 'x'), ca, "cannot read"},
  };
  const auto put = [&](const char* file, const std::optional<std::string>& text) {
    std::filesystem::remove(folder_.Path(file));
    if (text) folder_.Write(file, *text);
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    std::filesystem::resize_file(log_path, 0);
    put("server.pem", one.pem);
    put("server.key", one.key);
    put("ca.pem", one.ca);
    folder_.Write("trusted.pem", ca);
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(Ask(SecureTo(address, "trusted", "alice")).ok()) << "a new connection";
    }
    EXPECT_TRUE(Ask(open_connection).ok()) << "an open one";
    const std::string said = certificates_.Text(log_path);
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    EXPECT_NE(said.find(" WARN "), std::string::npos) << said;
    EXPECT_NE(said.find(one.problem), std::string::npos) << said;
    put("server.pem", pem);
    put("server.key", key);
    put("ca.pem", ca);
    EXPECT_TRUE(Ask(SecureTo(address, "ca", "alice")).ok()) << "the good files are back";
  }
  // A folder in the place of a file cannot be read, whoever the hub runs as.
  std::filesystem::remove(folder_.Path("server.key"));
  std::filesystem::create_directory(folder_.Path("server.key"));
  EXPECT_TRUE(Ask(SecureTo(address, "ca", "alice")).ok());
  std::filesystem::remove(folder_.Path("server.key"));
  // Nobody writes to this pipe: who reads it waits forever.
  ASSERT_EQ(mkfifo(folder_.Path("server.key").c_str(), 0600), 0);
  EXPECT_TRUE(Ask(SecureTo(address, "ca", "alice")).ok());
  std::filesystem::remove(folder_.Path("server.key"));

  // Good files are taken over, and the same connection goes on.
  certificates_.Make("next", "stranger", "hub");
  put("server.pem", certificates_.Text(certificates_.Pem("next")));
  put("server.key", certificates_.Text(certificates_.Key("next")));
  std::filesystem::resize_file(log_path, 0);
  EXPECT_TRUE(Ask(SecureTo(address, "stranger", "alice")).ok());
  EXPECT_FALSE(Ask(SecureTo(address, "ca", "alice")).ok());
  EXPECT_TRUE(Ask(open_connection).ok());
  EXPECT_NE(certificates_.Text(log_path).find("new certificates of the control API are in force"),
            std::string::npos);
  close(log_fd);
}

TEST_F(TlsTest, WantsToKnowWhoCallsFromElsewhere) {
  EXPECT_EQ(Refusal({.listen = "0.0.0.0:0", .tls = Files(false), .access = nullptr}),
            "--control-listen 0.0.0.0:0: others can reach this address, so it needs "
            "--control-tls-client-ca or --control-tokens to tell who they are");
  StartOn({.listen = "0.0.0.0:0",
           .tls = Files(false),
           .access = Access("ci admin a-token-for-ci-00\n")});
  EXPECT_REFUSED(Ask(Secure("ca")), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(TlsTest, SaysWhichFileIsWrong) {
  const auto refusal = [](TlsFiles files) {
    files.names = kControl;
    return std::string(CheckTlsFiles(files).status().message());
  };
  const std::string pem = certificates_.Pem("server");
  const std::string key = certificates_.Key("server");
  EXPECT_TRUE(CheckTlsFiles({pem, key, pem}).ok());
  EXPECT_EQ(refusal({pem, "", ""}), "TLS needs both --control-tls-cert and --control-tls-key");
  EXPECT_EQ(refusal({"", "", pem}), "TLS needs both --control-tls-cert and --control-tls-key");
  EXPECT_EQ(refusal({folder_.Path("none"), key, ""}),
            "cannot read " + folder_.Path("none") + ": No such file or directory; check the path");
  EXPECT_EQ(refusal({key, key, ""}),
            "--control-tls-cert: " + key + " holds no certificate in PEM form");
  const std::string no_key = folder_.Write("no.key", certificates_.Text(pem));
  EXPECT_EQ(refusal({pem, no_key, ""}),
            "--control-tls-key: " + no_key + " holds no private key in PEM form, unencrypted");
  EXPECT_EQ(
      refusal({pem, certificates_.Key("alice"), ""}),
      "--control-tls-key: " + certificates_.Key("alice") + " is not the key of the certificate");
  const std::string shared_key = folder_.Write("shared.key", certificates_.Text(key));
  std::filesystem::permissions(shared_key, std::filesystem::perms(0666));
  EXPECT_EQ(refusal({pem, shared_key, ""}).find(shared_key + " holds a secret"), 0u);
  EXPECT_EQ(refusal({pem, key, key}),
            "--control-tls-client-ca: " + key + " holds no certificate in PEM form");
}

}  // namespace
}  // namespace pigeonhub
