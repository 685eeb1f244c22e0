// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/access/access_list.h"

namespace pigeonhub {

// What tells who makes a call. Every member has an initializer, so that compilers do not warn of
// those that `{.address = …}` leaves out.
struct Credentials {
  // The address of the caller as gRPC writes it: "ipv4:127.0.0.1:40000", "unix:".
  std::string address = {};
  // The host that the caller asks for (the pseudo-header :authority): "localhost:50051".
  std::string authority = {};
  // A proxy says that it passes on the call of somebody else.
  bool is_forwarded = false;
  // The value of the metadata key authorization, if it was sent.
  std::optional<std::string> authorization = {};
  // Names in a client certificate that the TLS handshake has verified; empty without one.
  std::vector<std::string> certificate_names = {};
  // The connection brought a verified client certificate.
  bool has_certificate = false;
};

// Decides who a caller is. In this order:
//
//   a bearer token         the file's row for it; a caller with an unknown token is nobody, from
//                          any address (without a file tokens mean nothing and are not looked at)
//   a client certificate   the file's row for one of its names; without a row a viewer: the client
//                          CA vouches for who somebody is, and not for what he may change
//   a UNIX socket          "local", an admin: its mode lets only the owner in
//   loopback               "local", an admin, unless there is a file or a client CA, or the caller
//                          asks for another host than this machine
//   anybody else           nobody
//
// A forwarded call never counts as one from a UNIX socket or from loopback: that is where the proxy
// is, and not the caller.
//
// Thread-safe.
class Authority {
 public:
  // `access` is null without --control-tokens.
  Authority(std::shared_ptr<AccessFile> access, bool has_client_ca)
      : access_(std::move(access)), has_client_ca_(has_client_ca) {}

  // Empty: nobody.
  std::optional<Principal> Recognize(const Credentials& credentials) const;
  // Who a caller is now whom this recognized before, by what he showed then. Empty: nobody.
  std::optional<Principal> RecognizeAgain(const Principal& caller) const;
  // Changes whenever somebody may have become somebody else.
  uint64_t Version() const { return access_ == nullptr ? 0 : access_->Version(); }

 private:
  const std::shared_ptr<AccessFile> access_;
  const bool has_client_ca_;
};

}  // namespace pigeonhub
