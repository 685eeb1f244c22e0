// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/fake_control.h"

#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

void ServeSmallHub(FakeServer& server) {
  ServePeers(server);
  ServeExplanations(server);
  ServeBans(server);
  ServeKeys(server);
  ServeHubs(server);
  ServeNamespaces(server);
  ServePolicies(server);
  ServeLinks(server);
  ServeServer(server);
  ServeEvents(server);
  ServeHandshakes(server);
  ServeReflection(server);
  ServeHealth(server);
}

}  // namespace pigeonhub::cli
