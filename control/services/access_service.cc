// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "control/call/call.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/ban_conversions.h"
#include "control/conversions/record_conversions.h"
#include "control/services/services.h"
#include "pigeonhub/v1/access_service.grpc.pb.h"
#include "server/base/text.h"
#include "server/core/access/ban_rules.h"

namespace pigeonhub {
namespace {

// The target as audit events name it: "subject user42", "subject user42 of https://app.example".
std::string Described(const v1::BanTarget& target) {
  const auto known = FromProto(target);
  if (!known.has_value()) return {};
  std::string text = std::string(BanKindName(known->kind)) + ' ' + known->value;
  if (!known->issuer.empty()) text += " of " + known->issuer;
  return text;
}

grpc::Status ReadTarget(const v1::BanTarget& target, BanTarget& out) {
  const auto known = FromProto(target);
  if (!known.has_value()) {
    return InvalidField("target", "names nobody; give one of peer_id, subject, token_id, address");
  }
  if (const absl::Status issuer = CheckIssuer(*known); !issuer.ok()) {
    return InvalidField("target.issuer", std::string(issuer.message()));
  }
  absl::StatusOr<BanTarget> normal = NormalTarget(*known);
  if (!normal.ok()) {
    return InvalidField("target." + std::string(BanKindName(known->kind)) +
                            (known->kind == BanTarget::Kind::kPeer ? "_id" : ""),
                        std::string(normal.status().message()));
  }
  out = *std::move(normal);
  return grpc::Status::OK;
}

grpc::Status ReadOrder(const v1::BanRequest& request, BanOrder& out) {
  if (auto status = ReadTarget(request.target(), out.target); !status.ok()) return status;
  constexpr int64_t kMostSeconds = 30 * 24 * 3600;
  if (!request.has_duration() || request.duration().seconds() < 0 ||
      request.duration().seconds() > kMostSeconds) {
    return InvalidField("duration", "is not more than nothing and at most 30 days");
  }
  out.duration = FromDuration(request.duration());
  if (request.has_issued_before()) {
    if (out.target.kind != BanTarget::Kind::kSubject) {
      return InvalidField("issued_before", "is for a subject alone");
    }
    constexpr int64_t kYear10000 = 253'402'300'800;
    if (request.issued_before().seconds() >= kYear10000) {
      return InvalidField("issued_before", "is after the year 9999");
    }
    out.issued_before = FromTimestamp(request.issued_before());
    if (out.issued_before <= 0) return InvalidField("issued_before", "is not after 1970");
  }
  out.reason = request.reason();
  out.keep_channels = request.keep_channels();
  const absl::Status checked = CheckOrder(out);
  if (absl::IsOutOfRange(checked)) {
    return InvalidField("duration", "is not more than nothing and at most 30 days");
  }
  if (!checked.ok()) return InvalidField("reason", "is not text of at most 256 bytes");
  return grpc::Status::OK;
}

RpcError IsAHub(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_IS_A_HUB,
                  peer_id +
                      " is a hub, and no ban hits a hub; QuarantineHub closes it out of the "
                      "hub that is asked")
      .With("peer_id", peer_id)
      .Unless(peer_id, "is a peer");
}

RpcError BanNotFound(const v1::BanTarget& target) {
  return {grpc::StatusCode::NOT_FOUND, v1::REASON_BAN_NOT_FOUND,
          "there is no ban on " + Shown(Described(target)) + "; ListBans shows those that are"};
}

v1::Key KeyMessage(const KeyInUse& key) {
  // Both enums have the same order; that of the contract has one for "not said" before.
  static_assert(static_cast<int>(KeyInUse::Kind::kBrokerCredential) + 1 ==
                v1::KEY_KIND_BROKER_CREDENTIAL);
  v1::Key message;
  message.set_kind(static_cast<v1::KeyKind>(static_cast<int>(key.kind) + 1));
  message.set_name(Printable(key.name));
  message.set_algorithm(key.algorithm);
  message.set_setting(key.setting);
  message.set_source(Printable(key.source));
  if (key.modified_at != 0) *message.mutable_file_time() = ToTimestamp(key.modified_at);
  if (key.loaded_at != 0) *message.mutable_loaded_time() = ToTimestamp(key.loaded_at);
  if (key.last_used_at != 0) *message.mutable_last_used_time() = ToTimestamp(key.last_used_at);
  message.set_use_count(static_cast<int64_t>(key.uses));
  if (key.expires_at != 0) *message.mutable_expire_time() = ToTimestamp(key.expires_at);
  message.set_problem(Printable(key.problem));
  return message;
}

class AccessService final : public v1::AccessService::CallbackService {
 public:
  explicit AccessService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* Ban(grpc::CallbackServerContext* context, const v1::BanRequest* request,
                                v1::BanResponse* response) override {
    const Change change("AccessService/Ban", Described(request->target()), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      BanOrder order;
      if (auto status = ReadOrder(*request, order); !status.ok()) return status;
      const absl::StatusOr<BanEffect> effect = plane_.hub.Ban(order, ModeOf(*request));
      if (absl::IsFailedPrecondition(effect.status())) return IsAHub(order.target.value);
      if (!effect.ok()) {
        return RpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, v1::REASON_BANS_FULL,
                        std::string(effect.status().message()));
      }
      response->set_hit_count(static_cast<int64_t>(effect->hits));
      for (const PeerId& peer : effect->peers) {
        response->add_hit_peer_ids(std::string(peer.text()));
      }
      *response->mutable_expire_time() = ToTimestamp(effect->ends_at);
      for (const std::string& warning : effect->warnings) response->add_warnings(warning);
      if (effect->issued_before != 0) {
        *response->mutable_issued_before() = ToTimestamp(effect->issued_before);
      }
      if (effect->replaced.has_value()) *response->mutable_replaced() = ToProto(*effect->replaced);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* Unban(grpc::CallbackServerContext* context,
                                  const v1::UnbanRequest* request,
                                  v1::UnbanResponse* response) override {
    const Change change("AccessService/Unban", Described(request->target()), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      BanTarget target;
      if (auto status = ReadTarget(request->target(), target); !status.ok()) return status;
      const absl::StatusOr<size_t> lifted = plane_.hub.Unban(target, ModeOf(*request));
      if (!lifted.ok()) return BanNotFound(request->target());
      response->set_lifted_count(static_cast<int64_t>(*lifted));
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* ListBans(grpc::CallbackServerContext* context,
                                     const v1::ListBansRequest* request,
                                     v1::ListBansResponse* response) override {
    return Answer(
        plane_, context, "AccessService/ListBans", request, response, [=, this]() -> grpc::Status {
          const Parsed<size_t> size = ParsePageSize(request->page_size());
          if (!size.ok()) return size.status;
          const PageTokens tokens("bans " + plane_.feed.source().epoch);
          const Parsed<uint64_t> after = ParsePlace(tokens, request->page_token());
          if (!after.ok()) return after.status;
          // One more than asked for shows whether there is another page.
          const std::vector<BanRecord> bans = plane_.hub.ListBans(after.value, size.value + 1);
          for (const BanRecord& ban : bans) {
            if (response->bans_size() == static_cast<int>(size.value)) break;
            *response->add_bans() = ToProto(ban);
          }
          if (bans.size() > size.value) {
            response->set_next_page_token(tokens.Make(bans[size.value - 1].order));
          }
          return grpc::Status::OK;
        });
  }

  grpc::ServerUnaryReactor* ListKeys(grpc::CallbackServerContext* context,
                                     const v1::ListKeysRequest* request,
                                     v1::ListKeysResponse* response) override {
    return Answer(plane_, context, "AccessService/ListKeys", request, response,
                  [=, this]() -> grpc::Status {
                    const Parsed<size_t> size = ParsePageSize(request->page_size());
                    if (!size.ok()) return size.status;
                    const PageTokens tokens("keys " + plane_.feed.source().epoch);
                    const Parsed<uint64_t> begin = ParsePlace(tokens, request->page_token());
                    if (!begin.ok()) return begin.status;
                    const std::vector<KeyInUse> keys = plane_.settings.Keys();
                    const size_t first = std::min<size_t>(begin.value, keys.size());
                    const size_t end = first + std::min(size.value, keys.size() - first);
                    for (size_t i = first; i < end; ++i)
                      *response->add_keys() = KeyMessage(keys[i]);
                    if (end < keys.size()) response->set_next_page_token(tokens.Make(end));
                    return grpc::Status::OK;
                  });
  }

  grpc::ServerUnaryReactor* CheckToken(grpc::CallbackServerContext* context,
                                       const v1::CheckTokenRequest* request,
                                       v1::CheckTokenResponse* response) override {
    return Answer(plane_, context, "AccessService/CheckToken", request, response,
                  [=, this]() -> grpc::Status {
                    const TokenAnswer answer = plane_.hub.CheckToken(request->token());
                    if (!answer.is_looked_at) {
                      response->set_accepted(true);
                      response->set_not_looked_at(true);
                      response->set_rule(answer.rule);
                      return grpc::Status::OK;
                    }
                    if (answer.claims == nullptr) {
                      response->set_reason(ToProto(answer.reason));
                      response->set_rule(answer.rule);
                      return grpc::Status::OK;
                    }
                    const TokenClaims& claims = *answer.claims;
                    response->set_accepted(true);
                    *response->mutable_token() = ToProto(claims);
                    if (claims.peer) response->set_peer_id(std::string(claims.peer->text()));
                    response->set_hub(claims.hub);
                    return grpc::Status::OK;
                  });
  }

 private:
  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAccessService(ControlPlane& plane) {
  return std::make_unique<AccessService>(plane);
}

}  // namespace pigeonhub
