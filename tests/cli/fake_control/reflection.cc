// SPDX-License-Identifier: Apache-2.0

#include <google/protobuf/descriptor.pb.h>

#include "grpc/reflection/v1/reflection.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

// Describes three of the services, a file at a time, and names one more, as the hub does.
void ServeReflection(FakeServer& server) {
  using google::protobuf::DescriptorPool;
  using grpc::reflection::v1::ServerReflectionRequest;
  using grpc::reflection::v1::ServerReflectionResponse;
  server.Answer<ServerReflectionRequest, ServerReflectionResponse>([](const auto& request) {
    ServerReflectionResponse answer;
    if (request.has_list_services()) {
      for (const char* name :
           {"pigeonhub.v1.ServerService", "pigeonhub.v1.PeerService", "pigeonhub.v1.EventService",
            "grpc.reflection.v1alpha.ServerReflection"}) {
        answer.mutable_list_services_response()->add_service()->set_name(name);
      }
      return answer;
    }
    const DescriptorPool& pool = *DescriptorPool::generated_pool();
    const auto* file = request.has_file_by_filename()
                           ? pool.FindFileByName(request.file_by_filename())
                           : pool.FindFileContainingSymbol(request.file_containing_symbol());
    if (file == nullptr) {
      answer.mutable_error_response()->set_error_code(5);
      answer.mutable_error_response()->set_error_message("there is no such symbol");
      return answer;
    }
    google::protobuf::FileDescriptorProto proto;
    file->CopyTo(&proto);
    answer.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
    return answer;
  });
}

}  // namespace pigeonhub::cli
