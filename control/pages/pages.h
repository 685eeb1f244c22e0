// SPDX-License-Identifier: Apache-2.0
//
// All that pigeonhub serves to browsers at the port of the peers.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "control/pages/asker.h"
#include "control/pages/client_files.h"
#include "control/pages/front_page.h"
#include "control/pages/ice.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

struct PagesOptions {
  Files files = {};
  bool has_client = false;  // /client.js and what belongs to it
  bool has_ice = false;     // /ice
  IceServers ice = {};
  DevReach dev = DevReach::kOff;
  // Of --dev: a token for this hub; empty where peers need none. Called on I/O threads.
  std::function<std::string()> make_token = {};
  // Of --dev: where other devices reach the hub, http://192.168.1.5:3000. Called on I/O threads.
  std::function<std::vector<std::string>()> addresses = {};
};

// Thread-safe once the server has started.
class Pages {
 public:
  // `clock` outlives this.
  Pages(PagesOptions options, const Clock& clock);
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  // Adds the paths to the options of the hub that Serve then gets. This outlives that hub.
  void AddTo(HubServerOptions& options);
  // Before the hub starts.
  void Serve(HubServer& hub) { hub_ = &hub; }
  // From now on credentials are made with this secret of the TURN servers. From any thread.
  void SetTurnSecret(std::string secret) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Response Ice(const Request& request) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Why this asker gets no ICE servers; nothing if it may have them. `peer` is who it says it is,
  // and becomes who its token says it is.
  std::optional<Response> RefusalOfIce(const Request& request, std::optional<PeerId>& peer) const;
  Response Dev(const Request& request) const;
  Response Explain(const Request& request) const;

  const PagesOptions options_;
  const Clock& clock_;
  HubServer* hub_ = nullptr;
  // Of the hub: whose pages may connect, and where tokens are.
  std::vector<OriginPattern> origins_;
  std::string token_cookie_;
  bool token_query_ = true;
  bool secure_ = false;
  mutable Mutex mutex_;
  std::string turn_secret_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
