// SPDX-License-Identifier: Apache-2.0

#include <chrono>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"
#include "server/base/nats_url.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

absl::Status ParseBroker(const std::string& text, std::string& out) {
  if (!NatsUrl::Parse(text).ok()) {
    return Bad(MaskedUrl(text),
               "is not the address of a NATS server (nats://HOST:PORT or tls://HOST:PORT)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseSubject(const std::string& text, std::string& out) {
  if (!IsNatsSubject(text)) {
    return Bad(text,
               "is no subject (words of letters, digits, - and _ with dots between them, of "
               "at most 64 bytes)");
  }
  out = text;
  return absl::OkStatus();
}

constexpr ConfigOption kBusOptions[] = {
    {.name = "nats",
     .value_name = "URL",
     .description =
         "be one hub with all others that name the same NATS servers: nats:// or tls://, "
         "user:password@ may stand before the host; implies --hub; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseBroker, c.nats); },
     .print = [](const Config& c) { return PrintTexts(c.nats); },
     .absent = "none",
     .is_list = true},
    {.name = "nats-auth",
     .value_name = "FILE",
     .description = "what the NATS servers let this hub in by: a .creds file, or one line "
                    "user:password or a token; read at each connect",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.nats_auth); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.nats_auth); },
     .absent = "none"},
    {.name = "nats-ca",
     .value_name = "FILE",
     .description = "certificates in PEM form that vouch for the NATS servers",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.nats_ca); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.nats_ca); },
     .absent = "those that this system trusts"},
    {.name = "nats-cert",
     .value_name = "FILE",
     .description = "the certificate in PEM form that this hub shows to NATS servers",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.nats_cert); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.nats_cert); },
     .absent = "none"},
    {.name = "nats-key",
     .value_name = "FILE",
     .description = "the key of --nats-cert",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.nats_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.nats_key); },
     .absent = "none"},
    {.name = "nats-subject",
     .value_name = "NAME",
     .description = "what the subjects of these hubs begin with; hubs with another one do not meet",
     .parse = [](const Values& v, Config& c) { return ParseSubject(v[0], c.nats_subject); },
     .print = [](const Config& c) { return Quoted(c.nats_subject); }},
    {.name = "nats-grace",
     .value_name = "TIME",
     .description = "how long the peers of other hubs stay known that only NATS leads to, while no "
                    "NATS server can be reached",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], std::chrono::seconds(1), std::chrono::hours(24),
                                     c.nats_grace);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.nats_grace)); }},
};

}  // namespace

OptionGroup BusGroup() { return {"Bus", kBusOptions}; }

}  // namespace pigeonhub
