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

// A socket that speaks TLS on another one. Its owner reads and writes as on any socket. The
// handshake happens inside; until it is done no byte of the owner moves.
//
// Lives on one loop's thread.
class TlsSocket final : public Socket, private Readiness {
 public:
  // `readiness` is told with `key` when this socket is ready.
  TlsSocket(SslPtr ssl, uint64_t key, Readiness& readiness);

  // Takes a connected TCP socket over and begins the handshake. False if the system cannot watch
  // it.
  bool Adopt(Reactor& reactor, Descriptor descriptor);

  // Socket. Read needs room for `kLeastRoom` bytes: nothing tells the owner of bytes that TLS has
  // read ahead, so Read hands all of them over at once.
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
  // Readiness, of the socket below.
  void OnReadable(uint64_t key) override;
  void OnWritable(uint64_t key) override;

  // Moves bytes from the socket to TLS, and returns what the owner may be told of that.
  Status Fill();
  // Moves bytes from TLS to the socket. kBlocked while some are left.
  Status Flush();
  // Continues the handshake if it is not done.
  Status Greet();
  Status Failed();
  void AwaitBelow();
  // Whether the handshake is over, with success or without.
  bool handshake_over() const { return greeted_ || failed_; }

  const SslPtr ssl_;
  const uint64_t key_;
  Readiness& readiness_;
  std::unique_ptr<Socket> socket_;
  std::string encrypted_;  // what the socket below has not taken yet
  std::string trouble_;
  bool greeted_ = false;
  bool failed_ = false;
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool shut_wanted_ = false;
  bool reads_below_ = false;  // awaited of the socket below
  bool writes_below_ = false;
};

}  // namespace pigeonhub::net
