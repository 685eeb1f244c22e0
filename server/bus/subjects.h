// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "server/core/ids.h"

namespace pigeonhub::bus {

// Where hubs say something on a broker: NAME.MESH.hubs is heard by all hubs of a mesh, and
// NAME.MESH.hub.ID by the hub with that id. A value.
class Subjects {
 public:
  // `name` is what IsNatsSubject takes. MESH is the hub mesh namespace if it can stand in a
  // subject, else 32 digits of its SHA-256. No other text of anybody becomes part of a subject.
  Subjects(std::string_view name, std::string_view hub_mesh_namespace);

  const std::string& all() const { return all_; }
  std::string InboxOf(const PeerId& hub) const;

 private:
  std::string prefix_;
  std::string all_;
};

}  // namespace pigeonhub::bus
