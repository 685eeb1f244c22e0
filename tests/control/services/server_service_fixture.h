// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {

class ServerServiceTest : public ControlTest {
 protected:
  v1::GetStatsResponse Stats() {
    v1::GetStatsResponse stats;
    const auto status = CALL(server_, GetStats, v1::GetStatsRequest(), stats);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return stats;
  }
  // Settings as "value (origin)", by name.
  std::map<std::string, std::string> Settings() {
    v1::GetServerInfoResponse info;
    const auto status = CALL(server_, GetServerInfo, v1::GetServerInfoRequest(), info);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::map<std::string, std::string> settings;
    for (const v1::ConfigValue& value : info.config()) {
      settings[value.name()] = value.value() + " (" + value.origin() + ")";
    }
    return settings;
  }
  // Limits as "value (origin)", by name.
  std::map<std::string, std::string> Limits() {
    v1::GetLimitsResponse response;
    const auto status = CALL(server_, GetLimits, v1::GetLimitsRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::map<std::string, std::string> limits;
    for (const v1::Limit& limit : response.limits()) {
      limits[limit.name()] = limit.value() + " (" + limit.origin() + ")";
    }
    return limits;
  }
  // Reads a Drain stream to its end.
  std::pair<grpc::Status, std::vector<v1::DrainResponse>> Drain(const v1::DrainRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    const auto stream = server_->Drain(&context, request);
    std::vector<v1::DrainResponse> progress;
    for (v1::DrainResponse next; stream->Read(&next);) progress.push_back(next);
    return {stream->Finish(), progress};
  }
};

}  // namespace pigeonhub
