// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace pigeonhub {

// Whether Kubernetes made this variable for a Service of the pod's namespace. A Service called
// pigeonhub makes PIGEONHUB_SERVICE_HOST, PIGEONHUB_PORT_3000_TCP_ADDR and, which looks like a flag
// of ours, PIGEONHUB_PORT=tcp://10.0.0.1:3000.
// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
bool IsServiceLink(std::string_view name, std::string_view value);

}  // namespace pigeonhub
