// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/include_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace pigeonhub::layering {
namespace {

namespace fs = std::filesystem;

bool IsAllowed(std::string_view path, std::string_view source) {
  return Violations(path, source).empty();
}

// Headers that stand in for websocketpp's own belong to that library and not to a layer.
bool IsOurs(const fs::path& file) {
  const fs::path extension = file.extension();
  return (extension == ".h" || extension == ".cc") &&
         file.string().find("/overlay/") == std::string::npos;
}

TEST(IncludeRule, HoldsInEveryFile) {
  const fs::path root = PIGEONHUB_SOURCE_DIR;
  int files = 0;
  for (const char* top : {"server", "control", "cli", "examples"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !IsOurs(entry.path())) continue;
      std::ifstream file(entry.path());
      const std::string source{std::istreambuf_iterator<char>(file), {}};
      for (const auto& violation : Violations(fs::relative(entry.path(), root).string(), source)) {
        ADD_FAILURE() << violation;
      }
      ++files;
    }
  }
  EXPECT_GT(files, 20) << "the test reads the wrong folder: " << root;
}

TEST(IncludeRule, HasNoArrowThatRunsUp) {
  std::vector<std::string_view> below;
  for (const Layer& layer : Layers()) {
    for (std::string_view folder : layer.folders) {
      EXPECT_NE(std::find(below.begin(), below.end(), folder), below.end())
          << layer.folder << " -> " << folder;
    }
    below.push_back(layer.folder);
  }
}

TEST(IncludeRule, LetsEachLayerUseWhatLiesBelow) {
  EXPECT_TRUE(
      IsAllowed("server/core/hub.cc", "#include \"server/core/hub.h\"\n#include <vector>\n"));
  EXPECT_TRUE(
      IsAllowed("server/core/hub.h", "#include \"absl/status/status.h\"\n#include <chrono>"));
  EXPECT_TRUE(IsAllowed("server/wire/decode.cc",
                        "#include <simdjson.h>\n#include \"server/core/message.h\""));
  EXPECT_TRUE(
      IsAllowed("control/daemon/config/config.cc", "#include <CLI/CLI.hpp>\n#include <unistd.h>"));
  EXPECT_TRUE(IsAllowed("server/net/websocket/session.cc", "#include <websocketpp/server.hpp>"));
  EXPECT_TRUE(IsAllowed("server/hub_server.cc", "#include \"server/net/data_plane.h\""));
  EXPECT_TRUE(IsAllowed("server/bus/nats_connection.cc", "#include <nats/nats.h>"));
  EXPECT_TRUE(
      IsAllowed("server/net/loop/io_loop.cc", "#include \"server/net/connection/connection.h\""));
  EXPECT_TRUE(IsAllowed("control/daemon/main.cc",
                        "#include \"pigeonhub/hub_server.h\"\n#include \"pigeonhub_version.h\""));
  EXPECT_TRUE(IsAllowed("control/call/call.cc",
                        "#include <grpcpp/server.h>\n#include \"pigeonhub/v1/common.pb.h\""));
}

TEST(IncludeRule, RefusesArrowsThatRunUpOrAcross) {
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include \"server/wire/decode.h\""));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include \"server/hub_server.h\""));
  EXPECT_FALSE(IsAllowed("server/wire/decode.cc", "#include \"server/runtime/clock.h\""));
  EXPECT_FALSE(IsAllowed("server/runtime/log.cc", "#include \"server/wire/encode.h\""));
  EXPECT_FALSE(IsAllowed("server/net/data_plane.cc", "#include \"server/hub_server.h\""));
  EXPECT_FALSE(IsAllowed("server/net/data_plane.cc", "#include \"server/bus/bus.h\""));
  EXPECT_FALSE(IsAllowed("server/bus/nats_bus.cc", "#include \"server/net/data_plane.h\""));
  EXPECT_FALSE(IsAllowed("server/net/loop/io_loop.h", "#include \"server/net/data_plane.h\""));
  EXPECT_FALSE(
      IsAllowed("server/net/connection/connection.h", "#include \"server/net/loop/io_loop.h\""));
  EXPECT_FALSE(IsAllowed("server/net/websocket/session.cc",
                         "#include \"server/net/connection/connection.h\""));
  EXPECT_FALSE(IsAllowed("server/hub_server.cc", "#include \"control/control_server.h\""));
  EXPECT_FALSE(IsAllowed("control/control_server.cc", "#include \"server/net/listener.h\""));
  EXPECT_FALSE(IsAllowed("control/services/peer_service.cc", "#include \"server/wire/decode.h\""));
  EXPECT_FALSE(IsAllowed("control/access/authority.cc", "#include \"control/call/call.h\""));
  EXPECT_FALSE(
      IsAllowed("control/control_server.h", "#include \"control/daemon/config/config.h\""));
  EXPECT_FALSE(
      IsAllowed("control/daemon/config/config.cc", "#include \"control/daemon/running_config.h\""));
  EXPECT_FALSE(IsAllowed("cli/main.cc", "#include \"server/core/ids.h\""));
  EXPECT_FALSE(IsAllowed("server/base/characters.cc", "#include \"server/core/ids.h\""));
  EXPECT_FALSE(IsAllowed("cli/text/display.cc", "#include \"cli/nouns/session.h\""));
  EXPECT_FALSE(IsAllowed("examples/embedded_hub.cc", "#include \"server/net/listener.h\""));
  EXPECT_FALSE(IsAllowed("examples/embedded_hub.cc", "#include \"server/core/hub.h\""));
  EXPECT_FALSE(IsAllowed("server/include/pigeonhub/event.h", "#include \"server/core/ids.h\""));
}

TEST(IncludeRule, RefusesLibrariesALayerHasNoBusinessWith) {
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include <simdjson.h>"));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include <unistd.h>"));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include <sys/socket.h>"));
  EXPECT_FALSE(IsAllowed("server/wire/decode.cc", "#include <asio.hpp>"));
  EXPECT_FALSE(IsAllowed("server/runtime/timer.cc", "#include <asio/steady_timer.hpp>"));
  EXPECT_FALSE(IsAllowed("server/net/data_plane.cc", "#include <simdjson.h>"));
  EXPECT_FALSE(IsAllowed("server/hub_server.cc", "#include <websocketpp/server.hpp>"));
  EXPECT_FALSE(IsAllowed("server/wire/decode.cc", "#include <nlohmann/json.hpp>"));
  EXPECT_FALSE(IsAllowed("server/hub_server.cc", "#include <grpcpp/server.h>"));
  EXPECT_FALSE(IsAllowed("server/runtime/log.cc", "#include <CLI/CLI.hpp>"));
  EXPECT_FALSE(IsAllowed("server/runtime/log.cc", "#include <toml++/toml.h>"));
  EXPECT_FALSE(IsAllowed("cli/nouns/peers.cc", "#include <grpcpp/grpcpp.h>"));
  EXPECT_FALSE(IsAllowed("server/hub_server.cc", "#include \"pigeonhub/v1/common.pb.h\""));
}

TEST(IncludeRule, KeepsThreadsAndDiceOutOfTheCore) {
  EXPECT_FALSE(IsAllowed("server/core/hub.h", "#include <mutex>"));
  EXPECT_FALSE(IsAllowed("server/core/hub.h", "#include <thread>"));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include <random>"));
  EXPECT_TRUE(IsAllowed("server/runtime/mutex.h", "#include <mutex>"));
}

TEST(IncludeRule, KeepsWebsocketppOutOfHeaders) {
  EXPECT_FALSE(IsAllowed("server/net/websocket/session.h", "#include <websocketpp/server.hpp>"));
  EXPECT_FALSE(IsAllowed("server/net/reactor/reactor.h", "#include <asio.hpp>"));
}

TEST(IncludeRule, WantsIncludesFromTheRepositoryRootInKnownFolders) {
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include \"hub.h\""));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include \"../wire/decode.h\""));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include <server/wire/decode.h>"));
  EXPECT_FALSE(IsAllowed("server/shortcuts/x.cc", ""));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include HEADER"));
}

TEST(IncludeRule, SeesEveryWayToWriteAnInclude) {
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "\n\t #  include\t<asio.hpp>"));
  EXPECT_FALSE(IsAllowed("server/core/hub.cc", "#include<asio.hpp>\r\n"));
  EXPECT_TRUE(IsAllowed("server/core/hub.cc", "// #include <asio.hpp>\n"));
}

TEST(IncludeRule, NamesTheLineItObjectsTo) {
  const auto violations = Violations("server/core/hub.cc", "// a\n\n#include <asio.hpp>\n");
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0], "server/core/hub.cc:3: server/core may not include <asio.hpp> of asio");
}

}  // namespace
}  // namespace pigeonhub::layering
