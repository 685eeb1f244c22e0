// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kControlOptions[] = {
    {.name = "control-listen",
     .value_name = "ADDR",
     .description = "host:port, unix:PATH or off; beyond this machine only with TLS",
     .parse =
         [](const Values& v, Config& c) {
           if (v[0].empty()) return Bad(v[0], "is not host:port, unix:PATH or off");
           c.control_listen = v[0];
           return absl::OkStatus();
         },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_listen.value_or("")); },
     .absent = "127.0.0.1:50051, or the next free port up to 50061"},
    {.name = "control-tls-cert",
     .value_name = "FILE",
     .description = "certificate chain in PEM form; read again when it changes",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_cert); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_cert); },
     .absent = "none"},
    {.name = "control-tls-key",
     .value_name = "FILE",
     .description = "its private key",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_key); },
     .absent = "none"},
    {.name = "control-tls-client-ca",
     .value_name = "FILE",
     .description = "callers must bring a certificate that one of these has signed",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tls_client_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tls_client_ca); },
     .absent = "none"},
    {.name = "control-tokens",
     .value_name = "FILE",
     .description =
         "who may call, and as what; lines of: name viewer|operator|admin credential, where the "
         "credential is a token, sha256:HEX of one, or cert:NAME",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.control_tokens); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.control_tokens); },
     .absent = "none: whoever is on this machine is an admin"},
    {.name = "console-listen",
     .value_name = "ADDR",
     .description = "host:port of the console and of the API for browsers and curl, or off; beyond "
                    "this machine only with --control-tokens, and with TLS or a proxy that has it",
     .parse =
         [](const Values& v, Config& c) {
           if (v[0] != "off") {
             if (auto parsed = HostPort::Parse(v[0], "host:port or off"); !parsed.ok()) {
               return parsed.status();
             }
           }
           c.console_listen = v[0];
           return absl::OkStatus();
         },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.console_listen.value_or("")); },
     .absent = "127.0.0.1:50080, or the next free port up to 50090, or any free one; "
               "off with --control-listen off"},
    {.name = "console-behind-proxy",
     .description = "a proxy in front of the console ends TLS; whoever it sends shows a token",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.console_behind_proxy); },
     .print =
         [](const Config& c) { return std::string(c.console_behind_proxy ? "true" : "false"); }},
};

}  // namespace

OptionGroup ControlGroup() { return {"Control API", kControlOptions}; }

}  // namespace pigeonhub
