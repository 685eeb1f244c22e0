// SPDX-License-Identifier: Apache-2.0
//
// What pigeonhub prints and writes once it serves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

using Addresses = std::vector<HubServer::Address>;

// Where the hub is reached.
struct Bound {
  Addresses signaling = {};
  Addresses hubs = {};  // of --hub-listen
  std::vector<std::string> control = {};
  Addresses metrics = {};
  std::vector<std::string> console = {};  // URLs
};

// The URL a client on this machine would use: ws://localhost:3000.
std::string ServingUrl(const Config& config, const Addresses& addresses);

// The one line on stdout: version, URL, every bound address, those of other hubs, of the control
// API, of the console and of the metrics, what to try next; and of a hub that admits no other, what
// would change that. Ends in a newline.
std::string StartLine(const Config& config, HubAdmission admission, const Bound& bound);

// What else a person at a terminal is told.
struct ForPerson {
  std::vector<std::string> hosts = {};  // addresses of this machine that others reach
  std::string token = {};               // of --dev, where peers have to show one
  bool has_demo = false;                // this build has the page
  bool shows_lines = false;             // what happens follows
  bool has_colour = false;
  bool has_utf8 = false;
};
// Takes the place of StartLine at a terminal: a few aligned lines, and with --dev-lan a QR code.
std::string StartText(const Config& config, HubAdmission admission, const Bound& bound,
                      const ForPerson& person);

// The ready file: {"pid":7,"version":"0.1.0","url":"ws://localhost:3000","signaling":[{"host":
// "127.0.0.1","port":3000},…],"hubs":[],"control":[{"address":"127.0.0.1:50051"}],"metrics":[{"host":
// "127.0.0.1","port":9464}],"console":[{"address":"http://127.0.0.1:50080"}]}.
std::string ReadyJson(const Config& config, const Bound& bound);

}  // namespace pigeonhub
