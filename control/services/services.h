// SPDX-License-Identifier: Apache-2.0
//
// The services of the control API, each in a file of its own. Their contract is in
// proto/pigeonhub/v1; `plane` outlives them.
#pragma once

#include <memory>

#include "control/call/control_plane.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace pigeonhub {

std::unique_ptr<grpc::Service> MakeAccessService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeServerService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeHubService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeMeshService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakePeerService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeNamespaceService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeEventService(ControlPlane& plane);
std::unique_ptr<grpc::Service> MakeTraceService(ControlPlane& plane);

}  // namespace pigeonhub
