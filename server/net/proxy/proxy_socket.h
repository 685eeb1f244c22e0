// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/proxy_header.h"
#include "server/core/reason.h"
#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// A socket on which a proxy says first, by the PROXY protocol, whose connection it is. Its owner
// reads what follows: HTTP, or TLS. Until the header is there no byte of the owner comes in.
//
// Lives on one loop's thread.
class ProxySocket final : public Socket {
 public:
  // Who is told of the header, with the key of the socket. Called from Read.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnProxyHeader(uint64_t key, const ProxyHeader& header) = 0;
  };

  // Who may say what.
  enum class Speaker {
    kTrustedProxy,  // for whom it speaks
    kThisMachine,   // only that it speaks for itself, which claims nothing
  };
  ProxySocket(std::unique_ptr<Socket> below, Speaker speaker, uint64_t key, Listener& listener);

  // Socket. As nothing tells the owner of bytes that were read behind the header, Read hands over
  // all of them at once.
  Transfer Read(char* into, size_t size) override;
  Transfer Write(std::string_view bytes) override { return below_->Write(bytes); }
  void AwaitReadable() override { below_->AwaitReadable(); }
  void AwaitWritable() override { below_->AwaitWritable(); }
  void ShutdownSend() override { below_->ShutdownSend(); }
  void KeepInKernel(size_t bytes) override { below_->KeepInKernel(bytes); }
  void ResetOnClose() override { below_->ResetOnClose(); }
  Line line() const override { return below_->line(); }
  std::string trouble() const override { return below_->trouble(); }
  std::optional<Reason> refusal() const override;

 private:
  enum class Stage {
    kAwaited,
    kRead,
    kRefused,
    kNobody,  // the peer has gone without a word
  };

  const std::unique_ptr<Socket> below_;
  const Speaker speaker_;
  const uint64_t key_;
  Listener& listener_;
  std::string begun_;  // of the header, while it is not complete
  Stage stage_ = Stage::kAwaited;
};

}  // namespace pigeonhub::net
