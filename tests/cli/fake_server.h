// SPDX-License-Identifier: Apache-2.0
//
// A gRPC server that answers what a test told it to and remembers what it was asked. It knows
// methods only by the messages they take, as the client does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

namespace pigeonhub::cli {

// Codes of gRPC.
inline constexpr int kCancelled = 1;
inline constexpr int kNotFound = 5;
inline constexpr int kPermissionDenied = 7;
inline constexpr int kUnavailable = 14;

// The end of a call, and what comes before it.
struct FakeReply {
  std::vector<std::string> messages = {};  // serialized; a call that is no stream has one
  int code = 0;                            // of gRPC
  std::string message = {};
  std::string details = {};  // the trailer grpc-status-details-bin
  bool stays = false;        // the stream stays open until the client leaves
};

// One call as it came in.
struct FakeCall {
  std::string method;   // "ListPeers"
  std::string request;  // serialized
  std::string authorization;
};

class FakeServer {
 public:
  struct Tls {
    std::string certificate = {};  // PEM
    std::string key = {};
    std::string client_authorities = {};  // if any, clients must show a certificate
  };

  // Listens on a free port of 127.0.0.1, or on `address`.
  FakeServer() : FakeServer("127.0.0.1:0", nullptr) {}
  FakeServer(const std::string& address, const Tls* tls);
  ~FakeServer();

  // host:port, or the address given.
  const std::string& address() const;

  // From now on the method whose request this is answers so. Methods nobody spoke of are
  // UNIMPLEMENTED.
  void On(const google::protobuf::Message& request,
          std::function<FakeReply(const std::string& request)> handler);

  // The same with one typed message.
  template <typename Request, typename Response>
  void Answer(std::function<Response(const Request&)> answer) {
    On(Request(), [answer = std::move(answer)](const std::string& bytes) {
      Request request;
      request.ParseFromString(bytes);
      return FakeReply{.messages = {answer(request).SerializeAsString()}};
    });
  }
  template <typename Request, typename Response>
  void Answer(Response response) {
    Answer<Request, Response>([response](const Request&) { return response; });
  }

  std::vector<FakeCall> calls() const;
  // The request of the last call, which must have been of this type.
  template <typename Request>
  Request last() const {
    Request request;
    request.ParseFromString(calls().back().request);
    return request;
  }

  // Ends every call and stops to listen.
  void Stop();

 private:
  class Service;
  std::unique_ptr<Service> service_;
};

// A refusal as the hub makes it, with google.rpc details.
FakeReply Refusal(int code, const std::string& message, const std::string& reason,
                  const std::vector<const google::protobuf::Message*>& more_details = {});

}  // namespace pigeonhub::cli
