// SPDX-License-Identifier: Apache-2.0

#include "tests/bus/broker.h"

#include <gtest/gtest.h>

#include <csignal>
#include <regex>
#include <utility>

namespace pigeonhub::bus {

Broker::Broker(std::string settings) : settings_(std::move(settings)) { Start(); }

void Broker::Kill() {
  server_->Signal(SIGKILL);
  server_.reset();
}

void Broker::Start(const std::string& settings) {
  settings_ = settings;
  Start();
}

void Broker::Start() {
  // -1: any free port, which it then says.
  const std::string port = port_ == 0 ? "-1" : std::to_string(port_);
  const std::string file =
      folder_.Write("broker.conf", "listen: \"127.0.0.1:" + port + "\"\n" + settings_);
  server_.emplace(NATS_SERVER, std::vector<std::string>{"-c", file});
  const std::regex listening("Listening for client connections on .*:([0-9]+)");
  for (;;) {
    const std::string line = server_->ReadErrorLine();
    std::smatch match;
    if (std::regex_search(line, match, listening)) {
      port_ = static_cast<uint16_t>(std::stoi(match[1]));
    }
    if (line.find("Server is ready") != std::string::npos) return;
    if (line.empty()) {
      ADD_FAILURE() << "nats-server did not start; " << settings_;
      return;
    }
  }
}

}  // namespace pigeonhub::bus
