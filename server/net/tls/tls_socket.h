// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "server/net/reactor/reactor.h"
#include "server/net/reactor/socket.h"
#include "server/net/tls/tls_client.h"

namespace pigeonhub::net {

// TLS on a socket: to whoever reads and writes it is a socket like others. The handshake happens
// underneath; until it is done nothing moves.
//
// Lives on one loop's thread.
class TlsSocket final : public Socket, private Readiness {
 public:
  // `readiness` is told with `key`, as by a socket that was adopted with it.
  TlsSocket(SslPtr ssl, uint64_t key, Readiness& readiness);

  // Takes a connected TCP socket over and begins the handshake. False if the system cannot watch
  // it; it is closed then.
  bool Adopt(Reactor& reactor, int descriptor);

  // Socket. Read wants room for `kLeastRoom` bytes: what TLS has read ahead no readiness tells of,
  // so all of it is handed over at once.
  static constexpr size_t kLeastRoom = size_t{64} * 1024;
  Transfer Read(char* into, size_t size) override;
  Transfer Write(std::string_view bytes) override;
  void AwaitReadable() override;
  void AwaitWritable() override;
  void ShutdownSend() override;
  void ResetOnClose() override;
  Line line() const override;
  std::string trouble() const override { return trouble_; }

 private:
  // Readiness, of the socket underneath.
  void OnReadable(uint64_t key) override;
  void OnWritable(uint64_t key) override;

  // Bytes from the socket to TLS; what that makes of it.
  Status Fill();
  // Bytes from TLS to the socket; kBlocked while some are left.
  Status Flush();
  // Goes on with the handshake, if it is not done.
  Status Greet();
  Status Failed();
  void AwaitBelow();
  // The handshake is over, this way or that.
  bool settled() const { return greeted_ || failed_; }

  const SslPtr ssl_;
  const uint64_t key_;
  Readiness& readiness_;
  std::unique_ptr<Socket> socket_;
  std::string encrypted_;  // what the socket did not take yet
  std::string trouble_;
  bool greeted_ = false;
  bool failed_ = false;
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool shut_wanted_ = false;
  bool reads_below_ = false;  // awaited of the socket underneath
  bool writes_below_ = false;
};

}  // namespace pigeonhub::net
