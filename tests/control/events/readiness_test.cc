// SPDX-License-Identifier: Apache-2.0

#include "control/events/readiness.h"

#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

// Remembers what the health service would be told.
class FakeHealth final : public grpc::HealthCheckServiceInterface {
 public:
  void SetServingStatus(const std::string& name, bool serving) override {
    told_.push_back(name + (serving ? " serves" : " does not"));
  }
  void SetServingStatus(bool /*serving*/) override {}
  const std::vector<std::string>& told() const { return told_; }

 private:
  std::vector<std::string> told_;
};

using ReadinessTest = ControlTest;

TEST_F(ReadinessTest, TellsTheHealthServiceOnlyWhatIsNews) {
  Join(1, "a");
  FakeHealth health;
  Readiness readiness(hub(), health);
  readiness.Look();
  ASSERT_TRUE(hub().Drain(std::chrono::hours(1)).ok());
  readiness.Look();
  readiness.Look();
  ASSERT_TRUE(hub().Undrain().ok());
  readiness.Look();
  EXPECT_EQ(health.told(),
            (std::vector<std::string>{"pigeonhub.v1.Live serves", "pigeonhub.v1.Ready serves",
                                      "pigeonhub.v1.Ready does not", "pigeonhub.v1.Ready serves"}));
}

}  // namespace
}  // namespace pigeonhub
