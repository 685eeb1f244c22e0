// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/include_rule.h"

#include <algorithm>
#include <optional>

#include "tests/layering/include_line.h"

namespace pigeonhub::layering {
namespace {

// Made by the build, includes nothing of ours, and so open to every layer.
constexpr std::string_view kVersionHeader = "pigeonhub_version.h";

// What is installed for programs that embed a hub.
constexpr std::string_view kPublic = "server/include/pigeonhub";

constexpr std::string_view kCoreRooms = "server/core/";

// Decisions are replayed and simulated, so the core is handed its time and its randomness and
// shares its state with nobody.
constexpr std::string_view kForbiddenInCore[] = {
    "condition_variable", "fstream",      "future",     "iostream", "mutex", "random",
    "semaphore",          "shared_mutex", "stop_token", "thread",
};

struct Prefix {
  std::string_view text;
  std::string_view library;
};

constexpr Prefix kLibraries[] = {
    {"absl/", "absl"},
    {"asio.hpp", "asio"},
    {"asio/", "asio"},
    {"boost/", "boost"},
    {"websocketpp/", "websocketpp"},
    {"simdjson.h", "simdjson"},
    {"CLI/", "CLI11"},
    {"toml++/", "toml++"},
    {"prometheus/", "prometheus-cpp"},
    {"openssl/", "OpenSSL"},
    {"curl/", "libcurl"},
    {"nats/", "nats"},
    {"grpc/health/", "proto"},
    {"grpc/reflection/", "proto"},
    {"grpc/", "grpc"},
    {"grpcpp/", "grpc"},
    {"google/protobuf/", "protobuf"},
    {"google/rpc/", "proto"},
    {"pigeonctl/v1/", "proto"},
    {"pigeonhub/hubs/v1/", "proto"},
    {"pigeonhub/v1/", "proto"},
    {"yaml-cpp/", "yaml-cpp"},
    {"zlib.h", "zlib"},
    {"qrencode.h", "qrencode"},
    {"utf8proc.h", "utf8proc"},
    {"arpa/", "posix"},
    {"linux/", "posix"},
    {"net/", "posix"},
    {"netinet/", "posix"},
    {"sys/", "posix"},
};

bool Contains(const auto& range, std::string_view value) {
  return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

// Why `layer` may not include this, or nothing.
std::string Objection(const Layer& layer, std::string_view path, const Include& include) {
  const std::string target(include.target);
  const std::string folder(layer.folder);
  if (target.empty()) return "an include must name its header";
  if (target == kVersionHeader) return {};
  const std::string_view library = LibraryOf(target);
  // Google style quotes absl and what protoc makes; anything else that is quoted is ours.
  if (!include.angled && library != "absl" && library != "proto") {
    // The one folder that is not included from the root: its headers have the names that they are
    // installed by.
    const bool is_public = target.starts_with("pigeonhub/");
    const Layer* other = LayerOf(is_public ? "server/include/" + target : target);
    if (other == nullptr)
      return "\"" + target + "\" is not a path from the repository root into a known folder";
    if (other == &layer || Contains(layer.folders, other->folder)) return {};
    return folder + " may not include \"" + target + "\"";
  }
  if (library.empty()) return "<" + target + "> belongs to no library the include rule knows";
  if (!Contains(layer.libraries, library))
    return folder + " may not include <" + target + "> of " + std::string(library);
  if ((library == "asio" || library == "websocketpp") && !path.ends_with(".cc")) {
    return "<" + target + "> stays in .cc files, behind headers that do not show it";
  }
  if (layer.folder == "server/core" && Contains(kForbiddenInCore, target)) {
    return "the core has no <" + target + ">: it neither reads, waits nor rolls dice";
  }
  return {};
}

}  // namespace

const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = {
      {"server/base", {}, {"std", "posix", "absl", "OpenSSL"}},
      {kPublic, {}, {"std", "absl"}},
      {"server/core", {kPublic, "server/base"}, {"std", "absl"}},
      {"server/wire", {kPublic, "server/base", "server/core"}, {"std", "absl", "simdjson"}},
      {"server/runtime",
       {kPublic, "server/base", "server/core"},
       {"std", "posix", "absl", "prometheus-cpp"}},
      {"server/web", {"server/base"}, {"std", "absl", "libcurl"}},
      {"server/auth", {kPublic, "server/base", "server/core"}, {"std", "absl", "OpenSSL"}},
      {"server/auth/token", {kPublic, "server/base"}, {"std", "absl", "OpenSSL", "simdjson"}},
      {"server/auth/provider",
       {kPublic, "server/base", "server/core", "server/runtime", "server/web", "server/auth/token"},
       {"std", "absl"}},
      {"server/net/reactor", {"server/base", "server/core"}, {"std", "posix", "absl", "asio"}},
      {"server/net/tls",
       {kPublic, "server/base", "server/core", "server/runtime", "server/net/reactor"},
       {"std", "posix", "absl", "OpenSSL"}},
      {"server/net/http",
       {kPublic, "server/base", "server/core", "server/wire", "server/runtime", "server/auth",
        "server/auth/token"},
       {"std", "posix", "absl"}},
      {"server/net/websocket",
       {kPublic, "server/base", "server/core", "server/net/http"},
       {"std", "absl", "websocketpp", "OpenSSL"}},
      {"server/net/proxy",
       {"server/base", "server/core", "server/net/reactor", "server/net/http"},
       {"std", "absl"}},
      {"server/net/connection",
       {"server/base", "server/core", "server/wire", "server/runtime", "server/net/reactor",
        "server/net/http", "server/net/proxy", "server/net/websocket"},
       {"std", "absl"}},
      {"server/net/dial",
       {"server/base", "server/core", "server/auth", "server/net/reactor", "server/net/tls",
        "server/net/http", "server/net/websocket"},
       {"std", "posix", "absl", "asio"}},
      {"server/net/listen",
       {kPublic, "server/base", "server/core", "server/runtime", "server/net/reactor"},
       {"std", "posix", "absl", "asio"}},
      {"server/net/loop",
       {"server/base", "server/core", "server/wire", "server/runtime", "server/net/reactor",
        "server/net/tls", "server/net/http", "server/net/proxy", "server/net/websocket",
        "server/net/connection", "server/net/dial", "server/net/listen"},
       {"std", "posix", "absl"}},
      {"server/net",
       {kPublic, "server/base", "server/core", "server/runtime", "server/auth",
        "server/net/reactor", "server/net/tls", "server/net/http", "server/net/websocket",
        "server/net/connection", "server/net/dial", "server/net/listen", "server/net/loop"},
       {"std", "posix", "absl"}},
      {"server/bus",
       {kPublic, "server/base", "server/core", "server/wire", "server/runtime"},
       {"std", "absl", "nats"}},
      {"server",
       {kPublic, "server/base", "server/core", "server/wire", "server/runtime", "server/auth",
        "server/auth/provider", "server/auth/token", "server/bus", "server/net", "server/net/http",
        "server/net/connection", "server/net/listen", "server/net/proxy", "server/net/tls"},
       {"std", "posix", "absl"}},
      {"server/internals",
       {kPublic, "server/base", "server/core", "server/runtime", "server"},
       {"std"}},
      {"proto/json", {"server/base"}, {"std", "protobuf"}},
      {"proto/findings", {kPublic}, {"std", "protobuf", "proto"}},
      {"proto/values", {}, {"std", "absl", "protobuf", "proto"}},
      {"proto/doctor", {"server/base", "proto/values"}, {"std", "absl", "protobuf", "proto"}},
      {"control/access",
       {"server/base", "server/core", "server/runtime"},
       {"std", "posix", "absl", "OpenSSL", "grpc"}},
      {"control/conversions",
       {kPublic, "server/base", "server/core", "server/runtime"},
       {"std", "absl", "proto", "protobuf"}},
      {"control/events",
       {kPublic, "server/base", "server/core", "server/runtime", "control/conversions"},
       {"std", "absl", "proto", "grpc"}},
      {"control/history",
       {kPublic, "server/base", "server/core", "server/runtime", "server/web", "server/internals",
        "control/conversions", "proto/json"},
       {"std", "posix", "absl", "proto"}},
      {"control/call",
       {kPublic, "server/base", "server/core", "server/runtime", "server/internals",
        "control/access", "control/events"},
       {"std", "absl", "proto", "protobuf", "grpc"}},
      {"control/services",
       {kPublic, "server/base", "server/core", "server/runtime", "server/internals",
        "proto/findings", "proto/values", "proto/doctor", "control/access", "control/conversions",
        "control/events", "control/call"},
       {"std", "posix", "absl", "proto", "protobuf", "grpc"}},
      {"control/remote",
       {"control/conversions", kPublic, "server/base", "server/core", "server/runtime",
        "control/access", "control/call"},
       {"std", "absl", "proto", "protobuf", "grpc"}},
      {"console", {}, {"std"}},
      {"control/web",
       {kPublic, "server/base", "server/wire", "server/runtime", "proto/json", "control/access",
        "control/call", "console"},
       {"std", "absl", "proto", "protobuf", "grpc", "boost", "OpenSSL", "zlib"}},
      {"control",
       {kPublic, "server/base", "server/runtime", "server/internals", "control/access",
        "control/events", "control/call", "control/services", "control/remote", "control/web",
        "console"},
       {"std", "posix", "absl", "grpc"}},
      {"control/pages",
       {kPublic, "server/base", "server/core", "server/wire", "server/runtime", "server/net/http",
        "console", "control/web"},
       {"std", "absl", "OpenSSL", "qrencode"}},
      {"control/daemon/config",
       {kPublic, "server/base", "server/core", "server/runtime"},
       {"std", "posix", "absl", "CLI11", "toml++"}},
      {"control/daemon",
       {kPublic, "server/base", "server/core", "server/runtime", "server/auth/token",
        "server/internals", "server/net/listen", "control/access", "control/events",
        "control/history", "control/call", "control", "console", "control/pages",
        "control/daemon/config"},
       {"std", "posix", "absl", "OpenSSL"}},
      {"cli/text", {"server/base"}, {"std", "utf8proc"}},
      {"cli/command", {"server/base", "cli/text"}, {"std", "absl"}},
      {"cli/output",
       {"server/base", "proto/json", "cli/text"},
       {"std", "absl", "protobuf", "yaml-cpp", "zlib"}},
      {"cli/probe",
       {kPublic, "server/base", "server/net/websocket", "cli/text"},
       {"std", "posix", "absl", "protobuf", "OpenSSL"}},
      {"cli/rpc",
       {"server/base", "cli/text", "cli/command", "cli/probe"},
       {"std", "posix", "absl", "protobuf", "proto", "grpc", "toml++"}},
      {"cli/nouns",
       {kPublic, "server/base", "server/auth/token", "proto/findings", "proto/values",
        "proto/doctor", "cli/text", "cli/command", "cli/output", "cli/rpc", "cli/probe"},
       {"std", "absl", "protobuf", "proto"}},
      {"cli", {"server/base", "cli/command", "cli/output", "cli/nouns"}, {"std", "posix", "absl"}},
      {"examples", {kPublic}, {"std", "posix", "absl"}},
  };
  return layers;
}

const Layer* LayerOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  std::string_view folder = path.substr(0, slash);
  // The rooms of the core are one layer; core_parts.h keeps the order among its parts.
  if (folder.starts_with(kCoreRooms)) folder = folder.substr(0, kCoreRooms.size() - 1);
  const auto found = std::find_if(Layers().begin(), Layers().end(),
                                  [&](const Layer& layer) { return layer.folder == folder; });
  return found == Layers().end() ? nullptr : &*found;
}

std::string_view LibraryOf(std::string_view header) {
  for (const Prefix& prefix : kLibraries) {
    if (header.starts_with(prefix.text)) return prefix.library;
  }
  if (header.find('/') != std::string_view::npos) return {};
  if (header.find('.') == std::string_view::npos) return "std";
  return header.ends_with(".h") ? "posix" : "";
}

std::vector<std::string> Violations(std::string_view path, std::string_view source) {
  const Layer* layer = LayerOf(path);
  if (layer == nullptr) return {std::string(path) + ": a folder the include rule does not know"};
  std::vector<std::string> violations;
  for (int line = 1; !source.empty(); ++line) {
    const size_t end = std::min(source.find('\n'), source.size());
    if (const auto include = ReadInclude(source.substr(0, end))) {
      const std::string objection = Objection(*layer, path, *include);
      if (!objection.empty()) {
        violations.push_back(std::string(path) + ":" + std::to_string(line) + ": " + objection);
      }
    }
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return violations;
}

}  // namespace pigeonhub::layering
