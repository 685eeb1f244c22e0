// SPDX-License-Identifier: Apache-2.0

#include "control/web/connect_answer.h"

#include <array>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "control/web/dynamic_message.h"
#include "control/web/gzip.h"
#include "google/rpc/status.pb.h"
#include "proto/json/message_json.h"
#include "server/base/json_writer.h"

namespace pigeonhub {
namespace {

using google::protobuf::DescriptorPool;

constexpr char kPackedFlag = 1;
constexpr char kEnd = 2;
// Smaller answers become larger, or hardly smaller.
constexpr size_t kWorthPacking = 1024;

struct Code {
  std::string_view name;
  int http;
};
// By the number of gRPC's code. OK has no name in the protocol.
constexpr std::array<Code, 17> kCodes = {{{"", 200},
                                          {"canceled", 499},
                                          {"unknown", 500},
                                          {"invalid_argument", 400},
                                          {"deadline_exceeded", 504},
                                          {"not_found", 404},
                                          {"already_exists", 409},
                                          {"permission_denied", 403},
                                          {"resource_exhausted", 429},
                                          {"failed_precondition", 400},
                                          {"aborted", 409},
                                          {"out_of_range", 400},
                                          {"unimplemented", 501},
                                          {"internal", 500},
                                          {"unavailable", 503},
                                          {"data_loss", 500},
                                          {"unauthenticated", 401}}};

const Code& CodeOf(grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return number < kCodes.size() ? kCodes[number] : kCodes[grpc::StatusCode::UNKNOWN];
}

std::string Base64WithoutPadding(const std::string& bytes) {
  std::string text = absl::Base64Escape(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

void WriteDetails(const std::string& bytes, JsonWriter& json) {
  google::rpc::Status status;
  if (bytes.empty() || !status.ParseFromString(bytes) || status.details().empty()) return;
  json.Key("details").BeginArray();
  for (const google::protobuf::Any& detail : status.details()) {
    const std::string type = detail.type_url().substr(detail.type_url().rfind('/') + 1);
    json.BeginObject().Key("type").String(type);
    json.Key("value").Word(Base64WithoutPadding(detail.value()));
    const google::protobuf::Descriptor* descriptor =
        DescriptorPool::generated_pool()->FindMessageTypeByName(type);
    if (descriptor != nullptr) {
      const auto message = NewMessage(*descriptor);
      if (message->ParseFromString(detail.value())) {
        json.Key("debug").Raw(MessageJson(*message, JsonLayout::kOneLine));
      }
    }
    json.EndObject();
  }
  json.EndArray();
}

void WriteError(const grpc::Status& status, JsonWriter& json) {
  json.BeginObject().Key("code").Word(CodeOf(status.error_code()).name);
  if (!status.error_message().empty()) json.Key("message").String(status.error_message());
  WriteDetails(status.error_details(), json);
  json.EndObject();
}

std::string Encode(const ConnectCall& call, std::string_view response) {
  if (call.codec == ConnectCodec::kProto) return std::string(response);
  const auto message = NewMessage(*call.method->output_type());
  message->ParseFromArray(response.data(), static_cast<int>(response.size()));
  return MessageJson(*message, JsonLayout::kOneLine);
}

std::string Enveloped(char flags, std::string_view bytes) {
  std::string piece(1, flags);
  for (int shift = 24; shift >= 0; shift -= 8) {
    piece += static_cast<char>(bytes.size() >> shift & 0xff);
  }
  return piece.append(bytes);
}

std::string StreamType(ConnectCodec codec) {
  return codec == ConnectCodec::kJson ? "application/connect+json" : "application/connect+proto";
}

}  // namespace

int HttpStatus(grpc::StatusCode code) { return CodeOf(code).http; }

std::string ErrorJson(const grpc::Status& status) {
  std::string text;
  JsonWriter json(text);
  WriteError(status, json);
  return text;
}

WebAnswer UnaryAnswer(const ConnectCall& call, const grpc::Status& status,
                      std::string_view response) {
  if (!status.ok()) return RefusalAnswer({status, false, call.codec});
  WebAnswer answer{200,
                   call.codec == ConnectCodec::kJson ? "application/json" : "application/proto",
                   Encode(call, response),
                   {{"Vary", "Accept-Encoding"}}};
  if (call.takes_gzip && answer.body.size() >= kWorthPacking) {
    answer.body = Gzip(answer.body);
    answer.headers.emplace_back("Content-Encoding", "gzip");
  }
  return answer;
}

WebAnswer RefusalAnswer(const ConnectRefusal& refusal) {
  if (refusal.is_stream) {
    return {200, StreamType(refusal.codec), StreamEnd(refusal.status), {}};
  }
  return {
      HttpStatus(refusal.status.error_code()), "application/json", ErrorJson(refusal.status), {}};
}

WebAnswer StreamHead(const ConnectCall& call) {
  WebAnswer head{200, StreamType(call.codec), {}, {}};
  if (call.takes_gzip) head.headers.emplace_back("Connect-Content-Encoding", "gzip");
  return head;
}

std::string StreamMessage(const ConnectCall& call, std::string_view message) {
  const std::string bytes = Encode(call, message);
  if (!call.takes_gzip || bytes.size() < kWorthPacking) return Enveloped(0, bytes);
  return Enveloped(kPackedFlag, Gzip(bytes));
}

std::string StreamEnd(const grpc::Status& status) {
  std::string text;
  JsonWriter json(text);
  json.BeginObject();
  if (!status.ok()) {
    json.Key("error");
    std::string error = ErrorJson(status);
    json.Raw(error);
  }
  json.EndObject();
  return Enveloped(kEnd, text);
}

}  // namespace pigeonhub
