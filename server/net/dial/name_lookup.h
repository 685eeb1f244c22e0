// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace asio {
class io_context;
}

namespace pigeonhub::net {

// One look-up of a host name with c-ares: in /etc/hosts, then at the name servers of
// /etc/resolv.conf. Nobody is asked for localhost, which is always this machine. No thread waits
// for it, so look-ups run side by side. It asks for IPv4 and for IPv6 addresses separately and
// hands each kind over as soon as it is known, as RFC 8305 recommends.
//
// Lives on the thread that runs `context`. Destruction cancels it at once.
class NameLookup {
 public:
  struct Answer {
    std::vector<std::string> addresses{};  // numeric; all IPv6 or all IPv4, best first
    std::string trouble{};                 // why there are none
    bool last = false;
  };
  // Called once if the host is a number, in any spelling; else once for each of the two kinds.
  // Never called from within the constructor.
  using Callback = std::function<void(const Answer& answer)>;

  // `name_servers` are asked instead of the system's ("127.0.0.1:5353"); for tests.
  NameLookup(asio::io_context& context, const std::string& host, const std::string& name_servers,
             Callback callback);
  ~NameLookup();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
