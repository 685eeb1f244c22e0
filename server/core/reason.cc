// SPDX-License-Identifier: Apache-2.0

#include "server/core/reason.h"

namespace pigeonhub {
namespace {

struct Row {
  Reason reason;
  std::string_view name;
  CloseFrame close;
};

// Texts that the reference sends are kept to the letter; clients and dashboards match on them.
constexpr Row kRows[] = {
    {Reason::kPeerClosed, "peer_closed", {}},
    {Reason::kTransportLost, "transport_lost", {}},
    {Reason::kGoodbye, "goodbye", {1000, "Goodbye"}},
    {Reason::kInvalidPeerId, "invalid_peer_id", {1008, "Invalid peerId format"}},
    {Reason::kPeerAlreadyConnected, "peer_already_connected", {1008, "Peer already connected"}},
    {Reason::kMaximumConnections, "maximum_connections", {1008, "Maximum connections reached"}},
    {Reason::kAnnounceTimeout, "announce_timeout", {1008, "Announce timeout"}},
    {Reason::kReplaced, "replaced", {1008, "Replaced by a new connection"}},
    {Reason::kUnresponsive, "unresponsive", {1001, "No answer to ping"}},
    {Reason::kSlowReader, "slow_reader", {1013, "Reading too slowly"}},
    {Reason::kMessageTooBig, "message_too_big", {1009, ""}},
    {Reason::kInvalidUtf8, "invalid_utf8", {1007, ""}},
    {Reason::kProtocolError, "protocol_error", {1002, ""}},
    {Reason::kServerShutdown, "server_shutdown", {1000, "Server shutting down"}},
    {Reason::kDraining, "draining", {1001, "Server draining"}},
    {Reason::kOperator, "operator", {1000, "Disconnected by operator"}},
    {Reason::kInternalError, "internal_error", {1011, "Internal error"}},
    {Reason::kHandshakeTimeout, "handshake_timeout", {}},
    {Reason::kBadHandshake, "bad_handshake", {}},
    {Reason::kNotServing, "not_serving", {}},
    {Reason::kMemoryLimit, "memory_limit", {}},
    {Reason::kOutOfDescriptors, "out_of_descriptors", {}},
    {Reason::kInvalidMessage, "invalid_message", {}},
    {Reason::kUnroutable, "unroutable", {}},
    {Reason::kNotAHub, "not_a_hub", {}},
    {Reason::kAnnounceTooLarge, "announce_too_large", {}},
    {Reason::kNamespaceNameInvalid, "namespace_name_invalid", {}},
    {Reason::kNamespaceFull, "namespace_full", {}},
    {Reason::kTooManyNamespaces, "too_many_namespaces", {}},
    {Reason::kGoodbyeTooLarge, "goodbye_too_large", {}},
    {Reason::kSignalWithoutTarget, "signal_without_target", {}},
    {Reason::kSignalNotAnnounced, "signal_not_announced", {}},
    {Reason::kSignalOtherNamespace, "signal_other_namespace", {}},
    {Reason::kSignalUnknownTarget, "signal_unknown_target", {}},
    {Reason::kSignalForgedSender, "signal_forged_sender", {}},
    {Reason::kHubNotAdmitted, "hub_not_admitted", {1008, "Hub not admitted"}},
    {Reason::kHubRegistryFull, "hub_registry_full", {}},
    {Reason::kHubEntryTooLarge, "hub_entry_too_large", {}},
    {Reason::kRemoteTableFull, "remote_table_full", {}},
    {Reason::kRemoteClaimsLocal, "remote_claims_local", {}},
    {Reason::kRemoteUnknown, "remote_unknown", {}},
    {Reason::kSelfConnected, "self_connected", {1008, "Connected to itself"}},
    {Reason::kHubRegistrationRate, "hub_registration_rate", {}},
    {Reason::kHubTokenMalformed, "hub_token_malformed", {}},
    {Reason::kHubTokenBadSignature, "hub_token_bad_signature", {}},
    {Reason::kHubTokenExpired, "hub_token_expired", {}},
    {Reason::kHubTokenOtherHub, "hub_token_other_hub", {}},
    {Reason::kHubTokenReplayed, "hub_token_replayed", {}},
    {Reason::kSignalLooped, "signal_looped", {}},
    {Reason::kLinkBacklogged, "link_backlogged", {}},
    {Reason::kHubToldAnew, "hub_told_anew", {}},
    {Reason::kHubQuarantined, "hub_quarantined", {1008, "Hub quarantined"}},
    {Reason::kTlsOnPlainPort, "tls_on_plain_port", {}},
    {Reason::kSignalTooLarge, "signal_too_large", {}},
    {Reason::kSlowMessage, "slow_message", {1008, "Message too slow"}},
    {Reason::kNotAdmitted, "not_admitted", {}},
    {Reason::kHubIdReserved, "hub_id_reserved", {1008, "Hub id reserved"}},
    {Reason::kHubTokenBeforeStart, "hub_token_before_start", {}},
    {Reason::kReceiverBacklogged, "receiver_backlogged", {}},
    {Reason::kRateLimit, "rate_limit", {1008, "Rate limit exceeded"}},
    {Reason::kMemoryPressure, "memory_pressure", {1013, "Short of memory"}},
    {Reason::kHubNewsRate, "hub_news_rate", {}},
    {Reason::kHubUnsigned, "hub_unsigned", {1008, "Hub unsigned"}},
    {Reason::kHubSignatureWrong, "hub_signature_wrong", {}},
    {Reason::kHubFrameForged, "hub_frame_forged", {}},
    {Reason::kHubKeyRefused, "hub_key_refused", {1008, "Hub key refused"}},
    {Reason::kTokenMissing, "token_missing", {}},
    {Reason::kTokenInvalid, "token_invalid", {}},
    {Reason::kTokenMalformed, "token_malformed", {}},
    {Reason::kTokenExpired, "token_expired", {1008, "Token expired"}},
    {Reason::kTokenNotYetValid, "token_not_yet_valid", {}},
    {Reason::kTokenWrongAudience, "token_wrong_audience", {}},
    {Reason::kTokenWrongIssuer, "token_wrong_issuer", {}},
    {Reason::kTokenRevoked, "token_revoked", {}},
    {Reason::kTokenWrongPeer, "token_wrong_peer", {}},
    {Reason::kNamespaceNotGranted, "namespace_not_granted", {}},
    {Reason::kAuthFailureRate, "auth_failure_rate", {}},
    {Reason::kNamespaceNeedsToken, "namespace_needs_token", {}},
    {Reason::kNamespaceWrongIssuer, "namespace_wrong_issuer", {}},
    {Reason::kEvicted, "evicted", {1008, "Evicted by policy"}},
    {Reason::kAddressRate, "address_rate", {}},
    {Reason::kAddressShare, "address_share", {}},
    {Reason::kAddressHandshakes, "address_handshakes", {}},
    {Reason::kOriginNotAllowed, "origin_not_allowed", {}},
    {Reason::kProxyHeaderInvalid, "proxy_header_invalid", {}},
    {Reason::kProxyNotTrusted, "proxy_not_trusted", {}},
    {Reason::kTlsFailed, "tls_failed", {}},
    {Reason::kPlainOnTlsPort, "plain_on_tls_port", {}},
    {Reason::kTlsHandshakes, "tls_handshakes", {}},
    {Reason::kBanned, "banned", {1008, "Banned"}},
    {Reason::kHubIdTaken, "hub_id_taken", {}},
    {Reason::kHubUnreachable, "hub_unreachable", {}},
};

constexpr bool RowsFollowTheEnum() {
  size_t i = 0;
  for (const Row& row : kRows) {
    if (static_cast<size_t>(row.reason) != i++) return false;
  }
  return i == kReasonCount;
}
static_assert(RowsFollowTheEnum(), "kRows must list every Reason in the order of the enum");

const Row& RowOf(Reason reason) { return kRows[static_cast<size_t>(reason)]; }

}  // namespace

std::string_view ReasonName(Reason reason) { return RowOf(reason).name; }

std::optional<Reason> FindReason(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.reason;
  }
  return std::nullopt;
}

std::string_view LimitOf(Reason reason) {
  switch (reason) {
    case Reason::kMaximumConnections:
      return "max-connections";
    case Reason::kSlowReader:
      return "reader-queue";
    case Reason::kSlowMessage:
      return "message-time";
    case Reason::kMessageTooBig:
      return "max-message-size";
    case Reason::kMemoryLimit:
    case Reason::kMemoryPressure:
      return "memory-limit";
    case Reason::kOutOfDescriptors:
      return "descriptors";
    case Reason::kAnnounceTooLarge:
      return "announce-data";
    case Reason::kNamespaceNameInvalid:
      return "namespace-name";
    case Reason::kNamespaceFull:
      return "namespace-peers";
    case Reason::kTooManyNamespaces:
      return "namespaces";
    case Reason::kGoodbyeTooLarge:
      return "goodbye-data";
    case Reason::kHubRegistryFull:
      return "hubs";
    case Reason::kHubEntryTooLarge:
      return "hub-entry";
    case Reason::kHubRegistrationRate:
      return "hub-registration-rate";
    case Reason::kHubNewsRate:
      return "hub-news";
    case Reason::kRemoteTableFull:
      return "hub-share";
    case Reason::kLinkBacklogged:
    case Reason::kHubToldAnew:
      return "link-queue";
    case Reason::kSignalTooLarge:
      return "max-signal-size";
    case Reason::kReceiverBacklogged:
      return "reader-share";
    case Reason::kRateLimit:
      return "time-over-rate";
    case Reason::kAuthFailureRate:
      return "auth-failure-rate";
    case Reason::kAddressRate:
      return "address-rate";
    case Reason::kAddressShare:
      return "address-share";
    case Reason::kAddressHandshakes:
      return "address-handshakes";
    case Reason::kTlsHandshakes:
      return "tls-handshakes";
    default:
      return {};
  }
}

std::string_view HelpPage(Reason reason) {
  switch (reason) {
    case Reason::kPeerAlreadyConnected:
      return "docs/app-developers.md#two-tabs-one-id";
    case Reason::kTlsOnPlainPort:
    case Reason::kPlainOnTlsPort:
      return "docs/app-developers.md#tls-on-the-plain-port";
    case Reason::kInvalidPeerId:
      return "docs/app-developers.md#peer-id";
    case Reason::kOriginNotAllowed:
      return "docs/app-developers.md#origin";
    case Reason::kTokenMissing:
    case Reason::kTokenInvalid:
    case Reason::kTokenMalformed:
    case Reason::kTokenExpired:
    case Reason::kTokenNotYetValid:
    case Reason::kTokenWrongAudience:
    case Reason::kTokenWrongIssuer:
    case Reason::kTokenRevoked:
    case Reason::kTokenWrongPeer:
    case Reason::kNamespaceNotGranted:
    case Reason::kNamespaceNeedsToken:
    case Reason::kNamespaceWrongIssuer:
    case Reason::kAuthFailureRate:
      return "docs/app-developers.md#token";
    case Reason::kSignalOtherNamespace:
    case Reason::kAnnounceTooLarge:
    case Reason::kNamespaceNameInvalid:
    case Reason::kNamespaceFull:
    case Reason::kTooManyNamespaces:
      return "docs/app-developers.md#rooms";
    case Reason::kSignalTooLarge:
    case Reason::kReceiverBacklogged:
    case Reason::kLinkBacklogged:
    case Reason::kHubUnreachable:
      return "docs/app-developers.md#what-a-hub-passes-on";
    case Reason::kAddressRate:
    case Reason::kAddressShare:
    case Reason::kAddressHandshakes:
      return "docs/app-developers.md#many-from-one-address";
    case Reason::kBanned:
      return "docs/app-developers.md#banned";
    default:
      return {};
  }
}

std::string WithHelp(std::string_view words, Reason reason) {
  std::string text(words);
  const std::string_view page = HelpPage(reason);
  if (page.empty()) return text;
  if (text.ends_with('.')) text.pop_back();
  return text.append("; see ").append(page);
}

bool EndsPeer(Reason reason) {
  return reason <= Reason::kGoodbye ||
         (reason >= Reason::kAnnounceTimeout && reason <= Reason::kInternalError) ||
         reason == Reason::kSlowMessage || reason == Reason::kRateLimit ||
         reason == Reason::kMemoryPressure || reason == Reason::kEvicted ||
         reason == Reason::kTokenExpired || reason == Reason::kBanned;
}

bool RefusesPeer(Reason reason) {
  return (reason >= Reason::kInvalidPeerId && reason <= Reason::kMaximumConnections) ||
         (reason >= Reason::kHandshakeTimeout && reason <= Reason::kOutOfDescriptors) ||
         reason == Reason::kDraining || reason == Reason::kNotAdmitted ||
         reason == Reason::kHubIdReserved ||
         (reason >= Reason::kTokenMissing && reason <= Reason::kTokenWrongPeer) ||
         reason == Reason::kAuthFailureRate ||
         (reason >= Reason::kAddressRate && reason <= Reason::kBanned);
}

CloseFrame CloseFrameFor(Reason reason) { return RowOf(reason).close; }

}  // namespace pigeonhub
