// SPDX-License-Identifier: Apache-2.0

#include "control/access/authority.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_replace.h"
#include "server/base/forwarding.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// The token that follows "Bearer ", in upper or lower case. Empty for another scheme.
std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  const bool is_bearer = std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                                    [](char a, char b) { return a == std::tolower(b); });
  return is_bearer ? Trimmed(authorization.substr(kScheme.size())) : std::string_view();
}

// Only the owner of the process can connect to this kind of address.
bool IsPrivate(std::string_view address) { return address.starts_with("unix:"); }

// Whether it is a loopback address as gRPC writes it: "ipv4:127.0.0.1:5", "ipv6:%5B::1%5D:5".
bool IsLoopbackPeer(std::string_view address) {
  constexpr std::string_view kFamilies[] = {"ipv4:", "ipv6:"};
  for (const std::string_view family : kFamilies) {
    if (!address.starts_with(family)) continue;
    const std::string text = absl::StrReplaceAll(std::string(address.substr(family.size())),
                                                 {{"%5B", "["}, {"%5D", "]"}});
    return NamesThisMachine(text);
  }
  return false;
}

// `list` is null without --control-tokens.
Principal HolderOf(const std::vector<std::string>& certificate_names, const AccessList* list) {
  if (list != nullptr) {
    if (auto known = list->FindCertificate(certificate_names)) return *std::move(known);
  }
  Principal viewer{certificate_names.empty() ? "certificate" : certificate_names.front(),
                   Role::kViewer};
  viewer.certificate_names = certificate_names;
  return viewer;
}

}  // namespace

std::optional<Principal> Authority::Recognize(const Credentials& credentials) const {
  const auto list = access_ == nullptr ? nullptr : access_->Current();
  if (list != nullptr && credentials.authorization) {
    return list->FindToken(BearerToken(*credentials.authorization));
  }
  if (credentials.has_certificate) return HolderOf(credentials.certificate_names, list.get());
  if (credentials.is_forwarded) return std::nullopt;
  const bool loopback_suffices = list == nullptr && !has_client_ca_;
  const bool is_local =
      IsPrivate(credentials.address) || (loopback_suffices && IsLoopbackPeer(credentials.address) &&
                                         NamesThisMachine(credentials.authority));
  if (!is_local) return std::nullopt;
  return Principal{"local", Role::kAdmin};
}

std::optional<Principal> Authority::RecognizeAgain(const Principal& caller) const {
  const auto list = access_ == nullptr ? nullptr : access_->Current();
  if (list != nullptr && caller.token) return list->FindToken(*caller.token);
  if (!caller.certificate_names.empty()) return HolderOf(caller.certificate_names, list.get());
  return caller;
}

}  // namespace pigeonhub
