// SPDX-License-Identifier: Apache-2.0

#include "grpc/health/v1/health.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

void ServeHealth(FakeServer& server) {
  using grpc::health::v1::HealthCheckRequest;
  using grpc::health::v1::HealthCheckResponse;
  server.Answer<HealthCheckRequest>(FromJson<HealthCheckResponse>(R"({"status": "SERVING"})"));
}

}  // namespace pigeonhub::cli
