// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <set>
#include <string>

namespace pigeonhub::cli {

// A data plane for a few peers: introduces everyone to everyone and relays. Listens on a free port
// of 127.0.0.1 until it is destroyed. Can be told to be a bad hub.
class FakeHub {
 public:
  struct Faults {
    std::string http_status = {};              // answers upgrades with this, e.g. "503 Busy"
    std::string asked_token = {};              // turns away whoever does not show this as a bearer
    std::string close = {};                    // closes at once with 1008 and this reason
    std::set<std::string> dropped_types = {};  // never passes these on
    std::set<std::string> fatal_types = {};    // hangs up on everybody when one comes
    // Answers an announce by an error with this name of a reason.
    std::string announce_refused = {};
    bool silent = false;  // ends each connection without an answer
    bool wrong_accept_key = false;
    bool masked_frames = false;
  };

  FakeHub() : FakeHub(Faults()) {}
  explicit FakeHub(Faults faults);
  ~FakeHub();

  // ws://127.0.0.1:PORT
  const std::string& url() const;
  // Paths and queries of the upgrades so far.
  std::set<std::string> targets() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace pigeonhub::cli
