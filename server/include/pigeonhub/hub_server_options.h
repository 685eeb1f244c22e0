// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pigeonhub/defaults.h"
#include "pigeonhub/host_port.h"
#include "pigeonhub/http.h"
#include "pigeonhub/hub_admission.h"
#include "pigeonhub/hub_trust.h"
#include "pigeonhub/log.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/peer_auth.h"
#include "pigeonhub/peer_id.h"
#include "pigeonhub/rate.h"
#include "pigeonhub/running_limits.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

// What tokens of peers are checked with, as text of files.
struct TokenKeys {
  // Secrets of at least 32 bytes, one a line, or public keys in PEM (docs/tokens.md).
  struct File {
    std::string kid;  // what tokens call these keys
    std::string text;
    std::string path = {};  // as GetTokenKeys names it; empty: it has none
    friend bool operator==(const File&, const File&) = default;
  };
  std::vector<File> files = {};
  std::string jwks = {};       // a set of JSON web keys (RFC 7517); empty: none
  std::string jwks_path = {};  // as GetTokenKeys names it

  friend bool operator==(const TokenKeys&, const TokenKeys&) = default;
};

// What `new PeerPigeonServer({...})` of the reference server takes, with its defaults. Every member
// has an initializer, so that compilers do not warn of those that `{.port = 3000}` leaves out.
struct HubServerOptions {
  std::string host = "localhost";
  // Empty: 3000, or the next free one up to 3010. 0: any free one. A given port is tried once.
  std::optional<uint16_t> port = {};
  bool is_hub = false;
  std::string hub_mesh_namespace = kDefaultHubMeshNamespace;
  std::optional<PeerId> hub_peer_id = {};  // empty: random
  size_t max_connections = kDefaultMaxConnections;
  size_t max_message_size = kDefaultMaxMessageSize;  // bytes
  // Of the data of one signal, in bytes. Empty: as large as a message.
  std::optional<size_t> max_signal_size = {};
  // Whose web pages may connect, and read answers to HTTP: "https://example.org",
  // "https://*.example.org" (each host below it), "same" (the host that is asked) or "*". A request
  // of another page for a WebSocket gets HTTP 403, Reason::kOriginNotAllowed; one without the
  // header Origin is no page's. Empty: everybody's. This was `cors_origin`.
  std::vector<std::string> allow_origins = {};
  // Networks such as "10.0.0.0/8". A proxy there is believed when `Forwarded` (RFC 7239) or
  // X-Forwarded-For says for whom it asks; a request with both that name two clients is refused.
  // The address of a client is then what the proxy says, everywhere: in events, in Request, for
  // bans, rates and hub_allow. Empty: nobody is believed.
  std::vector<std::string> trust_proxies = {};
  // Each connection at `host` and `port` has to begin with a header of the PROXY protocol, version
  // 1 or 2, from one of trust_proxies, of which there is at least one. Who comes past them is
  // turned away, but for a program on this machine that says (version 2, LOCAL) that it speaks for
  // itself.
  bool proxy_protocol = false;
  Duration cleanup_interval = kDefaultCleanupInterval;

  // Empty: kToken where there are hub_keys, else kDeny. So hubs meet by hub_keys, by hub_allow, or
  // where kOpen is asked for.
  std::optional<HubAdmission> hub_admission = {};
  std::vector<AllowedHub> hub_allow = {};

  // A second address, through which other hubs come in and nobody else; none comes in at `host` and
  // `port` then. Empty: hubs and peers share one port.
  std::optional<HostPort> hub_listen = {};

  // PEM files with a certificate chain, the hub's own certificate first, and with its key, which
  // only the user that runs the program may read. With them `port` and hub_listen speak wss:// and
  // https:// and nothing else; metrics_listen stays plain. Files that are replaced are in force
  // within a second. Those that cannot be used then leave the old ones in force, and the log says
  // why. Both empty: ws:// and http://.
  std::string tls_cert_file = {};
  std::string tls_key_file = {};
  // With this file only clients come in that show a certificate signed by one of those in it.
  std::string tls_client_ca_file = {};

  // Other hubs to link to, ws:// or wss://. With none, a hub server without nats_servers where hubs
  // do not come in at the default port dials ws://HOST:3000, or wss:// if it speaks TLS.
  std::vector<std::string> bootstrap_hubs = {};
  bool auto_connect = true;
  Duration reconnect_interval = kDefaultReconnectInterval;
  unsigned max_reconnect_attempts = kDefaultMaxReconnectAttempts;
  size_t hub_mesh_max_peers = kDefaultHubMeshMaxPeers;
  size_t link_queue = kDefaultLinkQueue;  // bytes that may wait for another hub
  // Bytes for what one other hub tells of its peers. Empty: an eighth of memory_limit, at most 128
  // MiB. All hubs together have a quarter of memory_limit, or two shares and at least 256 MiB where
  // there is none.
  std::optional<size_t> hub_share = {};
  std::string advertise_url = {};  // empty: ws:// or wss://host:port, as bound
  // What other hubs and operators see of this hub: a region, and at most 16 capabilities, each of 1
  // to 64 bytes without control characters.
  std::string region = {};
  std::vector<std::string> capabilities = DefaultCapabilities();
  // The text of a key file (docs/operations.md says what stands in it); empty: no keys.
  std::string hub_keys = {};
  // Shows hub tokens also where others may overhear them: to hubs at ws:// addresses that are not
  // on this machine.
  bool hub_token_plaintext = false;
  // What becomes of hubs of the version before this one, which sign nothing.
  HubUnsigned hub_unsigned = HubUnsigned::kAllow;
  // The hubs to listen to: a line for each, with its id and its PublicKeyText. Empty lines and
  // lines that begin with # are skipped. Empty: all hubs that are admitted.
  std::optional<std::string> hub_trust = {};
  // What this hub signs with: 32 random bytes. Empty: new ones. It has to last if other hubs have
  // this one in their hub_trust.
  std::optional<std::array<uint8_t, 32>> hub_signing_key = {};
  // A file of PEM certificates that vouch for hubs at wss:// addresses. Empty: the certificates
  // that the system trusts.
  std::string hub_ca_file = {};

  // NATS servers, nats:// or tls://, at which hubs with the same ones meet; only for a hub. Empty:
  // none. One that cannot be reached keeps no hub from serving. The files are read at each connect:
  // nats_auth_file is a .creds file, or one line user:password or a token; nats_ca_file vouches for
  // tls:// servers (empty: the certificates that the system trusts); the other two are what this
  // hub shows.
  std::vector<std::string> nats_servers = {};
  std::string nats_auth_file = {};
  std::string nats_ca_file = {};
  std::string nats_cert_file = {};
  std::string nats_key_file = {};
  // What the subjects of these hubs begin with; hubs with another one do not meet.
  std::string nats_subject = kDefaultNatsSubject;
  // How long peers of hubs that only NATS leads to stay known while no server can be reached.
  Duration nats_grace = kDefaultNatsGrace;

  // In a namespace with more than 500 members a newcomer is told of this many of them. 0: of all.
  size_t discovery_limit = kDefaultDiscoveryLimit;
  // Rates. Empty: the default, which does not hold for loopback addresses; `Rate{}`: none. Admitted
  // hubs are exempt.
  //
  // Of one peer: messages (100/s, 500 at once), bytes in them (1 MiB/s, 4 MiB or one message at
  // once), announces (1/s, 10), and what its announces, moves and leaves cost the hub, which is
  // bytes times receivers (8 MiB/s, 64 MiB). While it is over one of them nothing is read from it,
  // and nothing is lost. A peer that is over it for 10 s is closed.
  std::optional<Rate> message_rate = {};
  std::optional<Rate> byte_rate = {};
  std::optional<Rate> announce_rate = {};
  std::optional<Rate> fanout_rate = {};
  // Of one address: new connections (20/s, 100), which get HTTP 429 over it; tokens that failed (10
  // in 30 min), after which all get HTTP 429; peers that declare themselves hubs (1/s, 5).
  std::optional<Rate> address_rate = {};
  std::optional<Rate> auth_failure_rate = {};
  std::optional<Rate> hub_registration_rate = {};
  // Addresses of IPv6 that have so many bits in common count as one; 1 to 128.
  unsigned ipv6_prefix = kDefaultIpv6Prefix;
  // Who may be in which namespace, and how much may be asked there; at most 1,000, of 1 MiB
  // together. None holds for hub_mesh_namespace.
  std::vector<NamedPolicy> namespaces = {};
  // Bytes of the process. At 85 % of it the connections end that hold the most, one after the
  // other; above it newcomers are turned away. 0: none.
  uint64_t memory_limit = 0;
  unsigned io_threads = 0;  // 0: one for each core

  // A file that the bans are kept in over restarts, one line of JSON each; empty: none. It is read
  // by the constructor, and written anew when the bans have changed. Start says INVALID_ARGUMENT,
  // with the number of the line, if it could not be read, and UNAVAILABLE if it cannot be written,
  // or another hub has it: that one holds the file of this name with .lock behind it.
  std::string bans_file = {};

  // Where /metrics, /livez and /readyz are served, also while signaling is stopped. Empty: /metrics
  // nowhere. The port of the peers answers /livez and /readyz, too.
  std::optional<HostPort> metrics_listen = {};
  // If that port is taken, the next ten are tried, and then any free one.
  bool metrics_port_may_differ = false;

  // Whether peers have to show a token (docs/tokens.md), and what it is checked with; without keys
  // only kNone can be. Hubs that bring what admits them as hubs need none.
  PeerAuth auth = PeerAuth::kNone;
  TokenKeys token_keys = {};
  // Where an identity provider has its keys: https, or http on this machine. It asks for
  // token_audiences.
  std::string token_jwks_url = {};
  std::vector<std::string> token_issuers = {};    // one of them; empty: any
  std::vector<std::string> token_audiences = {};  // one of them; empty: any
  Duration token_leeway = kDefaultTokenLeeway;    // by which clocks may differ
  // A cookie that has the token; only together with allow_origins. Empty: none.
  std::string token_cookie = {};
  // Whether the URL may have it, in the field `token`.
  bool token_query = true;
  TokenExpiry token_expiry = TokenExpiry::kKeep;

  // Decides whether a client may become a peer; other hubs are asked about, too. The request is a
  // valid WebSocket handshake. After OK the hub's own rules follow. Any other status refuses the
  // handshake: UNAUTHENTICATED with HTTP 401, RESOURCE_EXHAUSTED with 429, UNAVAILABLE with 503,
  // all others with 403. The client reads the message of the status, and after 429 and 503 is asked
  // to wait 5 s. The refusal counts under Reason::kNotAdmitted. If `admit` is empty everybody is
  // admitted. http.h says which threads call it.
  AdmitPeer admit = {};
  // The program's own paths on the hub's port, such as "/api/rooms". Each begins with '/', and the
  // path of a request must equal it. Start answers INVALID_ARGUMENT for one of the hub's own paths
  // (/health, /hubs, /livez, /readyz). While the hub drains these paths get HTTP 503, as
  // does every path that a load balancer may ask.
  std::map<std::string, Route, std::less<>> routes = {};
  // The answer to every path that is neither the hub's nor in `routes`; also 503 during a drain.
  // Empty: one line of text, as the reference server has it.
  Route other_paths = {};
  // Gets each line of the log from this level on. If it is empty nothing is logged.
  LogSink log = {};
  LogLevel log_level = LogLevel::kInfo;
};

// Those of the options that HubServer::SetLimits may change later.
RunningLimits RunningLimitsOf(const HubServerOptions& options);

}  // namespace pigeonhub
