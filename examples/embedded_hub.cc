// SPDX-License-Identifier: Apache-2.0
//
// A hub inside your own program.
//
//   embedded_hub [PORT] [HUB MESH NAMESPACE]
//
// It listens on localhost, port 3000 unless told otherwise, prints what happens until Ctrl-C, and
// then what it saw.

#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "pigeonhub/hub_server.h"

namespace {

// Printed line by line even into a pipe: whoever watches wants to see it happen.
template <typename... Values>
void Say(const char* format, const Values&... values) {
  std::printf(format, values...);
  std::fflush(stdout);
}

// Empty unless `text` is a whole number from 0 (any free port) to 65535.
std::optional<uint16_t> ReadPort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// Listeners run on a thread of the server's, one after the other. Those that are added before Start
// hear everything. Returns the one that hears who goes.
pigeonhub::HubServer::ListenerId Watch(pigeonhub::HubServer& server) {
  using namespace pigeonhub;

  server.On<HubRegistered>([](const HubRegistered& hub) {
    Say("New hub registered: %s, total: %zu\n", std::string(hub.peer.text()).c_str(),
        hub.total_hubs);
  });
  server.On<HubUnregistered>([](const HubUnregistered& hub) {
    Say("Hub unregistered: %s, remaining: %zu\n", std::string(hub.peer.text()).c_str(),
        hub.total_hubs);
  });
  server.On<PeerAnnounced>([](const PeerAnnounced& peer) {
    Say("%s announced: %s on %s\n", peer.is_hub ? "Hub" : "Peer",
        std::string(peer.peer.text()).c_str(), peer.network->c_str());
  });
  return server.On<PeerDisconnected>([](const PeerDisconnected& peer) {
    Say("Peer disconnected: %s, connections left: %zu\n", std::string(peer.peer.text()).c_str(),
        peer.total_connections);
  });
}

void PrintStats(const pigeonhub::HubServer& server) {
  const pigeonhub::HubServerStats stats = server.GetStats();
  Say("%zu connections, %zu peers in %zu namespaces, %zu hubs of %s\n", stats.hub.connections,
      stats.hub.peers, stats.hub.networks, stats.hub.hubs, stats.hub.hub_mesh_namespace.c_str());
  for (const pigeonhub::HubRecord& hub : server.GetConnectedHubs()) {
    Say("  hub %s on %s\n", std::string(hub.peer.text()).c_str(),
        hub.network ? hub.network->c_str() : "no namespace yet");
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Blocked here and so in every thread that the server starts; sigwait below collects them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);

  pigeonhub::HubServerOptions options;
  options.is_hub = true;
  // Whoever says that it is a hub is one here. That will do on localhost; where others reach this
  // program give options.hub_keys instead.
  options.hub_admission = pigeonhub::HubAdmission::kOpen;
  if (argc > 1) {
    options.port = ReadPort(argv[1]);
    if (!options.port.has_value()) {
      std::fprintf(stderr, "embedded_hub: '%s' is no port; give a number from 0 to 65535\n",
                   argv[1]);
      return 2;
    }
  }
  // Who may become a peer. Here: everybody but pages of one origin.
  options.admit = [](const pigeonhub::Request& request) {
    if (request.header("Origin") == "https://banned.example") {
      return absl::PermissionDeniedError("pages of this origin are not welcome here");
    }
    return absl::OkStatus();
  };
  // A path of the program's own, on the same port.
  options.routes["/hello"] = [](const pigeonhub::Request& request) {
    return pigeonhub::Response{.body = "hello " + std::string(request.address) + "\n"};
  };
  options.log = [](pigeonhub::LogLevel, std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  };
  pigeonhub::HubServer server(options);

  // All hubs of a mesh use one namespace. It can be changed while the server is stopped.
  if (argc > 2) {
    const absl::Status status = server.SetHubMeshNamespace(argv[2]);
    if (!status.ok()) {
      std::fprintf(stderr, "embedded_hub: %s\n", std::string(status.message()).c_str());
      return 2;
    }
  }

  const pigeonhub::HubServer::ListenerId departures = Watch(server);
  if (const absl::Status status = server.Start(); !status.ok()) {
    std::fprintf(stderr, "embedded_hub: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  Say("Serving ws://localhost:%d, hubs meet on %s\n", server.Addresses().front().port,
      server.GetHubMeshNamespace().c_str());

  int signal = 0;
  sigwait(&stop, &signal);
  PrintStats(server);
  // Everybody goes now, which needs no line for each.
  server.Off(departures);
  server.Stop();
  return 0;
}
