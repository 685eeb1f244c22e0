// SPDX-License-Identifier: Apache-2.0
//
// The answers of the Connect protocol, byte by byte.

#include "control/web/connect_answer.h"

#include <gtest/gtest.h>

#include <string>

#include "control/call/rpc_error.h"
#include "control/web/answer_head.h"
#include "control/web/gzip.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "tests/control/web/written_request.h"

namespace pigeonhub {
namespace {

using namespace std::string_literals;

ConnectCall CallOfId(ConnectCodec codec, bool takes_gzip) {
  ConnectCall call;
  call.method = v1::GeneratePeerIdResponse::descriptor()
                    ->file()
                    ->FindServiceByName("HubService")
                    ->FindMethodByName("GeneratePeerId");
  call.codec = codec;
  call.takes_gzip = takes_gzip;
  return call;
}

std::string IdResponse(const std::string& id) {
  v1::GeneratePeerIdResponse response;
  response.set_peer_id(id);
  return response.SerializeAsString();
}

TEST(ConnectAnswer, IsTheMessage) {
  const WebAnswer json =
      UnaryAnswer(CallOfId(ConnectCodec::kJson, true), grpc::Status::OK, IdResponse("ab"));
  EXPECT_EQ(json.status, 200);
  EXPECT_EQ(json.content_type, "application/json");
  EXPECT_EQ(json.body, R"({"peerId":"ab"})");
  EXPECT_EQ(HeaderOf(json, "Content-Encoding"), "") << "too small to be packed";
  const WebAnswer binary =
      UnaryAnswer(CallOfId(ConnectCodec::kProto, false), grpc::Status::OK, IdResponse("ab"));
  EXPECT_EQ(binary.content_type, "application/proto");
  EXPECT_EQ(binary.body,
            "\x0a\x02"
            "ab");
}

TEST(ConnectAnswer, IsPackedForWhoTakesIt) {
  const std::string id(2000, 'a');
  const std::string whole = R"({"peerId":")" + id + R"("})";
  const WebAnswer packed =
      UnaryAnswer(CallOfId(ConnectCodec::kJson, true), grpc::Status::OK, IdResponse(id));
  EXPECT_EQ(HeaderOf(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(packed, "Vary"), "Accept-Encoding");
  EXPECT_EQ(Gunzip(packed.body, 5000).value(), whole);
  EXPECT_EQ(
      UnaryAnswer(CallOfId(ConnectCodec::kJson, false), grpc::Status::OK, IdResponse(id)).body,
      whole);
}

TEST(ConnectAnswer, TellsAnErrorWithItsDetails) {
  const grpc::Status status =
      RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_PEER_NOT_FOUND, "no peer \"ab\"");
  const WebAnswer answer = UnaryAnswer(CallOfId(ConnectCodec::kProto, true), status, "");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.content_type, "application/json") << "whatever the call was encoded in";
  EXPECT_EQ(answer.body,
            R"({"code":"not_found","message":"no peer \"ab\"","details":[{"type":)"
            R"("google.rpc.ErrorInfo","value":"Cg5QRUVSX05PVF9GT1VORBIJcGlnZW9uaHVi","debug":)"
            R"({"reason":"PEER_NOT_FOUND","domain":"pigeonhub","metadata":{}}}]})");
}

TEST(ConnectAnswer, HasTheStatusOfTheProtocol) {
  const struct {
    grpc::StatusCode code;
    int http;
    const char* name;
  } rows[] = {{grpc::StatusCode::CANCELLED, 499, "canceled"},
              {grpc::StatusCode::UNKNOWN, 500, "unknown"},
              {grpc::StatusCode::INVALID_ARGUMENT, 400, "invalid_argument"},
              {grpc::StatusCode::DEADLINE_EXCEEDED, 504, "deadline_exceeded"},
              {grpc::StatusCode::NOT_FOUND, 404, "not_found"},
              {grpc::StatusCode::ALREADY_EXISTS, 409, "already_exists"},
              {grpc::StatusCode::PERMISSION_DENIED, 403, "permission_denied"},
              {grpc::StatusCode::RESOURCE_EXHAUSTED, 429, "resource_exhausted"},
              {grpc::StatusCode::FAILED_PRECONDITION, 400, "failed_precondition"},
              {grpc::StatusCode::ABORTED, 409, "aborted"},
              {grpc::StatusCode::OUT_OF_RANGE, 400, "out_of_range"},
              {grpc::StatusCode::UNIMPLEMENTED, 501, "unimplemented"},
              {grpc::StatusCode::INTERNAL, 500, "internal"},
              {grpc::StatusCode::UNAVAILABLE, 503, "unavailable"},
              {grpc::StatusCode::DATA_LOSS, 500, "data_loss"},
              {grpc::StatusCode::UNAUTHENTICATED, 401, "unauthenticated"},
              {static_cast<grpc::StatusCode>(99), 500, "unknown"}};
  for (const auto& row : rows) {
    EXPECT_EQ(HttpStatus(row.code), row.http) << row.name;
    EXPECT_EQ(ErrorJson({row.code, ""}), "{\"code\":\"" + std::string(row.name) + "\"}");
  }
}

TEST(ConnectAnswer, OfAStreamIsEnvelopesAndAnEnd) {
  const ConnectCall json = CallOfId(ConnectCodec::kJson, false);
  EXPECT_EQ(StreamHead(json).content_type, "application/connect+json");
  EXPECT_EQ(StreamHead(json).status, 200);
  EXPECT_EQ(StreamMessage(json, IdResponse("ab")), "\0\0\0\0\x0f"s + R"({"peerId":"ab"})");
  EXPECT_EQ(StreamEnd(grpc::Status::OK), "\2\0\0\0\2{}"s);
  EXPECT_EQ(StreamEnd({grpc::StatusCode::ABORTED, "x"}),
            "\2\0\0\0\x2a"s + R"({"error":{"code":"aborted","message":"x"}})");

  const ConnectCall packing = CallOfId(ConnectCodec::kProto, true);
  EXPECT_EQ(StreamHead(packing).content_type, "application/connect+proto");
  EXPECT_EQ(HeaderOf(StreamHead(packing), "Connect-Content-Encoding"), "gzip");
  EXPECT_EQ(StreamMessage(packing, "ab"), "\0\0\0\0\2ab"s) << "too small to be packed";
  const std::string large(5000, 'a');
  const std::string packed = StreamMessage(packing, large);
  EXPECT_EQ(packed[0], '\1');
  EXPECT_EQ(Gunzip(packed.substr(5), 5000).value(), large);
}

TEST(ConnectAnswer, RefusesAStreamInsideOfIt) {
  const grpc::Status status(grpc::StatusCode::ABORTED, "x");
  const WebAnswer stream = RefusalAnswer({status, true, ConnectCodec::kProto});
  EXPECT_EQ(stream.status, 200) << "clients read an end of a stream only there";
  EXPECT_EQ(stream.content_type, "application/connect+proto");
  EXPECT_EQ(stream.body, StreamEnd(status));
  EXPECT_EQ(RefusalAnswer({status, false, ConnectCodec::kProto}).status, 409);
}

TEST(AnswerHead, IsThatOfHttp) {
  const WebAnswer answer{200, "text/plain", "hello", {{"ETag", "\"1\""}}};
  EXPECT_EQ(AnswerHead(answer, WebFraming::kLength, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nETag: \"1\"\r\n"
            "\r\n");
  EXPECT_EQ(AnswerHead(answer, WebFraming::kChunked, false),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nETag: "
            "\"1\"\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(AnswerHead({204, "text/plain", "", {}}, WebFraming::kLength, true),
            "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(Chunk("0123456789abcdefg"), "11\r\n0123456789abcdefg\r\n");
}

}  // namespace
}  // namespace pigeonhub
