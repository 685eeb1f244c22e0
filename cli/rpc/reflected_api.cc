// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/reflected_api.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <set>

#include "grpc/reflection/v1/reflection.pb.h"
#include "server/base/nearest_word.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

// A server that describes itself without an end is not listened to.
constexpr size_t kMostFiles = 200;

absl::StatusOr<ServerReflectionResponse> Ask(Client& hub, const ServerReflectionRequest& request) {
  ServerReflectionResponse response;
  const absl::Status status = hub.Stream(
      request, response, [] { return false; }, [] { return false; });
  if (!status.ok()) return status;
  if (response.has_error_response()) {
    return absl::NotFoundError(response.error_response().error_message() +
                               "; see pigeonctl api list");
  }
  return response;
}

// "PeerService" of "pigeonhub.v1.PeerService".
std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }

}  // namespace

absl::StatusOr<std::vector<std::string>> ReflectedApi::Services() {
  if (!services_.empty()) return services_;
  ServerReflectionRequest request;
  request.set_list_services("*");
  const auto response = Ask(hub_, request);
  if (!response.ok()) return response.status();
  std::vector<std::string> names;
  for (const auto& service : response->list_services_response().service()) {
    names.push_back(service.name());
  }
  std::sort(names.begin(), names.end());
  services_ = names;
  return names;
}

absl::StatusOr<const ServiceDescriptor*> ReflectedApi::Service(const std::string& name) {
  const auto all = Services();
  if (!all.ok()) return all.status();
  for (const std::string& each : *all) {
    if (each != name && LastPart(each) != name) continue;
    if (absl::Status status = Load(each); !status.ok()) return status;
    if (const ServiceDescriptor* found = pool_.FindServiceByName(each)) return found;
    return absl::InternalError("the hub does not describe " + each + " in full");
  }
  const std::string meant = DidYouMean(name, *all);
  return absl::NotFoundError("there is no service " + name +
                             (meant.empty() ? "; see pigeonctl api list" : meant));
}

absl::StatusOr<const MethodDescriptor*> ReflectedApi::Method(const std::string& name) {
  // As it stands on the wire: /SERVICE/METHOD.
  if (name.starts_with('/')) return Method(name.substr(1));
  const size_t slash = name.find('/');
  if (slash != std::string::npos) {
    const auto service = Service(name.substr(0, slash));
    if (!service.ok()) return service.status();
    const std::string method = name.substr(slash + 1);
    if (const MethodDescriptor* found = (*service)->FindMethodByName(method)) return found;
    std::vector<std::string> known;
    for (int i = 0; i < (*service)->method_count(); ++i) {
      known.push_back((*service)->method(i)->name());
    }
    const std::string meant = DidYouMean(method, known);
    return absl::NotFoundError((*service)->full_name() + " has no method " + method +
                               (meant.empty() ? "; there are " + Listed(known) : meant));
  }
  const auto all = Services();
  if (!all.ok()) return all.status();
  const MethodDescriptor* found = nullptr;
  std::vector<std::string> known;
  for (const std::string& each : *all) {
    const auto service = Service(each);
    if (absl::IsNotFound(service.status())) continue;  // it is not described
    if (!service.ok()) return service.status();
    for (int i = 0; i < (*service)->method_count(); ++i) {
      known.push_back((*service)->method(i)->name());
    }
    const MethodDescriptor* here = (*service)->FindMethodByName(name);
    if (here == nullptr) continue;
    if (found != nullptr) {
      return absl::NotFoundError(found->service()->full_name() + " and " + each + " both have " +
                                 name + "; write SERVICE/" + name);
    }
    found = here;
  }
  if (found != nullptr) return found;
  const std::string meant = DidYouMean(name, known);
  return absl::NotFoundError("there is no method " + name +
                             (meant.empty() ? "; see pigeonctl api list" : meant));
}

absl::StatusOr<std::string> ReflectedApi::Definition(const std::string& name) {
  if (const auto service = Service(name); service.ok()) return (*service)->DebugString();
  if (const auto method = Method(name); method.ok()) {
    return (*method)->DebugString() + '\n' + (*method)->input_type()->DebugString() + '\n' +
           (*method)->output_type()->DebugString();
  }
  const auto all = Services();
  if (!all.ok()) return all.status();
  // A type may be given without its package, if that is one of a service.
  std::set<std::string> symbols = {name};
  for (const std::string& each : *all) symbols.insert(each.substr(0, each.rfind('.') + 1) + name);
  for (const std::string& symbol : symbols) {
    const absl::Status status = Load(symbol);
    if (absl::IsNotFound(status)) continue;
    if (!status.ok()) return status;
    if (const auto* message = pool_.FindMessageTypeByName(symbol)) return message->DebugString();
    if (const auto* values = pool_.FindEnumTypeByName(symbol)) return values->DebugString();
  }
  return absl::NotFoundError("there is no service, method or type " + Shown(name) +
                             "; see pigeonctl api list");
}

std::unique_ptr<google::protobuf::Message> ReflectedApi::New(
    const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(messages_.GetPrototype(type)->New());
}

absl::Status ReflectedApi::Load(const std::string& symbol) {
  ServerReflectionRequest request;
  request.set_file_containing_symbol(symbol);
  const auto response = Ask(hub_, request);
  return response.ok() ? Take(*response) : response.status();
}

absl::Status ReflectedApi::LoadFile(const std::string& name) {
  ServerReflectionRequest request;
  request.set_file_by_filename(name);
  const auto response = Ask(hub_, request);
  return response.ok() ? Take(*response) : response.status();
}

absl::Status ReflectedApi::Take(const google::protobuf::Message& answer) {
  const auto& response = dynamic_cast<const ServerReflectionResponse&>(answer);
  std::vector<std::string> imports;
  for (const std::string& bytes : response.file_descriptor_response().file_descriptor_proto()) {
    google::protobuf::FileDescriptorProto file;
    if (!file.ParseFromString(bytes)) return absl::InternalError("the hub's answer cannot be read");
    if (!known_files_.insert(file.name()).second) continue;
    if (known_files_.size() > kMostFiles) {
      return absl::InternalError("the hub describes too many files");
    }
    imports.insert(imports.end(), file.dependency().begin(), file.dependency().end());
    files_.Add(file);
  }
  for (const std::string& name : imports) {
    if (known_files_.count(name) > 0) continue;
    if (absl::Status status = LoadFile(name); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace pigeonhub::cli
