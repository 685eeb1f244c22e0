// SPDX-License-Identifier: Apache-2.0
//
// Where the control API listens, over what, and for whom.

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "control/tls_files.h"
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
        {}, [] { return Config(); }, nullptr, log_);
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

TEST_F(ReachTest, TakesTheNextFreePortWhereNoneWasAskedFor) {
  StartOn({.listen = std::nullopt, .tls = {}, .access = nullptr});
  const std::string first = control().addresses().front();
  HubServer other({.port = 0, .io_threads = 1});
  RunningConfig config(
      {}, [] { return Config(); }, nullptr, log_);
  const auto second = ControlServer::Start(other, log_, clock_, config, {});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE((*second)->addresses().front(), first);
  const auto port = [](const std::string& address) {
    return std::stoi(address.substr(address.find(':') + 1));
  };
  EXPECT_GE(port(first), 50051);
  EXPECT_GT(port((*second)->addresses().front()), port(first));
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
  hub().Drain(std::chrono::hours(1));
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 2; }));
  EXPECT_EQ(serving("pigeonhub.v1.Live"), 1);
  ASSERT_TRUE(hub().Undrain().ok());
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 1; }));
  hub().Stop();
  EXPECT_TRUE(Eventually([&] { return serving("pigeonhub.v1.Ready") == 2; }));
  EXPECT_EQ(serving("pigeonhub.v1.Live"), 1);
  EXPECT_EQ(serving(""), 1);
}

TEST_F(ReachTest, ShowsChannelzToViewersAndItsContractToAnybody) {
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

  // ServerReflectionRequest{list_services = 7}
  const RawAnswer services = CallRaw(
      channel, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*");
  EXPECT_NE(services.message.find("pigeonhub.v1.EventService"), std::string::npos);
  EXPECT_NE(services.message.find("grpc.health.v1.Health"), std::string::npos);
}

class TlsTest : public ReachTest {
 protected:
  void SetUp() override {
    certificates_.MakeAuthority("ca");
    certificates_.MakeAuthority("stranger");
    certificates_.Make("server", "ca", "hub");
    certificates_.Make("alice", "ca", "alice");
    certificates_.Make("mallory", "stranger", "mallory");
  }
  TlsFiles Files(bool mutual) {
    return {certificates_.Pem("server"), certificates_.Key("server"),
            mutual ? certificates_.Pem("ca") : ""};
  }
  std::shared_ptr<AccessFile> Access(const std::string& text) {
    auto access = std::make_shared<AccessFile>(folder_.Write("tokens", text), log_);
    EXPECT_TRUE(access->Load().ok());
    return access;
  }
  // A channel that trusts `authority` and shows the certificate of `name`, if there is one.
  std::shared_ptr<grpc::Channel> Secure(const std::string& authority,
                                        const std::string& name = {}) {
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
    return grpc::CreateCustomChannel(control().addresses().front(), grpc::SslCredentials(options),
                                     arguments);
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
  EXPECT_REFUSED(Ask(Secure("ca", "server")), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(TlsTest, TakesOverNewCertificatesWithoutARestart) {
  StartOn({.listen = "127.0.0.1:0", .tls = Files(true), .access = nullptr});
  ASSERT_TRUE(Ask(Secure("ca", "alice")).ok());
  // The hub's own certificate and the authority it trusts change hands.
  certificates_.Make("next", "stranger", "hub");
  folder_.Write("server.pem", certificates_.Text(certificates_.Pem("next")));
  folder_.Write("server.key", certificates_.Text(certificates_.Key("next")));
  folder_.Write("ca.pem", certificates_.Text(certificates_.Pem("stranger")));
  EXPECT_TRUE(Eventually([&] { return Ask(Secure("stranger", "mallory")).ok(); }));
  EXPECT_EQ(Ask(Secure("stranger", "alice")).error_code(), grpc::StatusCode::UNAVAILABLE);
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
  const auto refusal = [](const TlsFiles& files) {
    return std::string(CheckTlsFiles(files).status().message());
  };
  const std::string pem = certificates_.Pem("server");
  const std::string key = certificates_.Key("server");
  EXPECT_TRUE(CheckTlsFiles({pem, key, pem}).ok());
  EXPECT_EQ(refusal({pem, "", ""}),
            "TLS for the control API needs both --control-tls-cert and --control-tls-key");
  EXPECT_EQ(refusal({"", "", pem}),
            "TLS for the control API needs both --control-tls-cert and --control-tls-key");
  EXPECT_EQ(refusal({folder_.Path("none"), key, ""}),
            "cannot read " + folder_.Path("none") + ": No such file or directory");
  EXPECT_EQ(refusal({key, key, ""}),
            "--control-tls-cert: " + key + " holds no certificate in PEM form");
  EXPECT_EQ(refusal({pem, pem, ""}),
            "--control-tls-key: " + pem + " holds no private key in PEM form, unencrypted");
  EXPECT_EQ(
      refusal({pem, certificates_.Key("alice"), ""}),
      "--control-tls-key: " + certificates_.Key("alice") + " is not the key of the certificate");
  EXPECT_EQ(refusal({pem, key, key}),
            "--control-tls-client-ca: " + key + " holds no certificate in PEM form");
}

}  // namespace
}  // namespace pigeonhub
