// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/ban_conversions.h"

#include <string>

#include "control/conversions/record_conversions.h"

namespace pigeonhub {
namespace {

v1::BanTarget ToProto(const BanTarget& target) {
  v1::BanTarget proto;
  switch (target.kind) {
    case BanTarget::Kind::kPeer:
      proto.set_peer_id(target.value);
      break;
    case BanTarget::Kind::kSubject:
      proto.set_subject(target.value);
      break;
    case BanTarget::Kind::kTokenId:
      proto.set_token_id(target.value);
      break;
    case BanTarget::Kind::kAddress:
      proto.set_address(target.value);
      break;
  }
  proto.set_issuer(target.issuer);
  return proto;
}

}  // namespace

v1::BanEntry ToProto(const BanRecord& ban) {
  v1::BanEntry entry;
  *entry.mutable_target() = ToProto(ban.target);
  if (ban.issued_before != 0) *entry.mutable_issued_before() = ToTimestamp(ban.issued_before);
  entry.set_reason(ban.reason);
  entry.set_keep_channels(ban.keep_channels);
  *entry.mutable_ban_time() = ToTimestamp(ban.made_at);
  *entry.mutable_expire_time() = ToTimestamp(ban.ends_at);
  entry.set_made_by_hub_id(std::string(ban.hub.text()));
  return entry;
}

std::optional<BanTarget> FromProto(const v1::BanTarget& target) {
  switch (target.target_case()) {
    case v1::BanTarget::kPeerId:
      return BanTarget{BanTarget::Kind::kPeer, target.peer_id(), target.issuer()};
    case v1::BanTarget::kSubject:
      return BanTarget{BanTarget::Kind::kSubject, target.subject(), target.issuer()};
    case v1::BanTarget::kTokenId:
      return BanTarget{BanTarget::Kind::kTokenId, target.token_id(), target.issuer()};
    case v1::BanTarget::kAddress:
      return BanTarget{BanTarget::Kind::kAddress, target.address(), target.issuer()};
    case v1::BanTarget::TARGET_NOT_SET:
      break;
  }
  return std::nullopt;
}

}  // namespace pigeonhub
