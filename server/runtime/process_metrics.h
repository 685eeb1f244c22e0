// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/runtime/exposition.h"

namespace pigeonhub {

// CPU, memory and descriptors of this process under the names every Prometheus client uses. What
// the system does not know is left out.
void AddProcessMetrics(Exposition& out);

}  // namespace pigeonhub
