// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/refusal_advice.h"

#include <optional>

#include "pigeonhub/reason.h"

namespace pigeonhub::cli {
namespace {

std::string_view AdviceOn(Reason reason) {
  switch (reason) {
    case Reason::kTokenMissing:
    case Reason::kNamespaceNeedsToken:
      return "show one with --token-file; it has to grant pigeonctl-check-*";
    case Reason::kTokenInvalid:
    case Reason::kTokenMalformed:
    case Reason::kTokenExpired:
    case Reason::kTokenNotYetValid:
    case Reason::kTokenWrongAudience:
    case Reason::kTokenWrongIssuer:
      return "pigeonctl token check names the rule that the token breaks";
    case Reason::kTokenWrongPeer:
      return "take a token without a peer id: the check chooses ids of its own";
    case Reason::kNamespaceNotGranted:
      return "take a token that grants pigeonctl-check-*";
    case Reason::kBanned:
    case Reason::kTokenRevoked:
      return "see pigeonctl bans list";
    case Reason::kAddressRate:
    case Reason::kAuthFailureRate:
    case Reason::kAddressShare:
      return "see pigeonctl server limits";
    case Reason::kNotServing:
    case Reason::kDraining:
    case Reason::kMemoryLimit:
    case Reason::kOutOfDescriptors:
      return "see pigeonctl health, or try later";
    default:
      return {};
  }
}

}  // namespace

std::string RefusalAdvice(std::string_view said) {
  const std::optional<Reason> reason = FindReason(said.substr(0, said.find(':')));
  const std::string_view advice = reason.has_value() ? AdviceOn(*reason) : std::string_view();
  return advice.empty() ? std::string() : "; " + std::string(advice);
}

}  // namespace pigeonhub::cli
