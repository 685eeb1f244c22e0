// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/ticket_keys.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <memory>

#include "server/net/tls/tls_server.h"
#include "tests/support/certificate.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::net {
namespace {

using SessionPtr = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

// A server and clients that shake hands in memory.
class Tickets : public testing::TestWithParam<int> {
 protected:
  Tickets() : client_(SSL_CTX_new(TLS_client_method())) {
    const Certificate certificate = MakeCertificate("localhost");
    files_ = {
        folder_.Write("tls.pem", certificate.pem), folder_.Write("tls.key", certificate.key), {}};
    server_ = std::make_unique<TlsServer>(files_, clock_, log_);
    EXPECT_TRUE(server_->Open().ok());
    SSL_CTX_set_max_proto_version(client_.get(), GetParam());
  }

  struct Outcome {
    bool resumed = false;
    SessionPtr session{nullptr, SSL_SESSION_free};
  };
  Outcome Meet(SSL_SESSION* session = nullptr) {
    const SslPtr server = server_->Start();
    const SslPtr client(SSL_new(client_.get()));
    SSL_set_connect_state(client.get());
    if (session != nullptr) SSL_set_session(client.get(), session);
    BIO* one = nullptr;
    BIO* other = nullptr;
    BIO_new_bio_pair(&one, 0, &other, 0);
    SSL_set_bio(server.get(), one, one);
    SSL_set_bio(client.get(), other, other);
    for (int i = 0; i < 10; ++i) {
      SSL_do_handshake(client.get());
      SSL_do_handshake(server.get());
    }
    char byte = 0;
    SSL_read(client.get(), &byte, 1);  // the ticket of TLS 1.3
    Outcome outcome;
    outcome.resumed = SSL_session_reused(client.get()) == 1;
    outcome.session.reset(SSL_get1_session(client.get()));
    // A connection that broke would take its session with it.
    SSL_set_shutdown(client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return outcome;
  }

  const TemporaryFolder folder_;
  ManualClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};
  TlsFiles files_;
  std::unique_ptr<TlsServer> server_;
  const SslContextPtr client_;
};

INSTANTIATE_TEST_SUITE_P(Versions, Tickets, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(Tickets, AreTakenAlsoWithTheKeyOfTheHourBefore) {
  const Outcome first = Meet();
  EXPECT_FALSE(first.resumed);
  EXPECT_TRUE(Meet(first.session.get()).resumed);
  clock_.Advance(TicketKeys::kPeriod);
  const Outcome later = Meet(first.session.get());
  EXPECT_TRUE(later.resumed);
  // What came back then was made with the key of this hour.
  clock_.Advance(TicketKeys::kPeriod);
  EXPECT_TRUE(Meet(later.session.get()).resumed);
}

TEST_P(Tickets, OfAnOlderKeyAreNoLongerOpened) {
  const Outcome first = Meet();
  clock_.Advance(TicketKeys::kPeriod);
  EXPECT_FALSE(Meet().resumed);
  clock_.Advance(TicketKeys::kPeriod);
  EXPECT_FALSE(Meet(first.session.get()).resumed);
}

TEST_P(Tickets, OfAServerThatWasIdleForLongAreNoLongerOpened) {
  const Outcome first = Meet();
  clock_.Advance(2 * TicketKeys::kPeriod);
  EXPECT_FALSE(Meet(first.session.get()).resumed);
}

TEST_P(Tickets, OfAnotherServerMeanNothing) {
  const Outcome first = Meet();
  server_ = std::make_unique<TlsServer>(files_, clock_, log_);
  EXPECT_TRUE(server_->Open().ok());
  EXPECT_FALSE(Meet(first.session.get()).resumed);
}

}  // namespace
}  // namespace pigeonhub::net
