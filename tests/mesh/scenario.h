// SPDX-License-Identifier: Apache-2.0
//
// A history of a small world as text: first what the world is made of, then what happens in it, a
// line each. Whatever cannot happen (somebody speaks who is not connected) does nothing, so any
// lines may be taken out.
//
//   seed 17                    of every delay and every choice that a hub makes
//   hubs 4 ring                A, B, C, D; star, chain, ring, full, random or none
//   plain D                    D is no hub, only a server that dials hubs
//   signed                     hubs that sign nothing are refused
//   direct                     they advertise their addresses
//   link A B                   A dials B, whatever the topology
//   twin A B                   A has the id of B
//   bus x A B                  they are on a bus; `none` as topology: without links
//   delay 1 40                 milliseconds, each way
//   reference R1 dials A B     a hub that speaks only the reference's protocol
//   reference R2 under C       ... that C dials
//
//   join p1 A red              connects and announces, whatever other connections it has
//   again p1 B red             the same beside the connection it has, in that one's namespace: a
//                              duplicate id
//   move p1 B | roam p1 B      leaves, or vanishes without a word, and joins elsewhere at once
//   announce p1 green
//   leave p1 | goodbye p1 | vanish p1
//   offer p1 p2                also answers and candidates, in turn
//   forge p1 p2 p3             p1 sends p2 a signal in the name of p3
//   trespass p1 p2 green       ... into a namespace that is not its own
//   inject p1 p2 green         p1 reports as if it were a hub that p2 is there
//   expel p1 p2                ... or gone
//   lie A p1 p2                hub A tells another one that p1 signals p2. It may be believed only
//   if
//                              p1 is there, and p2 in the same namespace
//   rjoin R1 q1 red | rleave R1 q1 | rgoodbye R1 q1 | roffer R1 q1 p1 | rrepeat R1
//   cut A B | freeze A B | thaw A B
//   partition A B | heal       A and B from all others
//   crash A | restart A | reborn A      (reborn: with another id)
//   stop A | start A           signaling alone
//   quarantine A B | release A B        A closes B out, which has the id that it has now
//   attack A B                 A makes trouble for B: alters its news, plays them again, speaks in
//   its
//                              name, with whatever key it has
//   ban A p1 | ban A p1 20     at hub A, for an hour or so many seconds
//   unban A p1
//   downgrade A | upgrade A    starts again as the version before, which signs nothing, or as ours
//   broker stop | broker start | broker stall | broker resume
//   bussplit A B | busheal     the brokers fall into two halves, and these hubs are at one of them
//   busfreeze A                the connection of A to its broker is half-open
//   busdrop A 20               the next 20 messages of the bus to A are lost
//   busjoin A x | busleave A   starts again with a bus, or without
//   still A 3000               the process stands still for so many milliseconds
//   wait 1500                  milliseconds
//   settle                     faults end, and what must hold in the long run is checked
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::sim {

struct Scenario {
  struct Reference {
    std::string name;
    bool dials = false;
    std::vector<std::string> hubs;
  };

  uint64_t seed = 1;
  bool clocks_drift = true;  // else they only stand differently; not in the text
  size_t hubs = 3;
  std::string topology = "star";
  bool direct = false;
  bool all_sign = false;
  std::vector<std::string> plain;
  std::map<std::string, std::string> buses;  // by hub
  std::vector<std::string> links;            // beside the topology, e.g. "A B": A dials B
  std::vector<std::string> twins;            // "A B": A has the id of B
  int shortest_delay_ms = 1;
  int longest_delay_ms = 40;
  std::vector<Reference> references;
  std::vector<std::string> steps;
};

std::string ToText(const Scenario& scenario);
Scenario ScenarioFromText(std::string_view text);

std::vector<std::string> Words(std::string_view line);

// The hubs' names in order.
std::string HubName(size_t index);

}  // namespace pigeonhub::sim
