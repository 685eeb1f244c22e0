// SPDX-License-Identifier: Apache-2.0

#include "control/remote/answering.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "control/call/rpc_error.h"
#include "control/remote/merge.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

constexpr size_t kMostName = 128;

std::string AnswerText(const grpc::Status& status) {
  hubs::v1::Answer answer;
  answer.set_code(status.error_code());
  answer.set_message(status.error_message());
  answer.set_details(status.error_details());
  return answer.SerializeAsString();
}

// A method of the control API that other hubs may ask for; null: it is none.
const MethodDescriptor* MethodOf(const std::string& name) {
  if (!name.starts_with("pigeonhub.v1.")) return nullptr;
  const MethodDescriptor* method =
      DescriptorPool::generated_pool()->FindMethodByName(absl::StrReplaceAll(name, {{"/", "."}}));
  return method != nullptr && MayMeanOtherHubs(*method->output_type()) ? method : nullptr;
}

// The request, meant for this hub alone: a hub that is asked asks no others.
bool ForThisHub(const MethodDescriptor& method, std::string& request) {
  const std::unique_ptr<Message> message(
      MessageFactory::generated_factory()->GetPrototype(method.input_type())->New());
  if (!message->ParseFromString(request)) return false;
  SetText(*message, "hub_id", {});
  request = message->SerializeAsString();
  return true;
}

std::chrono::system_clock::time_point DeadlineOf(const hubs::v1::Question& asked) {
  const auto most = std::chrono::milliseconds(std::chrono::minutes(1)).count();
  return std::chrono::system_clock::now() +
         std::chrono::milliseconds(std::clamp<int64_t>(asked.patience_ms(), 0, most));
}

}  // namespace

Principal PrincipalOf(const HubServer::Question& question, const hubs::v1::Question& asked) {
  Principal caller;
  AppendEscaped(caller.name, asked.caller(), kMostName);
  caller.name += " via hub " + std::string(question.from.text());
  caller.role = RoleNamed(asked.role()).value_or(Role::kViewer);
  caller.asks_all = asked.of_all();
  if (question.has_mesh_key || caller.role == Role::kViewer) return caller;
  caller.role = Role::kViewer;
  caller.name += ", which was not admitted by a hub token,";
  return caller;
}

Answering::Answering(ControlPlane& plane) : plane_(plane) {
  plane_.hub.OnQuestion([this](const HubServer::Question& question) { Answer(question); });
}

Answering::~Answering() {
  plane_.hub.OnQuestion(nullptr);
  streams_->Close();
}

void Answering::Answer(const HubServer::Question& question) {
  hubs::v1::Question asked;
  if (!asked.ParseFromString(question.text)) {
    return question.reply(AnswerText(
        grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the question cannot be read")));
  }
  if (asked.has_next_of()) {
    return streams_->Next(question.from, asked.next_of(),
                          [reply = question.reply](const hubs::v1::Answer& answer) {
                            reply(answer.SerializeAsString());
                          });
  }
  if (asked.has_end_of()) {
    streams_->End(question.from, asked.end_of());
    return question.reply(AnswerText(grpc::Status::OK));
  }
  const bool is_stream = asked.has_open();
  hubs::v1::Call& call = is_stream ? *asked.mutable_open() : *asked.mutable_call();
  const MethodDescriptor* method = MethodOf(call.method());
  if (method == nullptr || method->server_streaming() != is_stream) {
    return question.reply(AnswerText(
        grpc::Status(grpc::StatusCode::UNIMPLEMENTED,
                     "its version has no such call for other hubs: " + Shown(call.method()))));
  }
  if (!ForThisHub(*method, *call.mutable_request())) {
    return question.reply(
        AnswerText(grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "the request cannot be read")));
  }
  InsideCalls::Call inside{call.method(), std::move(*call.mutable_request()),
                           PrincipalOf(question, asked)};
  if (is_stream) return Open(question, std::move(inside));
  inside.deadline = DeadlineOf(asked);
  plane_.inside.Ask(std::move(inside),
                    [reply = question.reply](const grpc::Status& status, std::string response) {
                      hubs::v1::Answer answer;
                      answer.set_code(status.error_code());
                      answer.set_message(status.error_message());
                      answer.set_details(status.error_details());
                      answer.set_response(std::move(response));
                      reply(answer.SerializeAsString());
                    });
}

void Answering::Open(const HubServer::Question& question, InsideCalls::Call call) {
  if (!streams_->HasRoomFor(question.from)) {
    return question.reply(AnswerText(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                                  "it has too many streams for other hubs")));
  }
  hubs::v1::Answer answer;
  answer.set_stream(streams_->Add(question.from, plane_.inside.Watch(std::move(call))));
  question.reply(answer.SerializeAsString());
}

}  // namespace pigeonhub
