// SPDX-License-Identifier: Apache-2.0
//
// Why something was refused, dropped or ended. One enum for close frames, HTTP answers, counters,
// events and the control API, so that all of them tell the same story. The names are stable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pigeonhub {

enum class Reason : uint8_t {
  // The other side ended it.
  kPeerClosed,     // a close frame from the peer
  kTransportLost,  // the TCP connection ended without one
  kGoodbye,        // the peer said goodbye; we close, as a client that lives on then comes back

  // Refused right after the upgrade, as the reference does (decision: docs/protocol.md).
  kInvalidPeerId,
  kPeerAlreadyConnected,
  kMaximumConnections,

  // Ended by this hub's rules.
  kAnnounceTimeout,  // connected for 30 s without an announce
  kReplaced,         // a newcomer took the id over because this holder no longer answered
  kUnresponsive,     // sent nothing for 10 s after a ping, and took nothing either
  kSlowReader,       // its queue passed the limit, or it took nothing of it for 10 s
  kMessageTooBig,
  kInvalidUtf8,
  kProtocolError,
  kServerShutdown,
  kDraining,  // also turns newcomers away; with a drain of some by HTTP 503
  kOperator,  // DisconnectPeer
  kInternalError,

  // Turned away before there was a connection.
  kHandshakeTimeout,  // 5 s from TCP to a finished handshake
  kBadHandshake,      // not an RFC 6455 version 13 upgrade
  kNotServing,        // stopped or draining: HTTP 503
  kMemoryLimit,       // HTTP 503
  kOutOfDescriptors,

  // A message was not acted upon; the connection stays as it was.
  kInvalidMessage,        // not JSON, or an envelope field of the wrong type
  kUnroutable,            // a type a hub does not route; answered by an error
  kNotAHub,               // a message only an admitted hub may send
  kAnnounceTooLarge,      // announce data over its limit
  kNamespaceNameInvalid,  // over 1024 bytes, or control characters
  kNamespaceFull,
  kTooManyNamespaces,
  kGoodbyeTooLarge,  // the goodbye went out without its data
  kSignalWithoutTarget,
  kSignalNotAnnounced,    // the sender has not announced
  kSignalOtherNamespace,  // sender, message and target do not share one namespace
  kSignalUnknownTarget,
  kSignalForgedSender,  // a hub spoke for a peer that it never announced

  // Hubs.
  kHubNotAdmitted,
  kHubRegistryFull,
  kHubEntryTooLarge,
  kRemoteTableFull,
  kRemoteClaimsLocal,    // a hub announced a peer that is connected here
  kRemoteUnknown,        // a hub withdrew a peer that it never announced
  kSelfConnected,        // this hub's own id came to it
  kHubRegistrationRate,  // more than one self-declared hub a second from one address
  kHubTokenMalformed,    // not a hub token at all, or one cut short
  kHubTokenBadSignature,
  kHubTokenExpired,
  kHubTokenOtherHub,  // it is for another hub id or another hub mesh namespace
  kHubTokenReplayed,
  kSignalLooped,    // a message from hub to hub that had been here before
  kLinkBacklogged,  // a signal for a hub for which too much of its sender waits already
  kHubToldAnew,     // what a slow or narrow hub was to hear was dropped, to be told from the start
  kHubQuarantined,  // QuarantineHub: its connections are closed, its word is not listened to

  // What came later stands here, as the numbers of the control API follow this order.
  kTlsOnPlainPort,  // turned away before there was a connection: it speaks TLS
  kSignalTooLarge,  // a signal that no message to another hub has room for
  kSlowMessage,     // ended: a message took more than 10 s, and its last 5 s less than 1 KiB/s
  kNotAdmitted,     // turned away before there was a connection: the embedding program said no
  kHubIdReserved,   // refused after the upgrade: the id is a hub's, and this is not shown to be it
  kHubTokenBeforeStart,  // made before this hub started, so it may have been accepted already
  kReceiverBacklogged,   // a signal for a peer that reads slowly; too much of the sender waits
  kRateLimit,            // ended: over one of a peer's rates for 10 s without a break
  kMemoryPressure,       // ended: memory was short, and nobody held more of it
  kHubNewsRate,          // a link brought more news that cost work than it may; docs/operations.md
  kHubUnsigned,          // a hub that signs nothing, where that is refused
  kHubSignatureWrong,    // what is said of a hub was not written by it
  kHubFrameForged,       // a message from hub to hub without the MAC that the two agreed on
  kHubKeyRefused,        // another key in the name of a hub that lives, or is on the trust list

  // Access: tokens, policies, rates, proxies, TLS and bans. docs/operations.md says what to do.
  kTokenMissing,    // no token, where one is asked for
  kTokenInvalid,    // no key of this hub made it, or it is no token; no more is said until a
                    // signature holds
  kTokenMalformed,  // the signature holds, and what it signs is not as it must be
  kTokenExpired,    // also ends a connection whose token has expired
  kTokenNotYetValid,
  kTokenWrongAudience,
  kTokenWrongIssuer,
  kTokenRevoked,          // a ban names its subject or its id
  kTokenWrongPeer,        // it is for another peer id
  kNamespaceNotGranted,   // announced where the token does not let it
  kAuthFailureRate,       // too many tokens that failed
  kNamespaceNeedsToken,   // announced without a token where the policy asks for one
  kNamespaceWrongIssuer,  // the policy of the namespace takes no token of this issuer
  kEvicted,               // a stricter policy was applied to those inside
  kAddressRate,
  kAddressShare,       // the last places are kept for addresses that hold few connections
  kAddressHandshakes,  // too many unfinished handshakes of one address
  kOriginNotAllowed,
  kProxyHeaderInvalid,  // no PROXY line where one must come first, or one that cannot be read
  kProxyNotTrusted,     // it came past the proxies that may speak for others
  kTlsFailed,           // the TLS handshake failed
  kPlainOnTlsPort,      // ws:// or http:// to a port that speaks TLS
  kTlsHandshakes,       // too many TLS handshakes are under way
  kBanned,

  // Hubs on the mesh.
  kHubIdTaken,      // this hub left the bus, because another process there has its id
  kHubUnreachable,  // a signal for a peer of a hub that no way has led to for a while

  kCount,
};

inline constexpr size_t kReasonCount = static_cast<size_t>(Reason::kCount);

// The stable name: lower case with underscores, e.g. "peer_already_connected".
std::string_view ReasonName(Reason reason);
// The reason of that name; nothing for a name that is none, e.g. of a newer hub.
std::optional<Reason> FindReason(std::string_view name);

}  // namespace pigeonhub
