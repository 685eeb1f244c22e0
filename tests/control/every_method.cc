// SPDX-License-Identifier: Apache-2.0

#include "tests/control/every_method.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pigeonhub/v1/access_service.pb.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub/v1/trace_service.pb.h"

namespace pigeonhub {

using google::protobuf::MethodDescriptor;

std::vector<const MethodDescriptor*> EveryMethod() {
  std::vector<const MethodDescriptor*> methods;
  for (const auto* file :
       {v1::ListBansRequest::descriptor()->file(), v1::WatchEventsRequest::descriptor()->file(),
        v1::ListHubsRequest::descriptor()->file(),
        v1::SetHubMeshNamespaceRequest::descriptor()->file(),
        v1::ListNamespacesRequest::descriptor()->file(), v1::ListPeersRequest::descriptor()->file(),
        v1::GetStatsRequest::descriptor()->file(),
        v1::WatchHandshakeRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) methods.push_back(service->method(m));
    }
  }
  return methods;
}

std::string ShortName(const MethodDescriptor& method) {
  return method.service()->name() + "/" + method.name();
}

// Generated descriptors carry no comments, so the source is read.
std::string CommentOf(const MethodDescriptor& method) {
  std::ifstream file(PIGEONHUB_SOURCE_DIR "/proto/" + method.file()->name());
  std::string comment;
  for (std::string line; std::getline(file, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.starts_with("// ")) {
      comment += (comment.empty() ? "" : " ") + line.substr(3);
    } else if (line.starts_with("rpc " + method.name() + "(")) {
      return comment;
    } else {
      comment.clear();
    }
  }
  ADD_FAILURE() << method.full_name() << " is not in " << method.file()->name();
  return {};
}

}  // namespace pigeonhub
