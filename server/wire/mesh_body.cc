// SPDX-License-Identifier: Apache-2.0

#include "server/wire/mesh_body.h"

#include <string>
#include <variant>

#include "server/base/base64url.h"
#include "server/base/hex.h"
#include "server/base/json_writer.h"
#include "server/wire/trace_ops.h"

namespace pigeonhub::wire {
namespace {

// Stands where the MAC belongs until all that it is over is written.
constexpr std::string_view kNoMac = "00000000000000000000000000000000";
static_assert(kNoMac.size() == 2 * sizeof(Mac));

class OpWriter {
 public:
  explicit OpWriter(JsonWriter& json) : json_(json) {}

  void operator()(const mesh::Want& op) { Begin("want").FirstOfMany(op.network); }
  void operator()(const mesh::Unwant& op) { Begin("unwant").FirstOfMany(op.network); }
  void operator()(const mesh::Nobody& op) { Begin("nobody").FirstOfMany(op.network); }
  void operator()(const mesh::WantAll& op) { Begin("want-all").Yes(op.all); }
  void operator()(const mesh::Listing& op) { Begin("listing").Network(op.network); }
  void operator()(const mesh::Listed& op) { Begin("listed").Network(op.network); }
  void operator()(const mesh::Join& op) {
    Begin("join").Id("peerId", op.peer).Network(op.network).Generation(op.generation);
    Yes(op.alive);
    if (op.is_hub) json_.Key("isHub").Bool(true);
    if (op.members != nullptr) {
      json_.Key("members").BeginObject().Members(*op.members).EndObject();
    }
  }
  void operator()(const mesh::Leave& op) {
    Begin("leave").Id("peerId", op.peer).Network(op.network).Yes(op.goodbye);
    json_.Key("reason").String(op.reason);
    Payload(op.payload);
  }
  void operator()(const mesh::Signal& op) {
    Begin(TypeName(op.type)).Id("from", op.from).Id("target", op.target);
    Network(op.network).Payload(op.payload);
    if (op.sent_us != 0) json_.Key("sent").Number(op.sent_us);
  }
  void operator()(const mesh::Claim& op) { Begin("claim").Id("peerId", op.peer); }
  void operator()(const mesh::Holds& op) { Begin("holds").Id("peerId", op.peer); }
  void operator()(const mesh::Yields& op) {
    Begin("yields").Id("peerId", op.peer).Generation(op.generation);
  }
  void operator()(const mesh::BanTold& op) {
    const BanRecord& ban = *op.ban;
    Begin(ban.lifted ? "unban" : "ban").Id("hub", ban.hub);
    const bool of_issuer = !ban.target.issuer.empty();
    std::string kind(BanKindName(ban.target.kind));
    if (of_issuer) kind += kOfIssuer;
    json_.Key("kind").Word(kind).Key("value").String(ban.target.value);
    if (of_issuer) json_.Key("issuer").String(ban.target.issuer);
    json_.Key("madeAt").Number(ban.made_at).Key("left").Number(op.left_ms);
    json_.Key("rememberedFor").Number(op.remembered_ms);
    if (ban.issued_before != 0) json_.Key("issuedBefore").Number(ban.issued_before);
    if (ban.lifted_before != 0) json_.Key("liftedBefore").Number(ban.lifted_before);
    Yes(ban.keep_channels);
    if (!ban.reason.empty()) json_.Key("reason").String(ban.reason);
  }
  void operator()(const mesh::BansHeld& op) {
    Begin("bans").Yes(op.answers);
    json_.Key("digest").Number(op.digest);
    if (op.next != 0) json_.Key("next").Number(op.next);
  }
  void operator()(const mesh::WantBans& op) {
    Begin("want-bans");
    json_.Key("after").Number(op.after);
  }
  void operator()(const mesh::Ask& op) {
    Begin("ask").Piece(op.number, op.piece, op.last, op.bytes);
  }
  void operator()(const mesh::Reply& op) {
    Begin("reply").Piece(op.number, op.piece, op.last, op.bytes);
    if (!op.refusal.empty()) json_.Key("reason").String(op.refusal);
  }
  void operator()(const mesh::TraceAsked& op) { WriteTraceOp(op, json_.BeginObject()); }
  void operator()(const mesh::TraceAnswered& op) { WriteTraceOp(op, json_.BeginObject()); }
  void operator()(const mesh::SharedTraceStep& op) { WriteTraceOp(*op, json_.BeginObject()); }

 private:
  OpWriter& Begin(std::string_view name) {
    json_.BeginObject().Key("op").Word(name);
    return *this;
  }
  OpWriter& Id(std::string_view key, const PeerId& id) {
    json_.Key(key).Word(id.text());
    return *this;
  }
  OpWriter& Network(const SharedText& network) {
    json_.Key("networkName").String(*network);
    return *this;
  }
  void FirstOfMany(const SharedText& network) {
    json_.Key("networkNames").BeginArray().String(*network);
  }
  OpWriter& Generation(uint64_t generation) {
    json_.Key("generation").Number(generation);
    return *this;
  }
  void Piece(uint64_t number, uint64_t piece, bool last, const SharedText& bytes) {
    Yes(last);
    json_.Key("number").Number(number);
    if (piece != 0) json_.Key("piece").Number(piece);
    if (bytes != nullptr && !bytes->empty()) json_.Key("bytes").Word(ToBase64Url(*bytes));
  }
  OpWriter& Yes(bool yes) {
    if (yes) json_.Key("yes").Bool(true);
    return *this;
  }
  void Payload(const RawJson& payload) {
    if (!payload.empty()) json_.Key("data").Raw(payload.text);
  }

  JsonWriter& json_;
};

// The operations that consist of a namespace alone; null for all others.
const SharedText* OnlyNetworkOf(const mesh::Op& op) {
  if (const auto* want = std::get_if<mesh::Want>(&op)) return &want->network;
  if (const auto* unwant = std::get_if<mesh::Unwant>(&op)) return &unwant->network;
  if (const auto* nobody = std::get_if<mesh::Nobody>(&op)) return &nobody->network;
  return nullptr;
}

// A hub that gets a new link may announce thousands of namespaces. Those that follow each other
// share one object.
void WriteOps(const std::vector<mesh::Op>& ops, JsonWriter& json) {
  for (size_t i = 0; i < ops.size(); ++i) {
    std::visit(OpWriter(json), ops[i]);
    if (OnlyNetworkOf(ops[i]) != nullptr) {
      for (; i + 1 < ops.size() && ops[i + 1].index() == ops[i].index(); ++i) {
        json.String(**OnlyNetworkOf(ops[i + 1]));
      }
      json.EndArray();
    }
    json.EndObject();
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

void WriteBody(const outbound::HubFrame& frame, std::string& out) {
  const mesh::Body& body = *frame.body;
  const size_t begin = out.size();
  JsonWriter json(out);
  json.BeginObject();
  if (frame.mac_key.has_value()) json.Key("mac").Word(kNoMac);
  json.Key("stream").Number(body.stream).Key("seq").Number(body.seq);
  json.Key("ackStream").Number(body.ack_stream).Key("ack").Number(body.ack);
  if (body.again) json.Key("again").Bool(true);
  if (!body.ops.empty()) {
    json.Key("ops").BeginArray();
    WriteOps(body.ops, json);
    json.EndArray();
  }
  json.EndObject();
  if (!frame.mac_key.has_value()) return;
  const std::string_view checked = std::string_view(out).substr(begin + kMacEnd);
  const Mac mac = mesh::MacOf(frame.from, frame.to, checked, *frame.mac_key);
  out.replace(begin + kMacKey.size(), kNoMac.size(), ToHex(std::string(mac.begin(), mac.end())));
}

}  // namespace pigeonhub::wire
