// SPDX-License-Identifier: Apache-2.0

#include <chrono>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "pigeonhub/host_port.h"
#include "server/base/duration.h"
#include "server/base/text.h"
#include "server/core/ids.h"

namespace pigeonhub {
namespace {

using std::chrono::hours;

absl::Status ParseHost(const std::string& text, std::string& out) {
  // An IPv6 address has brackets in a URL, so it may have them here.
  std::string_view host = text;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (auto status = HostPort::CheckListenHost(host); !status.ok()) return status;
  out = host;
  return absl::OkStatus();
}

std::string PrintNumber(const auto& optional) {
  return optional ? std::to_string(*optional) : std::string();
}

constexpr ConfigOption kServingOptions[] = {
    {.name = "host",
     .value_name = "ADDR",
     .description = "address to listen on; localhost is 127.0.0.1 and ::1, :: is every address",
     .parse = [](const Values& v, Config& c) { return ParseHost(v[0], c.host); },
     .print = [](const Config& c) { return Quoted(c.host); },
     .reference_variable = "HOST"},
    {.name = "port",
     .value_name = "N",
     .description = "port to listen on; 0 takes a free one",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 65535, c.port, "a port"); },
     .print = [](const Config& c) { return PrintNumber(c.port); },
     .absent = "3000, or the next free one up to 3010",
     .reference_variable = "PORT"},
    {.name = "tls-cert",
     .value_name = "FILE",
     .description = "speak wss:// and https:// with this certificate chain in PEM form; read again "
                    "when it changes",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.tls_cert); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.tls_cert); },
     .absent = "none: ws:// and http://"},
    {.name = "tls-key",
     .value_name = "FILE",
     .description = "its private key, which only the user that runs the hub may read",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.tls_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.tls_key); },
     .absent = "none"},
    {.name = "tls-client-ca",
     .value_name = "FILE",
     .description = "let in only clients with a certificate that one of these has signed",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.tls_client_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.tls_client_ca); },
     .absent = "none: clients need no certificate"},
    {.name = "io-threads",
     .value_name = "N",
     .description = "threads that serve connections",
     .parse =
         [](const Values& v, Config& c) {
           return ParseNumber(v[0], 1, ConnectionId::kMaxShards, c.io_threads);
         },
     .print = [](const Config& c) { return PrintNumber(c.io_threads); },
     .absent = "one a core"},
    {.name = "drain-timeout",
     .value_name = "TIME",
     .description = "on SIGTERM or Ctrl-C, spread the goodbyes over this long; 0 is at once",
     .parse = [](const Values& v,
                 Config& c) { return ParseDurationValue(v[0], {}, hours(24), c.drain_timeout); },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.drain_timeout)); }},
    {.name = "ready-file",
     .value_name = "FILE",
     .description = "write the addresses there as JSON once serving; removed when stopping",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.ready_file); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.ready_file); },
     .absent = "none"},
};

}  // namespace

OptionGroup ServingGroup() { return {"Serving", kServingOptions}; }

}  // namespace pigeonhub
