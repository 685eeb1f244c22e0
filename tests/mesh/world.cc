// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/world.h"

#include <algorithm>
#include <set>
#include <utility>

#include "server/core/hub.h"
#include "tests/mesh/census.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

// Longer than any silence, back-off and grace one after the other.
constexpr Duration kRest = 50s;
// A signal across the longest chain.
constexpr Duration kDelivery = 5s;
// In a world at rest links may still say that they live.
constexpr Duration kQuietTime = 20s;
constexpr uint64_t kQuietFramesOfAHub = 4;

// A world in which much goes on has some 40 things happening a second, most of them in the first
// ones; one with hubs of two versions that start again needed more than 8,000 before it was quiet.
// A hub whose deadline is always due, or news that runs in circles, has no end.
constexpr uint64_t kMostAtOnce = 16'000;
constexpr uint64_t kMostASecond = 200;
// Of each hub on the bus, which says in a second that it is there, and hears that of all others.
constexpr uint64_t kMostASecondOfTheBus = 60;

// Which hubs each hub dials.
std::vector<std::vector<size_t>> Dials(const Scenario& scenario, Random& random) {
  const size_t n = scenario.hubs;
  std::vector<std::vector<size_t>> dials(n);
  for (size_t i = 1; i < n; ++i) {
    if (scenario.topology == "none") continue;
    if (scenario.topology == "star") {
      dials[i] = {0};
    } else if (scenario.topology == "full") {
      for (size_t j = 0; j < i; ++j) dials[i].push_back(j);
    } else if (scenario.topology == "random") {
      dials[i] = {random.Below(i)};
      const size_t extra = random.Below(n);
      if (extra != i && extra != dials[i][0]) dials[i].push_back(extra);
    } else {
      dials[i] = {i - 1};
    }
  }
  if (scenario.topology == "ring" && n > 2) dials[0] = {n - 1};
  return dials;
}

}  // namespace

PeerId IdOf(const std::string& name, int life) {
  // Spread over the whole range, so that what is nearest by XOR is anybody.
  uint64_t word = static_cast<uint64_t>(life) + 1;
  for (char c : name) word = word * 131 + static_cast<unsigned char>(c);
  Random random(word);
  std::string digits;
  while (digits.size() < PeerId::kLength) digits += "0123456789abcdef"[random.Below(16)];
  return *PeerId::Parse(digits);
}

World::World(const Scenario& scenario)
    : scenario_(scenario), services_(scenario.seed), random_(scenario.seed * 2 + 1) {
  services_.network.set_delay(std::chrono::milliseconds(scenario.shortest_delay_ms),
                              std::chrono::milliseconds(scenario.longest_delay_ms));
  services_.bus.set_delay(std::chrono::milliseconds(scenario.shortest_delay_ms),
                          std::chrono::milliseconds(scenario.longest_delay_ms));
  std::map<std::string, std::vector<std::string>> bootstrap;
  const auto dials = Dials(scenario, random_);
  for (size_t i = 0; i < dials.size(); ++i) {
    for (size_t other : dials[i]) bootstrap[HubName(i)].push_back(UrlOf(HubName(other)));
  }
  for (const std::string& link : scenario.links) {
    bootstrap[Words(link).at(0)].push_back(UrlOf(Words(link).at(1)));
  }
  for (const Scenario::Reference& reference : scenario.references) {
    if (reference.dials) continue;
    for (const std::string& hub : reference.hubs) bootstrap[hub].push_back(UrlOf(reference.name));
  }
  for (size_t i = 0; i < dials.size(); ++i) {
    const std::string name = HubName(i);
    HubOptions options;
    options.is_hub = std::count(scenario.plain.begin(), scenario.plain.end(), name) == 0;
    options.hub_peer_id = IdOf(name);
    options.hub_admission = HubAdmission::kToken;
    for (const auto& reference : scenario.references) {
      options.hub_allow.push_back({IdOf(reference.name)});
    }
    options.bootstrap_hubs = bootstrap[name];
    if (scenario.all_sign) options.hub_unsigned = HubUnsigned::kRefuse;
    if (scenario.direct) options.advertise_url = UrlOf(name);
    HubProcess::Clock clock{std::chrono::milliseconds(random_.Below(100'000)),
                            static_cast<int64_t>(random_.Below(7'200'000)) - 3'600'000,
                            static_cast<int64_t>(random_.Below(2'001)) - 1'000};
    if (!scenario.clocks_drift) clock.drift_ppm = 0;
    hubs_[name] =
        std::make_unique<HubProcess>(services_, name, std::move(options), clock, random_.Next());
  }
  for (const auto& reference : scenario.references) {
    references_[reference.name] = std::make_unique<ReferenceHub>(
        services_, reference.name, IdOf(reference.name), next_sessions_);
    next_sessions_ += 1 << 20;
  }
  for (const std::string& twin : scenario.twins) {
    FindHub(Words(twin).at(0))->set_id(FindHub(Words(twin).at(1))->id());
  }
  for (const auto& [hub, bus] : scenario.buses) {
    if (HubProcess* process = FindHub(hub)) process->set_bus(bus);
  }
  for (auto& [name, hub] : hubs_) hub->Start();
  for (const auto& reference : scenario.references) {
    std::vector<std::string> urls;
    if (reference.dials) {
      for (const std::string& hub : reference.hubs) urls.push_back(UrlOf(hub));
    }
    references_[reference.name]->Start(std::move(urls));
  }
}

HubProcess* World::FindHub(const std::string& name) {
  auto it = hubs_.find(name);
  return it == hubs_.end() ? nullptr : it->second.get();
}

std::optional<PeerId> World::HubIdOf(const std::string& name) {
  if (HubProcess* hub = FindHub(name)) return hub->id();
  if (references_.contains(name)) return IdOf(name);
  return std::nullopt;
}

Client& World::ClientOf(const std::string& name) {
  std::unique_ptr<Client>& client = clients_[name];
  if (client == nullptr) {
    client = std::make_unique<Client>(IdOf(name), next_sessions_, services_.network,
                                      services_.ledger, services_.verdict);
    next_sessions_ += 1 << 20;
  }
  return *client;
}

void World::Run(Duration time) {
  const Duration until = services_.agenda.now() + time;
  const Agenda& agenda = services_.agenda;
  while (!services_.verdict.failed() && services_.agenda.RunNext(until)) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(agenda.now()).count();
    const uint64_t a_second = kMostASecond + kMostASecondOfTheBus * scenario_.buses.size();
    if (agenda.happened() > kMostAtOnce + a_second * static_cast<uint64_t>(seconds)) {
      services_.verdict.Fail(7, "the world does not come to rest");
    }
  }
}

void World::Play() {
  for (const std::string& step : scenario_.steps) Apply(step);
  Apply("settle");
  EverybodyLeaves();
}

void World::Apply(const std::string& step) {
  if (services_.verdict.failed()) return;
  const std::vector<std::string> words = Words(step);
  if (words.empty()) return;
  if (words[0] == "wait") return Run(std::chrono::milliseconds(std::stol(words.at(1))));
  if (words[0] == "settle") return Settle();
  if (ApplyToClient(words) || ApplyToReference(words) || ApplyToBans(words)) return;
  if (ApplyToBus(words)) return;
  ApplyToNetwork(words);
}

bool World::ApplyToClient(const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  const auto id = [&](size_t i) { return IdOf(words.at(i)); };
  if (verb == "join" || verb == "again") {
    Client& client = ClientOf(words.at(1));
    if (verb == "join" && !client.sessions().empty()) return true;
    // Hubs hear of each other's peers only where they have members themselves, so the same id in
    // two namespaces need not come to light.
    const bool second = !client.sessions().empty();
    client.Join(words.at(2), UrlOf(words.at(2)),
                second ? client.sessions().rbegin()->second.wanted : words.at(3));
  } else if (verb == "move" || verb == "roam") {
    Client& client = ClientOf(words.at(1));
    const Client::Session* member = client.member();
    if (member == nullptr) return true;
    const std::string network = member->wanted;
    if (verb == "move") {
      client.Leave();
    } else {
      client.Vanish();
    }
    client.Join(words.at(2), UrlOf(words.at(2)), network);
  } else if (verb == "announce") {
    ClientOf(words.at(1)).Announce(words.at(2));
  } else if (verb == "leave") {
    ClientOf(words.at(1)).Leave();
  } else if (verb == "goodbye") {
    ClientOf(words.at(1)).Goodbye();
  } else if (verb == "vanish") {
    ClientOf(words.at(1)).Vanish();
  } else if (verb == "offer") {
    ClientOf(words.at(1)).Offer(id(2));
  } else if (verb == "forge") {
    ClientOf(words.at(1)).Forge(id(2), id(3));
  } else if (verb == "trespass") {
    ClientOf(words.at(1)).Trespass(id(2), words.at(3));
  } else if (verb == "inject") {
    ClientOf(words.at(1)).Inject(id(2), words.at(3));
  } else if (verb == "expel") {
    ClientOf(words.at(1)).Expel(id(2));
  } else if (verb == "lie") {
    Lie(words.at(1), ClientOf(words.at(2)), id(3));
  } else {
    return false;
  }
  return true;
}

void World::Lie(const std::string& hub, Client& from, const PeerId& target) {
  HubProcess* liar = FindHub(hub);
  if (liar == nullptr || !liar->running()) return;
  const Client::Session* session = from.member();
  if (!from.has_dialed(hub)) {
    // It never was there, so nobody may believe the hub.
    return liar->Lie({SignalType::kOffer, from.id(), target,
                      session == nullptr ? "red" : session->network, true});
  }
  if (session != nullptr && session->hub == hub) {
    liar->Lie({SignalType::kOffer, from.id(), target, session->network, false});
  }
}

bool World::ApplyToReference(const std::vector<std::string>& words) {
  if (words[0][0] != 'r' || words.size() < 2) return false;
  auto it = references_.find(words[1]);
  if (it == references_.end()) return false;
  ReferenceHub& reference = *it->second;
  if (words[0] == "rjoin") {
    reference.Join(IdOf(words.at(2)), words.at(3));
  } else if (words[0] == "rleave") {
    reference.Leave(IdOf(words.at(2)));
  } else if (words[0] == "rgoodbye") {
    reference.Goodbye(IdOf(words.at(2)));
  } else if (words[0] == "roffer") {
    reference.Offer(IdOf(words.at(2)), IdOf(words.at(3)));
  } else if (words[0] == "rrepeat") {
    reference.Repeat();
  }
  return true;
}

bool World::ApplyToBans(const std::vector<std::string>& words) {
  if (words[0] != "ban" && words[0] != "unban") return false;
  HubProcess* hub = FindHub(words.at(1));
  if (hub == nullptr || !hub->running() || hub->of_version_before()) return true;
  const PeerId peer = IdOf(words.at(2));
  const BanTarget target{BanTarget::Kind::kPeer, std::string(peer.text())};
  const bool is_first = !banned_once_.contains(peer) && !banned_often_.contains(peer);
  banned_once_.erase(peer);
  if (!is_first) banned_often_.insert(peer);
  if (words[0] == "unban") {
    hub->Handle(Unban{target});
    return true;
  }
  const bool is_short = words.size() > 3;
  if (is_first && is_short) banned_often_.insert(peer);
  if (is_first && !is_short) banned_once_[peer] = hub->id();
  services_.ledger.Banned(peer);
  const Duration duration = is_short ? std::chrono::seconds(std::stol(words[3])) : Duration(1h);
  hub->Handle(Ban{{.target = target, .duration = duration}});
  return true;
}

bool World::ApplyToBus(const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  FakeBus& bus = services_.bus;
  if (verb == "broker") {
    if (words.at(1) == "stop") bus.Stop();
    if (words.at(1) == "start") bus.Start();
    if (words.at(1) == "stall") bus.Stall();
    if (words.at(1) == "resume") bus.Resume();
  } else if (verb == "bussplit") {
    bus.Split(std::set<std::string>(words.begin() + 1, words.end()));
  } else if (verb == "busheal") {
    bus.Heal();
  } else if (verb == "busfreeze") {
    bus.Freeze(words.at(1));
  } else if (verb == "busdrop") {
    bus.Drop(words.at(1), std::stoull(words.at(2)));
  } else if (verb == "busjoin" || verb == "busleave") {
    HubProcess* hub = FindHub(words.at(1));
    if (hub == nullptr) return true;
    if (hub->running()) hub->Handle(StopSignaling{});
    if (hub->running()) hub->Crash();
    hub->set_bus(verb == "busjoin" ? words.at(2) : std::string());
    hub->Start();
  } else {
    return false;
  }
  return true;
}

void World::ApplyToNetwork(const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  FakeNetwork& network = services_.network;
  if (verb == "heal") return network.Heal();
  if (verb == "partition") {
    return network.Partition(std::set<std::string>(words.begin() + 1, words.end()));
  }
  if (verb == "cut" || verb == "freeze" || verb == "thaw") {
    for (EndId end : network.Between(words.at(1), words.at(2))) {
      if (verb == "cut") network.Cut(end);
      if (verb == "freeze") network.Freeze(end);
      if (verb == "thaw") network.Thaw(end);
    }
    return;
  }
  HubProcess* hub = words.size() > 1 ? FindHub(words[1]) : nullptr;
  if (hub == nullptr) return;
  // It may have been the only one that knew of a ban.
  if (verb == "crash" || verb == "downgrade" || verb == "upgrade") {
    for (const auto& [peer, ordered_at] : banned_once_) banned_often_.insert(peer);
    banned_once_.clear();
  }
  if (verb == "crash" && hub->running()) hub->Crash();
  if (verb == "restart" && !hub->running()) hub->Start();
  if (verb == "reborn" && !hub->running()) {
    hub->set_id(IdOf(hub->name(), static_cast<int>(random_.Below(1000)) + 1));
    hub->Start();
  }
  if (verb == "quarantine" && hub->running()) {
    if (const std::optional<PeerId> other = HubIdOf(words.at(2))) {
      hub->Handle(QuarantineHub{*other});
      for (const auto& [peer, ordered_at] : banned_once_) {
        if (ordered_at == *other) banned_often_.insert(peer);
      }
      std::erase_if(banned_once_, [&](const auto& ban) { return ban.second == *other; });
    }
  }
  if (verb == "release" && hub->running()) {
    if (const std::optional<PeerId> other = HubIdOf(words.at(2))) hub->Handle(ReleaseHub{*other});
  }
  if (verb == "attack" && hub->running()) {
    std::vector<PeerId> peers;
    for (const auto& [name, client] : clients_) peers.push_back(client->id());
    if (const HubProcess* victim = FindHub(words.at(2))) hub->Attack(victim->id(), peers);
  }
  if (verb == "downgrade" || verb == "upgrade") {
    if (hub->running()) hub->Crash();
    hub->set_of_version_before(verb == "downgrade");
    hub->Start();
  }
  if (verb == "still" && hub->running()) {
    hub->StandStill(std::chrono::milliseconds(std::stol(words.at(2))));
  }
  if (verb == "stop" && hub->running()) hub->Handle(StopSignaling{});
  if (verb == "start" && hub->running())
    hub->Handle(StartSignaling{hub->name() + ".example", 3000});
}

void World::Settle() {
  services_.network.Heal();
  services_.bus.Heal();
  for (auto& [name, hub] : hubs_) {
    if (!hub->running()) hub->Start();
    if (hub->hub().Stats().serving == Serving::kStopped) {
      hub->Handle(StartSignaling{name + ".example", 3000});
    }
    for (const QuarantinedHub& closed_out : hub->hub().QuarantinedHubs()) {
      hub->Handle(ReleaseHub{closed_out.hub});
    }
  }
  Run(kRest);
  // Two connections of one id that live stay, if their hubs did not know of each other's.
  for (auto& [name, client] : clients_) client->LeaveButOnce();
  Run(kRest);
  if (services_.verdict.failed()) return;
  CheckCensus(*this);
  CheckBans(*this);
  const uint64_t first = services_.ledger.next_signal();
  SignalAround();
  Run(kDelivery);
  for (uint64_t number : services_.ledger.MissingFrom(first)) {
    const Ledger::Signal& signal = services_.ledger.signal(number);
    services_.verdict.Fail(3, "signal " + std::to_string(number) + " from " + Short(signal.from) +
                                  " to " + Short(signal.target) + " in " + signal.network +
                                  " was lost");
  }
  const uint64_t frames = services_.network.frames_between_places();
  Run(kQuietTime);
  const uint64_t more = services_.network.frames_between_places() - frames;
  // Every hub may tell every link now and then that it is there.
  size_t link_ends = 2;
  for (const auto& [name, hub] : hubs_) link_ends += hub->links();
  if (more > kQuietFramesOfAHub * hubs_.size() * link_ends) {
    services_.verdict.Fail(
        7, "nothing happens, but links carried " + std::to_string(more) + " messages in 20 s");
  }
}

void World::SignalAround() {
  for (const auto& [name, client] : clients_) {
    const Client::Session* session = client->member();
    if (session == nullptr) continue;
    for (const auto& [mate, version] : session->known) {
      // Two, so that their order shows.
      client->Offer(mate);
      client->Offer(mate);
    }
  }
  for (const auto& [name, reference] : references_) {
    for (const auto& [peer, member] : reference->peers()) {
      for (const auto& [other_name, client] : clients_) {
        const Client::Session* session = client->member();
        if (session == nullptr || session->network != member.network) continue;
        reference->Offer(peer, client->id());
      }
      for (const auto& [far_name, far] : references_) {
        for (const auto& [mate, mate_member] : far->peers()) {
          if (far == reference || mate_member.network != member.network) continue;
          reference->Offer(peer, mate);
        }
      }
    }
  }
}

void World::EverybodyLeaves() {
  if (services_.verdict.failed()) return;
  for (auto& [name, client] : clients_) client->Leave();
  for (auto& [name, reference] : references_) {
    std::vector<PeerId> peers;
    for (const auto& [peer, member] : reference->peers()) peers.push_back(peer);
    for (const PeerId& peer : peers) reference->Leave(peer);
  }
  Run(kRest);
  if (!services_.verdict.failed()) CheckEmpty(*this);
  for (auto& [name, hub] : hubs_) hub->Handle(StopSignaling{});
  Run(kRest);
  for (auto& [name, hub] : hubs_) {
    if (hub->links() == 0 && hub->hub().Stats().connections == 0) continue;
    services_.verdict.Fail(7, "hub " + name + " stopped, and still holds connections");
  }
}

}  // namespace pigeonhub::sim
