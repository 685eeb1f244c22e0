// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/ssl_ptr.h"
#include "server/net/reactor/socket.h"
#include "server/net/tls/handshakes.h"

namespace pigeonhub::net {

// A socket that speaks TLS on another one. Its owner reads and writes as on any socket. The
// handshake happens inside; until it is done no byte of the owner moves.
//
// Lives on one loop's thread.
class TlsSocket final : public Socket, private Readiness, private Handshakes::Party {
 public:
  // `readiness` is told with `key` when this socket is ready.
  //
  // The client's end, of whose TLS the handshake is to come.
  TlsSocket(SslPtr ssl, uint64_t key, Readiness& readiness);
  // The server's end. The handshake begins when the client's greeting has come and it is its turn
  // among `handshakes`. That outlives this.
  TlsSocket(Handshakes& handshakes, uint64_t key, Readiness& readiness);
  ~TlsSocket() override;

  // Takes over the connected socket to speak on, whose readiness is told to below(); then begins.
  Readiness& below() { return *this; }
  void Start(std::unique_ptr<Socket> socket);

  // Socket. Read needs room for `kLeastRoom` bytes: nothing tells the owner of bytes that TLS has
  // read ahead, so Read hands all of them over at once.
  static constexpr size_t kLeastRoom = size_t{64} * 1024;
  Transfer Read(char* into, size_t size) override;
  Transfer Write(std::string_view bytes) override;
  void AwaitReadable() override;
  void AwaitWritable() override;
  void ShutdownSend() override;
  void KeepInKernel(size_t bytes) override;
  void ResetOnClose() override;
  Line line() const override;
  std::string trouble() const override { return trouble_; }
  std::optional<Reason> refusal() const override;

 private:
  enum class Stage {
    kSilent,  // the server's end: the client has not greeted yet
    kWaits,   // for its turn
    kHandshake,
    kOpen,
    kPlain,  // the client does not speak TLS
    kFailed,
  };
  struct Bio;

  // Readiness, of the socket below.
  void OnReadable(uint64_t key) override;
  void OnWritable(uint64_t key) override;

  // Handshakes::Party
  void Begin(SslPtr ssl) override;
  void GiveWay() override;

  // What TLS reads and writes.
  int TakeFromBelow(char* into, int size);
  void GiveBelow(std::string_view bytes);

  // Whether the client has said enough to begin a handshake. One that says it slowly holds up
  // nobody.
  bool HearFirst();
  // Continues the handshake.
  void Greet();
  // Moves what is left from before to the socket. kBlocked while some is left.
  Status Flush();
  Status Failed();
  void LeaveHandshakes();
  // Tells the owner of what it awaits, if that is there now.
  void TellOwner();
  void AwaitBelow();
  // Whether the handshake is over, with success or without.
  bool handshake_over() const { return stage_ >= Stage::kOpen; }

  const uint64_t key_;
  Readiness& readiness_;
  Handshakes* const handshakes_;  // null at the client's end
  SslPtr ssl_;                    // null until the handshake begins
  std::unique_ptr<Socket> socket_;
  std::string first_;      // what the client said before the handshake began
  std::string encrypted_;  // what the socket below has not taken yet
  std::string trouble_;
  size_t room_ = 0;                  // for bytes of the socket below in this round
  Status below_ = Status::kBlocked;  // how its last Read ended
  unsigned key_changes_ = 0;         // that the peer asked for
  Stage stage_;
  bool refused_ = false;     // the handshake failed at the server's end
  bool gave_way_ = false;    // for another
  bool told_plain_ = false;  // the owner was told of kNotTls
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool shut_wanted_ = false;
  bool reads_below_ = false;  // awaited of the socket below
  bool writes_below_ = false;
};

}  // namespace pigeonhub::net
