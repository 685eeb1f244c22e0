// SPDX-License-Identifier: Apache-2.0
//
// What is said of flags and files that are wrong.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "tests/control/daemon/config/loaded_config.h"

namespace pigeonhub {
namespace {

TEST(Config, SaysInOneLineWhatIsWrongWithAFlag) {
  const std::pair<Arguments, std::string_view> kCases[] = {
      {{"--prot", "1"}, "unknown flag --prot; did you mean --port?"},
      {{"--max-connection=1"}, "unknown flag --max-connection; did you mean --max-connections?"},
      {{"--frobnicate"}, "unknown flag --frobnicate; --help lists them all"},
      {{"-p", "1"}, "unknown flag -p; --help lists them all"},
      {{"-port", "1"}, "unknown flag -port; did you mean --port?"},
      {{"--"}, "unknown flag --; --help lists them all"},
      {{"--no-port"}, "unknown flag --no-port; --help lists them all"},
      {{"--no-help"}, "unknown flag --no-help; --help lists them all"},
      {{"--bad\nflag"}, "unknown flag \"--bad\\nflag\"; --help lists them all"},
      {{"3000"}, "unexpected argument 3000; flags look like --port 3000"},
      {{"--port"}, "--port: needs a value (N)"},
      {{"--version=1"}, "--version: takes no value"},
      {{"--port", "70000"}, "--port: 70000 is out of range; give a port from 0 to 65535"},
      {{"--port", "-1"}, "--port: -1 is out of range; give a port from 0 to 65535"},
      {{"--port="}, "--port: needs a value (N)"},
      {{"--port", "80 "}, "--port: \"80 \" is not a whole number; give a port from 0 to 65535"},
      {{"--hub=maybe"}, "--hub: maybe is neither true nor false"},
      {{"--host", ""},
       "--host: \"\" is no address to listen on; use localhost, 0.0.0.0, :: or an address of this "
       "machine"},
      {{"--host", "example.org"},
       "--host: example.org is no address to listen on; use localhost, 0.0.0.0, :: or an address "
       "of "
       "this machine"},
      {{"--metrics-listen", "a:1"},
       "--metrics-listen: a is no address to listen on; use localhost, 0.0.0.0, :: or an address "
       "of "
       "this machine"},
      {{"--io-threads", "0"}, "--io-threads: 0 is out of range; give a number from 1 to 256"},
      {{"--io-threads", "257"}, "--io-threads: 257 is out of range; give a number from 1 to 256"},
      {{"--max-connections", "0"},
       "--max-connections: 0 is out of range; give a number from 1 to 1000000"},
      {{"--max-connections", "99999999999999999999"},
       "--max-connections: 99999999999999999999 is out of range; give a number from 1 to 1000000"},
      {{"--fanout-rate", "8MiB"},
       "--fanout-rate: 8MiB is neither off nor a rate and what may come at once (such as "
       "8MiB/s,64MiB)"},
      {{"--fanout-rate", "8MiB/s,much"},
       "--fanout-rate: much is not a size (such as 64KiB, 1MiB, 2MB; a plain number is bytes)"},
      {{"--fanout-rate", "0/s,1MiB"}, "--fanout-rate: 0 is not between 1 and 64GiB"},
      {{"--message-rate", "many"},
       "--message-rate: many is neither off nor a rate and what may come at once (such as "
       "100/s,500)"},
      {{"--announce-rate", "1/year"}, "--announce-rate: year is not a time (such as s, 10s, 30m)"},
      {{"--ipv6-prefix", "129"}, "--ipv6-prefix: 129 is out of range; give a length from 1 to 128"},
      {{"--max-message-size", "1Mib/s"},
       "--max-message-size: 1Mib/s is not a size (such as 64KiB, 1MiB, 2MB; a plain number is "
       "bytes)"},
      {{"--max-message-size", "1"}, "--max-message-size: 1 is not between 1KiB and 1GiB"},
      {{"--cleanup-interval", "soon"},
       "--cleanup-interval: soon is not a duration (such as 5s, 250ms, 1m30s; a plain number is "
       "milliseconds)"},
      {{"--cleanup-interval", "0"}, "--cleanup-interval: 0 is not between 1ms and 24h"},
      {{"--drain-timeout", "25h"}, "--drain-timeout: 25h is not between 0 and 24h"},
      {{"--log-level", "loud"}, "--log-level: loud is none of debug, info, warn, error, off"},
      {{"--log-format", "xml"}, "--log-format: xml is none of text, json"},
      {{"--hub-admission", "key"}, "--hub-admission: key is none of open, token, deny"},
      {{"--bootstrap-hub", "localhost:3000"},
       "--bootstrap-hub: localhost:3000 is not the address of a hub (ws://HOST:PORT or "
       "wss://HOST:PORT)"},
      {{"--bootstrap-hub", "ws://ada:s3cret@h:3000?token=s3cret"},
       "--bootstrap-hub: \"ws://***@h:3000?token=***\" is not the address of a hub "
       "(ws://HOST:PORT or wss://HOST:PORT)"},
      {{"ws://h?token=s3cret"},
       "unexpected argument \"ws://h?token=***\"; flags look like --port 3000"},
      {{"--nats", "ws://ada:s3cret@n"},
       "--nats: \"ws://***@n\" is not the address of a NATS server (nats://HOST:PORT or "
       "tls://HOST:PORT)"},
      {{"--nats-subject", "a.>"},
       "--nats-subject: \"a.>\" is no subject (words of letters, digits, - and _ with dots between "
       "them, of at most 64 bytes)"},
      {{"--nats-grace", "0"}, "--nats-grace: 0 is not between 1s and 24h"},
      {{"--nats", "nats://n", "--no-hub"},
       "hub: is off, but who is on nats is a hub; leave one out"},
      {{"--nats-cert", "c.pem"}, "nats-cert: a certificate goes with its key, by nats-key"},
      {{"--advertise-url", "ws://a b"},
       "--advertise-url: \"ws://a b\" is not the address of a hub (ws://HOST:PORT or "
       "wss://HOST:PORT)"},
      {{"--region", ""},
       "--region: \"\" is not a name (1 to 64 bytes of UTF-8, no control characters)"},
      {{"--hub-peer-id", "ab"}, "--hub-peer-id: ab is not a peer id (40 hexadecimal digits)"},
      {{"--hub-allow", kSomeId, "--hub-allow", "xy"},
       "--hub-allow: xy is not a peer id (40 hexadecimal digits)"},
      {{"--hub-allow", kSomeId + "@nowhere"},
       "--hub-allow: nowhere is not a network such as 10.0.0.0/8"},
      {{"--hub-allow", kSomeId + "=s3cret"},
       "--hub-allow: the secret of 0123456789abcdef0123456789abcdef01234567 is not 16 to 256 "
       "letters, digits or -._~ (openssl rand -hex 32 makes one)"},
      {{"--hub-mesh-namespace", " "},
       "--hub-mesh-namespace: \" \" is not a namespace name (1 to 1024 bytes of UTF-8, no control "
       "characters)"},
      {{"--cors-origin", "a\r\nb"},
       "--cors-origin: \"a\\u000d\\nb\" is not an origin such as https://example.org or "
       "https://*.example.org, nor same, nor *"},
      {{"--proxy-protocol"},
       "proxy-protocol: nobody could come in; name the networks of your proxies by trust-proxy"},
      {{"--trust-proxy", "10.0.0.0/8", "--trust-proxy", "10.0.0"},
       "--trust-proxy: 10.0.0 is no address and no network such as 10.0.0.0/8"},
      {{"--auth", "required"},
       "auth: there is nothing to check tokens with; name keys by token-key or token-jwks"},
      {{"--auth", "maybe"}, "--auth: maybe is none of none, optional, required"},
      {{"--token-jwks", "https://app.example/jwks.json"},
       "token-jwks: an identity provider makes tokens for others, too; say by token-audience which "
       "are for this hub"},
      {{"--token-cookie", "session"},
       "token-cookie: browsers send cookies for every page; say by allow-origin which may connect"},
      {{"--token-cookie", "session", "--allow-origin", "*"},
       "token-cookie: browsers send cookies for every page; say by allow-origin which may connect"},
      {{"--token-cookie", "a b"}, "--token-cookie: \"a b\" is not the name of a cookie"},
      {{"--ready-file", ""}, "--ready-file: \"\" is not a file name"},
      {{"--tls-cert", "tls.pem"}, "tls-cert: a certificate goes with its key, by tls-key"},
      {{"--tls-key", "tls.key"}, "tls-key: a key goes with its certificate, by tls-cert"},
      {{"--tls-client-ca", "ca.pem"},
       "tls-client-ca: there is no TLS in which clients could show certificates; set tls-cert and "
       "tls-key"},
      {{"--tls-cert", "tls.pem", "--tls-key", "tls.key", "--control-tls-cert", "tls.pem"},
       "control-tls-cert: a certificate goes with its key, by control-tls-key"},
  };
  for (const auto& [arguments, error] : kCases) EXPECT_EQ(ErrorOf(arguments), error);
  EXPECT_EQ(ErrorOf({"--hub-mesh-namespace", std::string(1025, 'a')}).substr(0, 23),
            "--hub-mesh-namespace: a");
}

TEST(Config, SaysInOneLineWhatIsWrongInAFile) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"prot = 1", ":1: unknown key \"prot\"; did you mean \"port\"?"},
      {"\nfrobnicate = 1", ":2: unknown key \"frobnicate\""},
      {"port = 70000", ":1: port: 70000 is out of range; give a port from 0 to 65535"},
      {"allow-origin = 'same'\ncors-origin = '*'",
       ":2: cors-origin is the old name of allow-origin; give it once"},
      {"port = [1, 2]", ":1: port: takes one value, no list"},
      {"port = []", ":1: port: takes one value, no list"},
      {"config = 'x'", ":1: config cannot be set in a file"},
      {"help = true", ":1: help cannot be set in a file"},
      {"hub-allow = ['xy']", ":1: hub-allow: xy is not a peer id (40 hexadecimal digits)"},
      {"[server]\nx.y = 1", ":2: unknown table \"server\"; the only ones are [namespace.\"NAME\"]"},
      {"[server.\"a\"]\nport = 1",
       ":1: unknown table \"server\"; the only ones are [namespace.\"NAME\"]"},
      {"[namespace.\"a*b\"]\nmax-peers = 1",
       ":1: a*b has a * that is not at its end; write game:* for every name that begins with "
       "game:"},
      {"[namespace.a]\nmax-peer = 1",
       ":2: unknown key \"max-peer\" of a policy; did you mean max-peers?"},
      {"[namespace.a]\nfrobnicate = 1",
       ":2: unknown key \"frobnicate\" of a policy; a policy has who, issuers, max-peers, "
       "announce-data, discovery-limit, duplicate, message-rate, announce-rate"},
      {"[namespace.a]\nport = 1",
       ":2: \"port\" is a key of the hub, and none of a policy; put it above the first table"},
      {"[namespace.a]\nmax-peers = 3\nmax-peers = 4",
       ":3: Error while parsing key-value pair: cannot redefine existing integer 'max-peers'"},
      {"[namespace.a]\n\nmax-peers = 0",
       ":3: max-peers: 0 is out of range; give a number from 1 to 100000"},
      {"[namespace.a]\nmax-peers = -1",
       ":2: max-peers: -1 is out of range; give a number from 0 to 1099511627776"},
      {"[namespace.a]\nmax-peers = [1]", ":2: max-peers: takes one value, no list"},
      {"[namespace.a]\nwho = \"me\"", ":2: who: me is none of anyone, token"},
      {"[namespace.a]\nduplicate = true", ":2: duplicate: true is none of probe, replace, reject"},
      {"[namespace.a]\nissuers = [\"\"]", ":2: issuers: give at most 16 texts of 1 to 1024 bytes"},
      {"[namespace.a]\nannounce-data = \"17KiB\"",
       ":2: announce-data: 17408 is out of range; give a number from 1 to 16384"},
      {"[namespace.a]\nannounce-data = \"much\"",
       ":2: announce-data: much is not a size (such as 512 or 4KiB; a plain number is bytes)"},
      {"[namespace.a]\nmessage-rate = 5",
       ":2: message-rate: 5 is neither off nor a rate and what may come at once (such as "
       "100/s,500)"},
      {"[namespace.a]\nannounce-rate = \"0/s\"",
       ":2: announce-rate: 0 is not between 1 and 68719476736"},
      {"host = localhost", ":1: Error while parsing value: could not determine value type"},
  };
  for (const auto& [text, error] : kCases) {
    const ConfigFile file(text);
    // What the file says is checked even where a flag overrides it.
    EXPECT_EQ(ErrorOf({"--config", file.path(), "--port", "1"}), file.path() + std::string(error));
  }
}

TEST(Config, HasNoPolicyForTheNamespaceWhereHubsMeet) {
  const ConfigFile file("[namespace.mesh]\nwho = 'token'");
  EXPECT_EQ(ErrorOf({"--config", file.path()}), "no error");
  EXPECT_EQ(ErrorOf({"--config", file.path(), "--hub-mesh-namespace", "mesh"}),
            "namespace.\"mesh\": hubs meet there, and no policy holds; hub-admission says who "
            "comes in");
}

TEST(Config, TellsAFileThatCannotBeReadFromAWrongOne) {
  const auto missing = Load({"--config", "/nowhere/hub.toml"});
  EXPECT_TRUE(absl::IsUnavailable(missing.status()));
  EXPECT_EQ(missing.status().message(),
            "cannot read /nowhere/hub.toml: No such file or directory; check the path");
  EXPECT_EQ(Load({"--config", "/"}).status().message(),
            "cannot read /: Is a directory; name a file, not a folder");
  EXPECT_EQ(Load({"--config", "/dev/zero"}).status().message(),
            "cannot read /dev/zero: it is no regular file; name one");
}

}  // namespace
}  // namespace pigeonhub
