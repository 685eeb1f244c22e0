// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/scenario.h"

#include <sstream>

namespace pigeonhub::sim {

std::vector<std::string> Words(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string HubName(size_t index) { return std::string(1, static_cast<char>('A' + index)); }

std::string ToText(const Scenario& scenario) {
  std::ostringstream out;
  out << "seed " << scenario.seed << '\n';
  out << "hubs " << scenario.hubs << ' ' << scenario.topology << '\n';
  if (scenario.all_sign) out << "signed\n";
  if (scenario.direct) out << "direct\n";
  for (const std::string& name : scenario.plain) out << "plain " << name << '\n';
  for (const std::string& link : scenario.links) out << "link " << link << '\n';
  for (const std::string& twin : scenario.twins) out << "twin " << twin << '\n';
  for (const auto& [hub, bus] : scenario.buses) out << "bus " << bus << ' ' << hub << '\n';
  out << "delay " << scenario.shortest_delay_ms << ' ' << scenario.longest_delay_ms << '\n';
  for (const auto& reference : scenario.references) {
    out << "reference " << reference.name << (reference.dials ? " dials" : " under");
    for (const std::string& hub : reference.hubs) out << ' ' << hub;
    out << '\n';
  }
  for (const std::string& step : scenario.steps) out << step << '\n';
  return out.str();
}

Scenario ScenarioFromText(std::string_view text) {
  Scenario scenario;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = Words(line.substr(0, line.find('#')));
    if (words.empty()) continue;
    if (words[0] == "seed") {
      scenario.seed = std::stoull(words.at(1));
    } else if (words[0] == "hubs") {
      scenario.hubs = std::stoul(words.at(1));
      scenario.topology = words.at(2);
    } else if (words[0] == "signed") {
      scenario.all_sign = true;
    } else if (words[0] == "direct") {
      scenario.direct = true;
    } else if (words[0] == "plain") {
      scenario.plain.push_back(words.at(1));
    } else if (words[0] == "link") {
      scenario.links.push_back(words.at(1) + ' ' + words.at(2));
    } else if (words[0] == "twin") {
      scenario.twins.push_back(words.at(1) + ' ' + words.at(2));
    } else if (words[0] == "bus") {
      for (size_t i = 2; i < words.size(); ++i) scenario.buses[words[i]] = words.at(1);
    } else if (words[0] == "delay") {
      scenario.shortest_delay_ms = std::stoi(words.at(1));
      scenario.longest_delay_ms = std::stoi(words.at(2));
    } else if (words[0] == "reference") {
      scenario.references.push_back(
          {words.at(1), words.at(2) == "dials", {words.begin() + 3, words.end()}});
    } else {
      scenario.steps.push_back(line.substr(0, line.find('#')));
    }
  }
  return scenario;
}

}  // namespace pigeonhub::sim
