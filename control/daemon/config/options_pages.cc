// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string_view>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/address.h"
#include "server/base/duration.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostUrl = 300;  // bytes

bool IsHostOfIce(std::string_view text) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(text);
  if (!parts.has_value() || !IsWord(parts->host)) return false;
  if (parts->host.find_first_of("/*[]") != std::string_view::npos) return false;
  return !parts->port.has_value() || ParsePort(*parts->port).value_or(0) != 0;
}

// As RFC 7064 and 7065 write them: stun:host:port, turns:host?transport=tcp. Browsers throw at any
// other when they make a connection, so one that is wrong would cost every page every connection.
bool IsIceUrl(std::string_view text) {
  constexpr std::string_view kSchemes[] = {"stun:", "stuns:", "turn:", "turns:"};
  const auto scheme = std::find_if(std::begin(kSchemes), std::end(kSchemes),
                                   [&](std::string_view one) { return text.starts_with(one); });
  if (scheme == std::end(kSchemes)) return false;
  text.remove_prefix(scheme->size());
  const size_t query = text.find('?');
  if (!IsHostOfIce(text.substr(0, query))) return false;
  if (query == std::string_view::npos) return true;
  const std::string_view transport = text.substr(query);
  return scheme->starts_with("turn") &&
         (transport == "?transport=udp" || transport == "?transport=tcp");
}

absl::Status ParseIceUrl(const std::string& text, std::string& out) {
  if (text.size() > kMostUrl || !IsIceUrl(text)) {
    return Bad(text, "is no address such as stun:stun.example.org or turns:turn.example.org:5349");
  }
  out = text;
  return absl::OkStatus();
}

constexpr ConfigOption kPagesOptions[] = {
    {.name = "dev",
     .description = "for development on this machine: a demo at /demo, --client-js, and lines that "
                    "say what happens; refused with a --host that others reach",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.dev); },
     .print = [](const Config& c) { return std::string(c.dev ? "true" : "false"); }},
    {.name = "dev-lan",
     .description = "--dev for everybody in this network, on --host 0.0.0.0, with a QR code for "
                    "phones",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.dev_lan); },
     .print = [](const Config& c) { return std::string(c.dev_lan ? "true" : "false"); }},
    {.name = "quiet",
     .description = "with --dev, no lines that say what happens; also -q",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.quiet); },
     .print = [](const Config& c) { return std::string(c.quiet ? "true" : "false"); },
     .letter = 'q'},
    {.name = "verbose",
     .description = "with --dev, a line for each signal between peers, too, of at most 100 a "
                    "second; also -v",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.verbose); },
     .print = [](const Config& c) { return std::string(c.verbose ? "true" : "false"); },
     .letter = 'v'},
    {.name = "client-js",
     .description = "serve pages a script that joins a room, at /client.js, and ICE servers at "
                    "/ice",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.client_js); },
     .print = [](const Config& c) { return std::string(c.client_js ? "true" : "false"); }},
    {.name = "ice-url",
     .value_name = "URL",
     .description =
         "tell pages of this ICE server at /ice: stun:HOST, turn:HOST or turns:HOST; may "
         "be repeated",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseIceUrl, c.ice_urls); },
     .print = [](const Config& c) { return PrintTexts(c.ice_urls); },
     .absent = "none",
     .is_list = true},
    {.name = "turn-secret",
     .value_name = "FILE",
     .description = "make credentials for the TURN servers of --ice-url with this secret "
                    "(static-auth-secret of coturn), for who shows a token and for pages of "
                    "--allow-origin; a reload reads it again",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.turn_secret); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.turn_secret); },
     .absent = "none"},
    {.name = "ice-ttl",
     .value_name = "TIME",
     .description = "how long such credentials are valid",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], std::chrono::minutes(1), std::chrono::hours(24 * 7),
                                     c.ice_ttl);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.ice_ttl)); }},
};

}  // namespace

OptionGroup PagesGroup() { return {"Pages", kPagesOptions}; }

}  // namespace pigeonhub
