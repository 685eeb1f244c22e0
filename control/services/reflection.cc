// SPDX-License-Identifier: Apache-2.0

#include "control/services/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/server_callback.h>

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "control/call/call.h"
#include "control/call/control_plane.h"
#include "control/call/refused_stream.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {
namespace {

namespace reflection = grpc::reflection::v1;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Adds a file, and then the files that it imports, each once.
void AddFile(const FileDescriptor& file, std::set<const FileDescriptor*>& added,
             reflection::FileDescriptorResponse& answer) {
  if (!added.insert(&file).second) return;
  google::protobuf::FileDescriptorProto proto;
  file.CopyTo(&proto);
  answer.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), added, answer);
}

// Answers from the descriptors that are linked into this program.
class Answers {
 public:
  explicit Answers(const std::vector<std::string>& services) : services_(services) {}

  reflection::ServerReflectionResponse To(
      const reflection::ServerReflectionRequest& question) const {
    reflection::ServerReflectionResponse answer;
    answer.set_valid_host(question.host());
    *answer.mutable_original_request() = question;
    switch (question.message_request_case()) {
      case reflection::ServerReflectionRequest::kListServices:
        for (const std::string& name : services_) {
          answer.mutable_list_services_response()->add_service()->set_name(name);
        }
        break;
      case reflection::ServerReflectionRequest::kFileByFilename:
        SetFile(pool_.FindFileByName(question.file_by_filename()), answer);
        break;
      case reflection::ServerReflectionRequest::kFileContainingSymbol:
        SetFile(pool_.FindFileContainingSymbol(question.file_containing_symbol()), answer);
        break;
      case reflection::ServerReflectionRequest::kFileContainingExtension: {
        const auto& asked = question.file_containing_extension();
        const auto* type = pool_.FindMessageTypeByName(asked.containing_type());
        const FieldDescriptor* field =
            type == nullptr ? nullptr : pool_.FindExtensionByNumber(type, asked.extension_number());
        SetFile(field == nullptr ? nullptr : field->file(), answer);
        break;
      }
      case reflection::ServerReflectionRequest::kAllExtensionNumbersOfType: {
        const std::string& name = question.all_extension_numbers_of_type();
        const auto* type = pool_.FindMessageTypeByName(name);
        if (type == nullptr) {
          SetError(grpc::StatusCode::NOT_FOUND, "no such message", answer);
          break;
        }
        std::vector<const FieldDescriptor*> extensions;
        pool_.FindAllExtensions(type, &extensions);
        auto& numbers = *answer.mutable_all_extension_numbers_response();
        numbers.set_base_type_name(name);
        for (const auto* field : extensions) numbers.add_extension_number(field->number());
        break;
      }
      case reflection::ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
        SetError(grpc::StatusCode::INVALID_ARGUMENT, "the request asks for nothing", answer);
        break;
    }
    return answer;
  }

 private:
  static void SetError(grpc::StatusCode code, const char* message,
                       reflection::ServerReflectionResponse& answer) {
    answer.mutable_error_response()->set_error_code(code);
    answer.mutable_error_response()->set_error_message(message);
  }
  static void SetFile(const FileDescriptor* file, reflection::ServerReflectionResponse& answer) {
    if (file == nullptr) return SetError(grpc::StatusCode::NOT_FOUND, "not known here", answer);
    std::set<const FileDescriptor*> added;
    AddFile(*file, added, *answer.mutable_file_descriptor_response());
  }

  const std::vector<std::string>& services_;
  const DescriptorPool& pool_ = *DescriptorPool::generated_pool();
};

using ReflectionReactor = grpc::ServerBidiReactor<reflection::ServerReflectionRequest,
                                                  reflection::ServerReflectionResponse>;

// One call, in which questions and answers take turns.
class Conversation final : public ReflectionReactor {
 public:
  Conversation(const std::vector<std::string>& services, StreamPlaces::Place place)
      : answers_(services), place_(std::move(place)) {
    StartRead(&question_);
    place_.EndsBy([this](const grpc::Status& why) { End(why); });
  }

 private:
  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (end_) return;
    if (!ok) return EndLocked(grpc::Status::OK);
    answer_ = answers_.To(question_);
    writing_ = true;
    StartWrite(&answer_);
  }
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    writing_ = false;
    if (end_) return Finish(*end_);
    if (!ok) return EndLocked({grpc::StatusCode::CANCELLED, "the caller left"});
    StartRead(&question_);
  }
  void OnDone() override { delete this; }

  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (!end_) EndLocked(status);
  }
  // After the write that is under way. A read does not hold it up.
  void EndLocked(const grpc::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    end_ = status;
    if (!writing_) Finish(*end_);
  }

  const Answers answers_;
  reflection::ServerReflectionRequest question_;
  reflection::ServerReflectionResponse answer_;

  Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);

  StreamPlaces::Place place_;  // the last
};

// What generated code would do for a service whose name is known when it is compiled.
class Reflection final : public grpc::Service {
 public:
  // `method` lasts as long as the program.
  Reflection(ControlPlane& plane, const char* method) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        method, grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodCallback(
        0, new grpc::internal::CallbackBidiHandler<reflection::ServerReflectionRequest,
                                                   reflection::ServerReflectionResponse>(
               [this, &plane,
                name = method + 1](grpc::CallbackServerContext* context) -> ReflectionReactor* {
                 StreamPlaces::Place place;
                 const auto status = AdmitBuiltinStream(plane, *context, name, place);
                 if (!status.ok()) return new RefusedStream<ReflectionReactor>(status);
                 return new Conversation(services_, std::move(place));
               }));
  }
  // Before the first call.
  void SetServices(const std::vector<std::string>& services) { services_ = services; }

 private:
  std::vector<std::string> services_;
};

// Registers in the same way as gRPC's own services: only such a plugin gets the names of all
// services.
class Plugin final : public grpc::ServerBuilderPlugin {
 public:
  explicit Plugin(ControlPlane& plane)
      : services_{std::make_shared<Reflection>(
                      plane, "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"),
                  std::make_shared<Reflection>(
                      plane, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")} {}

  std::string name() override { return "reflection"; }
  void InitServer(grpc::ServerInitializer* server) override {
    for (const auto& service : services_) server->RegisterService(service);
  }
  void Finish(grpc::ServerInitializer* server) override {
    for (const auto& service : services_) service->SetServices(*server->GetServiceList());
  }
  void ChangeArguments(const std::string& /*name*/, void* /*value*/) override {}

 private:
  const std::array<std::shared_ptr<Reflection>, 2> services_;
};

class Option final : public grpc::ServerBuilderOption {
 public:
  explicit Option(ControlPlane& plane) : plane_(plane) {}
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Plugin>(plane_));
  }

 private:
  ControlPlane& plane_;
};

}  // namespace

void AddReflection(grpc::ServerBuilder& builder, ControlPlane& plane) {
  builder.SetOption(std::make_unique<Option>(plane));
}

}  // namespace pigeonhub
