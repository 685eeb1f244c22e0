// SPDX-License-Identifier: Apache-2.0
//
// The commands of pigeonctl, one function for each noun.
#pragma once

#include "cli/command/command.h"

namespace pigeonhub::cli {

Command AddressesCommand();
Command ApiCommand();
Command BansCommand();
Command BootstrapCommand();
Command CheckCommand();
Command CompletionCommand();
// The command that the completion scripts call.
Command CompleteCommand();
Command ContextCommand();
Command DebugCommand();
Command DoctorCommand();
Command ErrorsCommand();
Command EventsCommand();
Command ExplainCommand();
Command HealthCommand();
Command HubsCommand();
Command IdCommand();
Command KeysCommand();
Command LinksCommand();
Command MeshCommand();
Command NamespacesCommand();
Command PeersCommand();
Command ServerCommand();
Command StatsCommand();
Command TokenCommand();
Command TopCommand();
Command TopologyCommand();
Command TraceCommand();
Command VersionCommand();
Command WaitCommand();

}  // namespace pigeonhub::cli
