// SPDX-License-Identifier: Apache-2.0

#include "control/web/connect_call.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "control/web/connect_answer.h"
#include "control/web/dynamic_message.h"
#include "control/web/gzip.h"
#include "server/base/text.h"
#include "server/wire/target.h"

namespace pigeonhub {
namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;
using grpc::StatusCode;

// Those of the control API: its own, and the standard one of health.
constexpr std::string_view kPackages[] = {"/pigeonhub.v1.", "/grpc.health.v1."};
constexpr size_t kEnvelopeHead = 5;  // a byte of flags, four of length
constexpr unsigned char kPacked = 1;
// Ten digits, as the protocol says.
constexpr size_t kLongestTimeout = 10;

absl::string_view Chars(std::string_view text) { return {text.data(), text.size()}; }

// The part of a content type before its parameters, in lower case.
std::string MediaType(std::string_view content_type) {
  return absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(Chars(content_type.substr(0, content_type.find(';')))));
}

const MethodDescriptor* MethodAt(std::string_view path) {
  std::string name(path.substr(1));
  const size_t slash = name.find('/');
  if (slash == std::string::npos) return nullptr;
  name[slash] = '.';
  return google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
}

bool OnlyLooks(const MethodDescriptor& method) {
  return method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS;
}

WebAnswer WrongType(const MethodDescriptor& method) {
  const std::string types = method.server_streaming()
                                ? "application/connect+json, application/connect+proto"
                                : "application/json, application/proto";
  return {415,
          "text/plain; charset=utf-8",
          absl::StrCat("this method takes the content types ", types, "\n"),
          {{"Accept-Post", types}}};
}

WebAnswer WrongMethod(bool also_get) {
  const std::string methods = also_get ? "GET, POST" : "POST";
  return {405,
          "text/plain; charset=utf-8",
          absl::StrCat("this method of the control API is called with ", methods, "\n"),
          {{"Allow", methods}}};
}

// What one body, or one message in an envelope, is packed with.
grpc::Status Unpack(std::string_view encoding, size_t most_bytes, std::string& bytes) {
  if (encoding.empty() || encoding == "identity") return grpc::Status::OK;
  if (encoding != "gzip") {
    return {StatusCode::UNIMPLEMENTED,
            "unknown compression " + Shown(encoding) + "; supported encodings are gzip, identity"};
  }
  // Clients say how they pack, and do not pack what is empty.
  if (bytes.empty()) return grpc::Status::OK;
  auto unpacked = Gunzip(bytes, most_bytes);
  if (!unpacked.ok()) {
    const auto why = unpacked.status().message();
    return {static_cast<StatusCode>(unpacked.status().code()), "the message " + std::string(why)};
  }
  bytes = *std::move(unpacked);
  return grpc::Status::OK;
}

// Turns JSON into the bytes of the message.
grpc::Status ReadJson(const MethodDescriptor& method, std::string& bytes) {
  const auto message = NewMessage(*method.input_type());
  const auto status = google::protobuf::util::JsonStringToMessage(bytes, message.get());
  if (!status.ok()) {
    const std::string why(status.message().data(), status.message().size());
    return {StatusCode::INVALID_ARGUMENT, "the request is not the JSON of " +
                                              std::string(method.input_type()->full_name()) + ": " +
                                              Shown(why)};
  }
  bytes = message->SerializeAsString();
  return grpc::Status::OK;
}

// Whether the bytes are the message at all: gRPC would say INTERNAL.
grpc::Status CheckProto(const MethodDescriptor& method, const std::string& bytes) {
  if (NewMessage(*method.input_type())->ParseFromString(bytes)) return grpc::Status::OK;
  return {StatusCode::INVALID_ARGUMENT,
          "the request is no " + std::string(method.input_type()->full_name())};
}

grpc::Status ReadTimeout(std::string_view text, ConnectCall& call) {
  if (text.empty()) return grpc::Status::OK;
  int64_t milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || end != text.data() + text.size() || milliseconds < 0 ||
      text.size() > kLongestTimeout) {
    return {StatusCode::INVALID_ARGUMENT,
            "Connect-Timeout-Ms: expected at most ten digits, got " + Shown(text)};
  }
  call.timeout = std::chrono::milliseconds(milliseconds);
  return grpc::Status::OK;
}

grpc::Status ReadVersion(std::string_view version) {
  if (version.empty() || version == "1") return grpc::Status::OK;
  return {StatusCode::INVALID_ARGUMENT,
          "Connect-Protocol-Version: expected 1, got " + Shown(version)};
}

// The one message of a stream's request, out of its envelope.
grpc::Status ReadEnvelope(std::string_view encoding, size_t most_bytes, std::string& bytes) {
  if (bytes.size() < kEnvelopeHead) {
    return {StatusCode::INVALID_ARGUMENT,
            "the request of a stream is one message in an envelope of 5 bytes and its own"};
  }
  const auto flags = static_cast<unsigned char>(bytes[0]);
  size_t length = 0;
  for (size_t i = 1; i < kEnvelopeHead; ++i) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  if ((flags & ~kPacked) != 0 || length != bytes.size() - kEnvelopeHead) {
    return {StatusCode::INVALID_ARGUMENT,
            "the request of a stream is exactly one message in its envelope"};
  }
  bytes.erase(0, kEnvelopeHead);
  if ((flags & kPacked) == 0) return grpc::Status::OK;
  if (encoding.empty() || encoding == "identity") {
    return {StatusCode::INVALID_ARGUMENT,
            "the message is packed, and Connect-Content-Encoding does not say how"};
  }
  return Unpack(encoding, most_bytes, bytes);
}

grpc::Status ReadGet(const WebRequest& request, size_t most_bytes, ConnectCall& call) {
  const std::string target = '?' + std::string(request.query);
  const auto field = [&](const char* name) { return wire::FieldOfTarget(target, name); };
  if (const std::string version = field("connect"); !version.empty() && version != "v1") {
    return {StatusCode::INVALID_ARGUMENT, "connect: expected v1, got " + Shown(version)};
  }
  const std::string encoding = field("encoding");
  if (encoding == "proto") {
    call.codec = ConnectCodec::kProto;
  } else if (!encoding.empty() && encoding != "json") {
    return {StatusCode::INVALID_ARGUMENT,
            "encoding: expected json or proto, got " + Shown(encoding)};
  }
  call.request = field("message");
  if (field("base64") == "1") {
    std::string bytes;
    // Both alphabets and any padding, as the protocol wants it.
    if (!absl::WebSafeBase64Unescape(call.request, &bytes) &&
        !absl::Base64Unescape(call.request, &bytes)) {
      return {StatusCode::INVALID_ARGUMENT, "message: it is not base64"};
    }
    call.request = std::move(bytes);
  }
  grpc::Status status = Unpack(field("compression"), most_bytes, call.request);
  if (call.request.empty() && call.codec == ConnectCodec::kJson) call.request = "{}";
  return status;
}

}  // namespace

std::string ConnectCall::name() const {
  return std::string(method->service()->full_name()) + '/' + std::string(method->name());
}

bool IsConnectPath(std::string_view path) {
  return std::any_of(std::begin(kPackages), std::end(kPackages),
                     [&](std::string_view package) { return path.starts_with(package); });
}

std::variant<ConnectCall, ConnectRefusal, WebAnswer> ReadConnectCall(const WebRequest& request,
                                                                     size_t most_bytes) {
  ConnectCall call;
  call.method = MethodAt(request.path);
  if (call.method == nullptr) {
    return WebAnswer{
        404,
        "application/json",
        ErrorJson({StatusCode::UNIMPLEMENTED,
                   "there is no method " + Shown(request.path.substr(1)) +
                       "; the protos, or pigeonctl api list, name those that there are"}),
        {}};
  }
  const bool is_get = request.method == "GET" && !call.is_stream() && OnlyLooks(*call.method);
  if (request.method != "POST" && !is_get) {
    return WrongMethod(!call.is_stream() && OnlyLooks(*call.method));
  }
  const std::string type = MediaType(request.header("Content-Type"));
  const std::string prefix = call.is_stream() ? "application/connect+" : "application/";
  if (is_get || type == prefix + "json") {
    call.codec = ConnectCodec::kJson;
  } else if (type == prefix + "proto") {
    call.codec = ConnectCodec::kProto;
  } else {
    return WrongType(*call.method);
  }
  const auto encoding =
      request.header(call.is_stream() ? "Connect-Content-Encoding" : "Content-Encoding");
  call.takes_gzip =
      TakesGzip(request.header(call.is_stream() ? "Connect-Accept-Encoding" : "Accept-Encoding"));

  grpc::Status status = ReadVersion(request.header("Connect-Protocol-Version"));
  if (status.ok()) status = ReadTimeout(request.header("Connect-Timeout-Ms"), call);
  if (status.ok() && is_get) {
    status = ReadGet(request, most_bytes, call);
  } else if (status.ok()) {
    call.request = std::string(request.body);
    status = call.is_stream() ? ReadEnvelope(encoding, most_bytes, call.request)
                              : Unpack(encoding, most_bytes, call.request);
  }
  if (status.ok()) {
    status = call.codec == ConnectCodec::kJson ? ReadJson(*call.method, call.request)
                                               : CheckProto(*call.method, call.request);
  }
  if (!status.ok()) return ConnectRefusal{status, call.is_stream(), call.codec};
  return call;
}

}  // namespace pigeonhub
