// SPDX-License-Identifier: Apache-2.0
#include "server/wire/mesh_body.h"

#include <variant>

#include "server/wire/json_string.h"

namespace pigeonhub::wire {
namespace {

class OpWriter {
 public:
  explicit OpWriter(std::string& out) : out_(out) {}

  void operator()(const mesh::Want& op) { Begin("want").FirstOfMany(op.network); }
  void operator()(const mesh::Unwant& op) { Begin("unwant").FirstOfMany(op.network); }
  void operator()(const mesh::Nobody& op) { Begin("nobody").FirstOfMany(op.network); }
  void operator()(const mesh::WantAll& op) { Begin("want-all").Yes(op.all); }
  void operator()(const mesh::Listing& op) { Begin("listing").Network(op.network); }
  void operator()(const mesh::Listed& op) { Begin("listed").Network(op.network); }
  void operator()(const mesh::Join& op) {
    Begin("join").Id(R"(,"peerId":)", op.peer).Network(op.network).Generation(op.generation);
    Yes(op.alive);
    if (op.is_hub) out_ += R"(,"isHub":true)";
    if (op.members != nullptr) {
      out_ += R"(,"members":{)";
      out_ += *op.members;
      out_ += '}';
    }
  }
  void operator()(const mesh::Leave& op) {
    Begin("leave").Id(R"(,"peerId":)", op.peer).Network(op.network).Yes(op.goodbye);
    out_ += R"(,"reason":)";
    AppendJsonString(op.reason, out_);
    Payload(op.payload);
  }
  void operator()(const mesh::Signal& op) {
    Begin(TypeName(op.type)).Id(R"(,"from":)", op.from).Id(R"(,"target":)", op.target);
    Network(op.network).Payload(op.payload);
  }
  void operator()(const mesh::Claim& op) { Begin("claim").Id(R"(,"peerId":)", op.peer); }
  void operator()(const mesh::Holds& op) { Begin("holds").Id(R"(,"peerId":)", op.peer); }
  void operator()(const mesh::Yields& op) {
    Begin("yields").Id(R"(,"peerId":)", op.peer).Generation(op.generation);
  }

 private:
  OpWriter& Begin(std::string_view name) {
    out_ += R"({"op":")";
    out_ += name;
    out_ += '"';
    return *this;
  }
  OpWriter& Id(std::string_view key, const PeerId& id) {
    out_ += key;
    out_ += '"';
    out_ += id.text();
    out_ += '"';
    return *this;
  }
  OpWriter& Network(const SharedText& network) {
    out_ += R"(,"networkName":)";
    AppendJsonString(*network, out_);
    return *this;
  }
  void FirstOfMany(const SharedText& network) {
    out_ += R"(,"networkNames":[)";
    AppendJsonString(*network, out_);
  }
  OpWriter& Generation(uint64_t generation) {
    out_ += R"(,"generation":)";
    out_ += std::to_string(generation);
    return *this;
  }
  OpWriter& Yes(bool yes) {
    if (yes) out_ += R"(,"yes":true)";
    return *this;
  }
  void Payload(const RawJson& payload) {
    if (payload.empty()) return;
    out_ += R"(,"data":)";
    out_ += payload.text;
  }

  std::string& out_;
};

// Of operations that are a namespace and nothing else; null of others.
const SharedText* OnlyNetworkOf(const mesh::Op& op) {
  if (const auto* want = std::get_if<mesh::Want>(&op)) return &want->network;
  if (const auto* unwant = std::get_if<mesh::Unwant>(&op)) return &unwant->network;
  if (const auto* nobody = std::get_if<mesh::Nobody>(&op)) return &nobody->network;
  return nullptr;
}

// A hub has thousands of namespaces to tell of at link-up, so those that follow each other share
// an object.
void AppendOps(const std::vector<mesh::Op>& ops, std::string& out) {
  for (size_t i = 0; i < ops.size(); ++i) {
    if (i > 0) out += ',';
    std::visit(OpWriter(out), ops[i]);
    if (OnlyNetworkOf(ops[i]) != nullptr) {
      for (; i + 1 < ops.size() && ops[i + 1].index() == ops[i].index(); ++i) {
        out += ',';
        AppendJsonString(**OnlyNetworkOf(ops[i + 1]), out);
      }
      out += ']';
    }
    out += '}';
  }
}

}  // namespace

std::string_view TypeName(SignalType type) {
  switch (type) {
    case SignalType::kOffer:
      return "offer";
    case SignalType::kAnswer:
      return "answer";
    case SignalType::kIceCandidate:
      return "ice-candidate";
  }
  return {};
}

void AppendBody(const mesh::Body& body, std::string& out) {
  const auto number = [&](std::string_view key, uint64_t value) {
    out += key;
    out += std::to_string(value);
  };
  number(R"({"stream":)", body.stream);
  number(R"(,"seq":)", body.seq);
  number(R"(,"ackStream":)", body.ack_stream);
  number(R"(,"ack":)", body.ack);
  if (body.again) out += R"(,"again":true)";
  if (!body.ops.empty()) {
    out += R"(,"ops":[)";
    AppendOps(body.ops, out);
    out += ']';
  }
  out += '}';
}

}  // namespace pigeonhub::wire
