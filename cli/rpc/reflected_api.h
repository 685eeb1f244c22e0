// SPDX-License-Identifier: Apache-2.0
//
// The API as a server describes it by gRPC reflection, so that a client can call what it was not
// built with.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

class ReflectedApi {
 public:
  // The client outlives it.
  explicit ReflectedApi(Client& hub) : hub_(hub) {}

  // The names of the services, "pigeonhub.v1.PeerService". A server may describe fewer of them.
  absl::StatusOr<std::vector<std::string>> Services();

  // NOT_FOUND if there is no such service.
  absl::StatusOr<const google::protobuf::ServiceDescriptor*> Service(const std::string& name);

  // The method of a name as "pigeonhub.v1.PeerService/ListPeers", "PeerService/ListPeers", or
  // "ListPeers" where only one service has it. NOT_FOUND with the line for the user.
  absl::StatusOr<const google::protobuf::MethodDescriptor*> Method(const std::string& name);

  // What the name means, as a .proto file writes it: a service, a method, a message or an enum.
  absl::StatusOr<std::string> Definition(const std::string& name);

  // An empty message of the type.
  std::unique_ptr<google::protobuf::Message> New(const google::protobuf::Descriptor* type);

 private:
  // Asks for the file in which the symbol stands, and for those that it imports.
  absl::Status Load(const std::string& symbol);
  absl::Status LoadFile(const std::string& name);
  absl::Status Take(const google::protobuf::Message& answer);

  Client& hub_;
  google::protobuf::SimpleDescriptorDatabase files_;
  google::protobuf::DescriptorPool pool_{&files_};
  google::protobuf::DynamicMessageFactory messages_{&pool_};
  std::set<std::string> known_files_;
  std::vector<std::string> services_;  // once they were asked for
};

}  // namespace pigeonhub::cli
