// SPDX-License-Identifier: Apache-2.0

#include "control/call/call.h"

#include <grpcpp/security/auth_context.h>

#include <algorithm>

#include "control/call/rpc_error.h"
#include "server/base/forwarding.h"
#include "server/base/text.h"
#include "server/internals/hub_internals.h"

namespace pigeonhub {
namespace {

constexpr size_t kMaxRequestId = 128;
constexpr size_t kMaxObject = 256;

Credentials CredentialsOf(const grpc::ServerContextBase& context) {
  Credentials credentials;
  credentials.address = context.peer();
  const grpc::string_ref authority = context.ExperimentalGetAuthority();
  credentials.authority.assign(authority.data(), authority.size());
  const auto& metadata = context.client_metadata();
  credentials.is_forwarded = std::any_of(metadata.begin(), metadata.end(), [](const auto& field) {
    return SaysForwarded({field.first.data(), field.first.size()});
  });
  if (const auto found = metadata.find("authorization"); found != metadata.end()) {
    credentials.authorization.emplace(found->second.data(), found->second.size());
  }
  const auto tls = context.auth_context();
  credentials.has_certificate = tls != nullptr && tls->IsPeerAuthenticated();
  if (credentials.has_certificate) {
    for (const char* property : {"x509_common_name", "x509_subject_alternative_name"}) {
      for (const grpc::string_ref& name : tls->FindPropertyValues(property)) {
        credentials.certificate_names.emplace_back(name.data(), name.size());
      }
    }
  }
  return credentials;
}

void RecordAudit(ControlPlane& plane, std::string_view method, std::string_view object,
                 const std::string& caller, int code, const std::string& hub = {}) {
  Audit audit;
  audit.method = std::string(method);
  audit.principal = caller;
  AppendEscaped(audit.object, object, kMaxObject);
  audit.outcome = CodeName(code);
  audit.hub = hub;
  HubInternals(plane.hub).RecordAudit(std::move(audit));
}

std::string MethodOf(const Change& change) { return "pigeonhub.v1." + std::string(change.method); }

// A stranger must not be able to fill the event log. So his refusal is a line in the program's log,
// which counts repeated lines and does not write them.
void NoteStranger(ControlPlane& plane, std::string_view method, const std::string& from) {
  plane.log.Warn("control call without a valid credential",
                 {{"method", method}, {"from", std::string_view(from)}});
}

// A caller who is known, and was refused.
void NoteRefusal(ControlPlane& plane, std::string_view method, std::string_view object,
                 const std::string& caller, int code) {
  const auto unrecorded = plane.refusals.Admit(plane.clock.Read().steady, caller);
  if (unrecorded) RecordAudit(plane, method, object, caller, code);
  if (unrecorded.value_or(0) > 0) {
    plane.log.Warn("refused control calls that left no audit event",
                   {{"principal", std::string_view(caller)}, {"count", *unrecorded}});
  }
}

Digest RequestDigest(const Change& change) {
  std::string text(change.method);
  text += '\0';
  change.request.AppendToString(&text);
  return DigestOf(text);
}

}  // namespace

grpc::Status CheckRole(const ControlPlane& plane, const grpc::ServerContextBase& context,
                       std::string_view method, Role required, Principal* caller) {
  auto principal = plane.inside.credential().Read(context.client_metadata());
  if (!principal) principal = plane.authority.Recognize(CredentialsOf(context));
  if (!principal) {
    return RpcError(grpc::StatusCode::UNAUTHENTICATED, v1::REASON_NOT_AUTHENTICATED,
                    "no valid credential came with the call; send a token of the hub's "
                    "--control-tokens file or a client certificate it knows, or call localhost or "
                    "the hub's UNIX socket without a proxy");
  }
  if (caller != nullptr) *caller = *principal;
  if (principal->role < required) {
    const std::string needed(RoleName(required));
    return RpcError(grpc::StatusCode::PERMISSION_DENIED, v1::REASON_ROLE_MISSING,
                    std::string(method) + " needs the role " + needed + "; " +
                        Shown(principal->name) + " is " + std::string(RoleName(principal->role)))
        .With("required_role", needed);
  }
  return grpc::Status::OK;
}

grpc::Status Admit(const ControlPlane& plane, const grpc::CallbackServerContext& context,
                   std::string_view method, Principal* caller) {
  return CheckRole(plane, context, method, RequiredRole(method), caller);
}

bool MeansThisHub(const ControlPlane& plane, std::string_view hub_id) {
  return hub_id.empty() || hub_id == plane.hub_id;
}

grpc::ServerUnaryReactor* AskOthers(const ControlPlane& plane, grpc::CallbackServerContext* context,
                                    std::string_view method, const Principal& caller,
                                    const google::protobuf::Message& request,
                                    google::protobuf::Message& response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  plane.other_hubs->Ask({method, caller, request, response, context->deadline()},
                        [reactor](const grpc::Status& status) { reactor->Finish(status); });
  return reactor;
}

grpc::Status CheckStillAdmitted(const ControlPlane& plane, std::string_view method,
                                const Principal& caller) {
  const auto now = plane.authority.RecognizeAgain(caller);
  if (now && now->role >= caller.role) return grpc::Status::OK;
  plane.log.Info("stream ended, as its caller is not admitted to it any more",
                 {{"method", method}, {"principal", std::string_view(caller.name)}});
  if (!now) {
    return RpcError(grpc::StatusCode::UNAUTHENTICATED, v1::REASON_NOT_AUTHENTICATED,
                    "the hub's --control-tokens file does not have the credential any more with "
                    "which this stream was opened; open it again with one that it has");
  }
  const std::string before(RoleName(caller.role));
  return RpcError(grpc::StatusCode::PERMISSION_DENIED, v1::REASON_ROLE_MISSING,
                  Shown(caller.name) + " was " + before + " when this stream was opened, and is " +
                      std::string(RoleName(now->role)) + " now; open it again as that")
      .With("required_role", before);
}

grpc::Status TakePlace(ControlPlane& plane, std::string_view method, const Principal& caller,
                       StreamPlaces::Place& place) {
  return TakePlace(plane, plane.places, method, caller, place);
}

grpc::Status TakePlace(ControlPlane& plane, StreamPlaces& places, std::string_view method,
                       const Principal& caller, StreamPlaces::Place& place) {
  auto taken = places.Take(caller.name, [&plane, method = std::string(method), caller] {
    return CheckStillAdmitted(plane, method, caller);
  });
  if (taken.ok()) {
    place = *std::move(taken);
    return grpc::Status::OK;
  }
  NoteRefusal(plane, method, {}, caller.name, grpc::StatusCode::RESOURCE_EXHAUSTED);
  const auto why = taken.status().message();
  return RpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, v1::REASON_TOO_MANY_WATCHERS,
                  std::string(why.data(), why.size()))
      .RetryAfter(std::chrono::seconds(5));
}

grpc::Status AdmitBuiltinStream(ControlPlane& plane, const grpc::CallbackServerContext& context,
                                std::string_view method, StreamPlaces::Place& place) {
  // The table of roles does not have what every server has. It needs the role viewer, as reading
  // does.
  Principal caller;
  if (auto status = CheckRole(plane, context, method, Role::kViewer, &caller); !status.ok()) {
    NoteStranger(plane, method, context.peer());
    return status;
  }
  return TakePlace(plane, method, caller, place);
}

grpc::Status AdmitChange(ControlPlane& plane, const grpc::CallbackServerContext& context,
                         const Change& change, Principal& caller) {
  const Role required = RequiredRole(change.method);
  if (auto status = CheckRole(plane, context, change.method, required, &caller); !status.ok()) {
    if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
      NoteStranger(plane, change.method, context.peer());
    } else {
      NoteRefusal(plane, MethodOf(change), change.object, caller.name, status.error_code());
    }
    return status;
  }
  if (change.request_id.size() > kMaxRequestId) {
    return InvalidField("request_id", "has more than 128 bytes");
  }
  return grpc::Status::OK;
}

void AuditElsewhere(ControlPlane& plane, const Change& change, const Principal& caller,
                    const grpc::Status& status) {
  if (change.validate_only) return;
  std::string hub;
  AppendEscaped(hub, change.hub_id, kMaxObject);
  RecordAudit(plane, MethodOf(change), change.object, caller.name, status.error_code(), hub);
}

grpc::Status RunChange(ControlPlane& plane, const grpc::CallbackServerContext& context,
                       const Change& change, const Principal& caller,
                       const std::function<grpc::Status()>& run) {
  if (context.IsCancelled()) return {grpc::StatusCode::CANCELLED, "the caller left"};
  if (change.validate_only) return run();

  const RequestMemory::Key key{caller.name, change.request_id};
  const Digest digest = RequestDigest(change);
  if (!key.request_id.empty()) {
    const auto recalled = plane.requests.Recall(plane.clock.Read().steady, key, digest);
    if (recalled.match == RequestMemory::Match::kAnotherRequest) {
      return RpcError(grpc::StatusCode::ALREADY_EXISTS, v1::REASON_REQUEST_ID_REUSED,
                      "request id " + Shown(key.request_id) +
                          " came with another request in the last 10 minutes; take a new one");
    }
    if (recalled.match == RequestMemory::Match::kRepeated) {
      change.response.ParseFromString(recalled.outcome->response);
      return {static_cast<grpc::StatusCode>(recalled.outcome->code), recalled.outcome->message,
              recalled.outcome->details};
    }
  }

  grpc::Status status = run();
  // Of a change that all hubs are asked for, one that has nothing of it neither did nor refused.
  const bool is_of_others = caller.asks_all && status.error_code() == grpc::StatusCode::NOT_FOUND;
  if (!is_of_others) {
    RecordAudit(plane, MethodOf(change), change.object, caller.name, status.error_code());
  }
  if (!key.request_id.empty() && RequestMemory::IsFinal(status.error_code())) {
    plane.requests.Remember(plane.clock.Read().steady, key, digest,
                            {status.error_code(), status.error_message(), status.error_details(),
                             change.response.SerializeAsString()});
  }
  return status;
}

grpc::Status Busy() {
  return RpcError(grpc::StatusCode::UNAVAILABLE, v1::REASON_BUSY,
                  "too many changes are waiting; try again in a second")
      .RetryAfter(std::chrono::seconds(1));
}

grpc::ServerUnaryReactor* Perform(ControlPlane& plane, grpc::CallbackServerContext* context,
                                  Change change, std::function<grpc::Status()> run) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Principal caller;
  if (auto status = AdmitChange(plane, *context, change, caller); !status.ok()) {
    reactor->Finish(status);
    return reactor;
  }
  if (!MeansThisHub(plane, change.hub_id)) {
    plane.other_hubs->Ask(
        {change.method, caller, change.request, change.response, context->deadline()},
        [&plane, reactor, caller, change](const grpc::Status& status) {
          AuditElsewhere(plane, change, caller, status);
          reactor->Finish(status);
        });
    return reactor;
  }
  const bool posted = plane.worker.Post(
      [&plane, context, reactor, caller, change = std::move(change), run = std::move(run)] {
        reactor->Finish(RunChange(plane, *context, change, caller, run));
      });
  if (!posted) reactor->Finish(Busy());
  return reactor;
}

}  // namespace pigeonhub
