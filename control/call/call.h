// SPDX-License-Identifier: Apache-2.0
//
// What all calls have in common: who may call, and which hub is meant. Calls that mean another one
// are answered by OtherHubs. For changes also: the request id, their order (one at a time), and the
// audit event. Services add what their methods do.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "control/call/control_plane.h"

namespace pigeonhub {

// A call of a method that changes something. `request` and `response` are the call's own messages.
struct Change {
  std::string_view method;  // as in the table of roles: "PeerService/DisconnectPeer"
  std::string object;       // what it is about: a peer id, a namespace, a level
  std::string hub_id;
  std::string request_id;
  bool validate_only = false;
  const google::protobuf::Message& request;
  google::protobuf::Message& response;

  template <typename Request>
  Change(std::string_view method, std::string_view object, const Request& request,
         google::protobuf::Message& response);
};

// Whether the caller is known and has the role. Sets `caller` if it is known.
grpc::Status CheckRole(const ControlPlane& plane, const grpc::ServerContextBase& context,
                       std::string_view method, Role required, Principal* caller);

// Whether the caller may call `method`. Sets `caller` if it is known.
grpc::Status Admit(const ControlPlane& plane, const grpc::CallbackServerContext& context,
                   std::string_view method, Principal* caller = nullptr);

// Whether a call with this hub_id means the hub that got it, and no other.
bool MeansThisHub(const ControlPlane& plane, std::string_view hub_id);

// Answers an admitted call that means another hub, or all.
grpc::ServerUnaryReactor* AskOthers(const ControlPlane& plane, grpc::CallbackServerContext* context,
                                    std::string_view method, const Principal& caller,
                                    const google::protobuf::Message& request,
                                    google::protobuf::Message& response);

// Whether a stream may go on whose caller was admitted. Not if he is nobody any more, or has a
// lesser role than when it was opened; that is one line in the log. `method` has its package.
grpc::Status CheckStillAdmitted(const ControlPlane& plane, std::string_view method,
                                const Principal& caller);

// A place for a stream of that caller, who is looked at again when --control-tokens changes.
// Without one it is RESOURCE_EXHAUSTED, and leaves an audit event. `method` has its package.
grpc::Status TakePlace(ControlPlane& plane, std::string_view method, const Principal& caller,
                       StreamPlaces::Place& place);
// The same of other places.
grpc::Status TakePlace(ControlPlane& plane, StreamPlaces& places, std::string_view method,
                       const Principal& caller, StreamPlaces::Place& place);

// Whether the caller may open a stream of what every gRPC server has, and a place for it. Who has
// no credential gets none.
grpc::Status AdmitBuiltinStream(ControlPlane& plane, const grpc::CallbackServerContext& context,
                                std::string_view method, StreamPlaces::Place& place);

// Like Admit, for a call that changes something. A caller without the role leaves an audit event.
grpc::Status AdmitChange(ControlPlane& plane, const grpc::CallbackServerContext& context,
                         const Change& change, Principal& caller);

// On the worker: runs an admitted change once for each request id, and leaves an audit event. With
// validate_only `run` must change nothing, and neither id nor event is kept.
grpc::Status RunChange(ControlPlane& plane, const grpc::CallbackServerContext& context,
                       const Change& change, const Principal& caller,
                       const std::function<grpc::Status()>& run);

// Leaves the audit event of a change that other hubs were to make.
void AuditElsewhere(ControlPlane& plane, const Change& change, const Principal& caller,
                    const grpc::Status& status);

// The answer if too many changes wait for the worker.
grpc::Status Busy();

using OnAnswered = std::function<void(const grpc::Status& status)>;

// Answers a call that changes nothing. `begin` gets the caller and an OnAnswered, does not block,
// and sees to it that the response is filled and then the OnAnswered called once, on any thread.
template <typename Request, typename Begin>
grpc::ServerUnaryReactor* AnswerLater(const ControlPlane& plane,
                                      grpc::CallbackServerContext* context, std::string_view method,
                                      const Request* request, google::protobuf::Message* response,
                                      Begin begin) {
  Principal caller;
  const grpc::Status status = Admit(plane, *context, method, &caller);
  if (status.ok() && !MeansThisHub(plane, request->hub_id())) {
    return AskOthers(plane, context, method, caller, *request, *response);
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (status.ok()) {
    begin(caller, [reactor](const grpc::Status& answered) { reactor->Finish(answered); });
  } else {
    reactor->Finish(status);
  }
  return reactor;
}

// The same at once: `look` fills the response and does not block.
template <typename Request, typename Look>
grpc::ServerUnaryReactor* Answer(const ControlPlane& plane, grpc::CallbackServerContext* context,
                                 std::string_view method, const Request* request,
                                 google::protobuf::Message* response, Look look) {
  return AnswerLater(plane, context, method, request, response,
                     [&look](const Principal&, const auto& on_answered) { on_answered(look()); });
}

// Answers a call that changes something. `run` is called on the worker, or not at all; the call's
// messages outlive it.
grpc::ServerUnaryReactor* Perform(ControlPlane& plane, grpc::CallbackServerContext* context,
                                  Change change, std::function<grpc::Status()> run);

template <typename Request>
Change::Change(std::string_view method, std::string_view object, const Request& request,
               google::protobuf::Message& response)
    : method(method),
      object(object),
      hub_id(request.hub_id()),
      request_id(request.request_id()),
      validate_only(request.validate_only()),
      request(request),
      response(response) {}

}  // namespace pigeonhub
