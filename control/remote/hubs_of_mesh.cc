// SPDX-License-Identifier: Apache-2.0

#include "control/remote/hubs_of_mesh.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "control/call/paging.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/remote/explanation.h"
#include "control/remote/hub_streams.h"
#include "control/remote/merge.h"
#include "control/remote/own_copy.h"
#include "control/remote/stream_plan.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

using google::protobuf::Message;

constexpr Duration kEachHub = std::chrono::seconds(3);  // of several
constexpr Duration kOneHub = std::chrono::seconds(20);  // that was asked for
constexpr Duration kAllHubsTogether = std::chrono::seconds(8);
constexpr Duration kToAnswer = std::chrono::milliseconds(200);  // of the caller's time
constexpr size_t kHubsAtOnce = 32;
constexpr size_t kPagesAtOnce = 8;
constexpr size_t kMostBytesGathered = size_t{3} * 1024 * 1024;

std::string FullName(std::string_view method) { return "pigeonhub.v1." + std::string(method); }

bool NeedsMeshKey(std::string_view method) { return RequiredRole(method) > Role::kViewer; }

// What is left of the caller's time, and at most `most`.
Duration TimeFor(const OtherHubs::Call& call, Duration most) {
  const auto now = std::chrono::system_clock::now();
  if (call.deadline > now + std::chrono::hours(1)) return most;
  const Duration left = std::chrono::duration_cast<Duration>(call.deadline - now) - kToAnswer;
  return std::clamp(left, Duration::zero(), most);
}

std::unique_ptr<Message> WithoutHub(const Message& request) {
  std::unique_ptr<Message> copy(request.New());
  copy->CopyFrom(request);
  SetText(*copy, "hub_id", {});
  return copy;
}

// The answers of several hubs as they become one.
struct Gathering {
  explicit Gathering(Message& response) : all(response) {}

  void Add(const std::string& hub, Message& answer) {
    AddAnswer(hub, answer, answered == 0, all);
    ++answered;
  }
  // Hubs that say that they do not have it did answer.
  void AddFailure(const std::string& hub, const grpc::Status& status, bool is_this_hub) {
    if (is_this_hub || failure.ok()) failure = status;
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) return;
    unreachable.emplace_back(hub, ReasonOf(hub, status));
  }
  grpc::Status Finish() {
    for (const auto& [hub, reason] : unreachable) AddUnreachable(hub, reason, all);
    return grpc::Status::OK;
  }
  // Of a call that no hub answered.
  grpc::Status Failure() const {
    std::string message = failure.error_message();
    for (const auto& [hub, reason] : unreachable) {
      if (!message.ends_with(reason)) message += "; hub " + hub + ": " + reason;
    }
    // A hub that did not answer may have it.
    if (failure.error_code() == grpc::StatusCode::NOT_FOUND && !unreachable.empty()) {
      return {grpc::StatusCode::UNAVAILABLE, message};
    }
    return {failure.error_code(), message, failure.error_details()};
  }

  Message& all;
  size_t answered = 0;
  grpc::Status failure;
  std::vector<std::pair<std::string, std::string>> unreachable;
};

}  // namespace

grpc::Status HubsOfMesh::CheckCall(const Call& call) const {
  if (MayMeanOtherHubs(*call.response.GetDescriptor())) {
    return call.method == "HubService/QuarantineHub" ? CheckQuarantine(call) : grpc::Status::OK;
  }
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_UNKNOWN_HUB_ID,
                  "this is hub " + plane_.hub_id + ", and it takes " + std::string(call.method) +
                      " for itself only; leave hub_id empty, or call each hub at its own address")
      .With("hub_id", plane_.hub_id)
      .Field("hub_id", "is not the id of this hub");
}

grpc::Status HubsOfMesh::CheckQuarantine(const Call& call) const {
  const std::optional<PeerId> hub = PeerId::Parse(TextOf(call.request, "peer_id"));
  if (!hub || !one_hub_.IsThisOne(hub->text())) return grpc::Status::OK;
  return InvalidField("peer_id",
                      "is the hub that is called, and others could not be asked through it for its "
                      "release; call them at their own control addresses");
}

std::vector<HubsOfMesh::Meant> HubsOfMesh::MeantBy(const Call& call) const {
  std::vector<Meant> all = {{plane_.hub_id, {}}};
  std::set<PeerId> known;
  for (const HubToAsk& hub : questions_.Hubs()) {
    known.insert(hub.hub);
    const std::string id(hub.hub.text());
    Meant meant{id, hub.status.ok() ? grpc::Status::OK : Unreached(id, hub.status)};
    // Of one that is lost that is not known any more.
    if (hub.status.ok() && NeedsMeshKey(call.method) && !hub.has_mesh_key) {
      meant.why_not = RpcError(grpc::StatusCode::PERMISSION_DENIED, v1::REASON_HUB_NOT_ADMITTED,
                               "hub " + id +
                                   " was not admitted by a hub token, so it is asked for nothing "
                                   "that takes more than the role viewer; call it at its own "
                                   "address")
                          .With("hub_id", id);
    }
    all.push_back(std::move(meant));
  }
  for (const HubRecord& hub : plane_.hub.GetConnectedHubs()) {
    if (known.contains(hub.peer) || one_hub_.IsThisOne(hub.peer.text())) continue;
    const std::string id(hub.peer.text());
    all.push_back(
        {id, Unreached(id, absl::UnimplementedError("it is a hub of the reference server, which "
                                                    "answers no questions"))});
  }
  std::sort(all.begin(), all.end(),
            [](const Meant& one, const Meant& other) { return one.hub < other.hub; });
  const std::string wanted = TextOf(call.request, "hub_id");
  if (wanted == kAllHubs) return all;
  std::erase_if(all, [&](const Meant& one) { return one.hub != wanted; });
  if (all.empty()) {
    all.push_back({wanted, RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_UNKNOWN_HUB_ID,
                                    "no hub " + Shown(wanted) +
                                        " is known here; GetTopology names those that are. A hub "
                                        "that stops, or was drained to its end, leaves the mesh: "
                                        "call it at its own control address")
                               .With("hub_id", plane_.hub_id)
                               .Field("hub_id", "is not the id of a hub that is known")});
  }
  return all;
}

void HubsOfMesh::Ask(Call call, OnAnswer on_answer) {
  if (const grpc::Status status = CheckCall(call); !status.ok()) return on_answer(status);
  if (TextOf(call.request, "hub_id") != kAllHubs) {
    const Meant meant = MeantBy(call).front();
    return AskOne(meant, std::move(call), std::move(on_answer));
  }
  const bool has_pages = call.request.GetDescriptor()->FindFieldByName("page_token") != nullptr;
  return has_pages ? AskForPage(std::move(call), std::move(on_answer))
                   : AskAll(std::move(call), std::move(on_answer));
}

void HubsOfMesh::AskOne(const Meant& meant, Call call, OnAnswer on_answer) {
  if (!meant.why_not.ok()) return on_answer(meant.why_not);
  one_hub_.Ask(meant.hub, FullName(call.method), WithoutHub(call.request)->SerializeAsString(),
               call.caller, TimeFor(call, kOneHub),
               [hub = meant.hub, &response = call.response,
                on_answer = std::move(on_answer)](const HubAnswer& answer) {
                 if (answer.status.ok()) {
                   response.ParseFromString(answer.response);
                   NameHub(hub, response);
                 }
                 on_answer(answer.status);
               });
}

Round::Plan HubsOfMesh::PlanOf(const Call& call, const std::vector<Meant>& meant) const {
  Round::Plan plan;
  plan.method = FullName(call.method);
  plan.caller = call.caller;
  plan.caller.asks_all = true;
  const std::string request = WithoutHub(call.request)->SerializeAsString();
  for (const Meant& one : meant) plan.stops.push_back({one.hub, request, one.why_not});
  plan.at_once = kHubsAtOnce;
  plan.each = kEachHub;
  plan.end = plane_.clock.Read().steady + TimeFor(call, kAllHubsTogether);
  plan.most_bytes = kMostBytesGathered;
  return plan;
}

void HubsOfMesh::AskAll(Call call, OnAnswer on_answer) {
  const std::vector<Meant> meant = MeantBy(call);
  const auto gathering = std::make_shared<Gathering>(call.response);
  const auto bytes = std::make_shared<size_t>(0);
  const SteadyTime began = plane_.clock.Read().steady;
  const auto take = [=, this](size_t index, HubAnswer& answer) {
    const std::string& hub = meant[index].hub;
    *bytes += answer.response.size();
    if (answer.status.ok() && *bytes > kMostBytesGathered) {
      answer.status = {grpc::StatusCode::RESOURCE_EXHAUSTED,
                       "there is no room for its answer behind those of others; ask it alone"};
    }
    if (!answer.status.ok()) {
      gathering->AddFailure(hub, answer.status, one_hub_.IsThisOne(hub));
      return true;
    }
    const std::unique_ptr<Message> one(gathering->all.New());
    one->ParseFromString(answer.response);
    if (auto* ban = dynamic_cast<v1::BanResponse*>(one.get())) {
      DropOwnCopy(hub, plane_.clock.Read().steady - began, *ban);
    }
    gathering->Add(hub, *one);
    return true;
  };
  Round::Begin(one_hub_, plane_.clock, PlanOf(call, meant), take,
               [gathering, on_answer = std::move(on_answer)] {
                 if (gathering->answered == 0) return on_answer(gathering->Failure());
                 if (auto* explanation = dynamic_cast<v1::ExplainPairResponse*>(&gathering->all)) {
                   Conclude(*explanation);
                 }
                 on_answer(gathering->Finish());
               });
}

// ---- Pages --------------------------------------------------------------------------------------

namespace {

// Pages go from hub to hub, and a place is a hub and the page token there. So hubs that come and go
// between two pages change nothing in what the others list.
struct Place {
  std::string hub;
  std::string token;  // empty: its first page

  std::string text() const { return hub + token; }
  static Place Read(const std::string& text) {
    return {text.substr(0, PeerId::kLength),
            text.size() < PeerId::kLength ? "" : text.substr(PeerId::kLength)};
  }
};

PageTokens TokensOf(const OtherHubs::Call& call) {
  const std::unique_ptr<Message> list = WithoutHub(call.request);
  SetText(*list, "page_token", {});
  list->GetReflection()->ClearField(list.get(),
                                    list->GetDescriptor()->FindFieldByName("page_size"));
  return PageTokens("all hubs " + std::string(call.method) + ' ' + list->SerializeAsString());
}

// One page in the making.
struct PageOfHubs {
  PageOfHubs(Message& response, size_t most) : gathering(response), size(most) {}

  // False: the page ends before this hub, and the next one begins at `from`.
  bool Take(const Place& from, const HubAnswer& answer, bool is_this_hub) {
    if (next.has_value()) return false;
    if (!answer.was_asked) return EndBefore(from);
    if (!answer.status.ok()) {
      gathering.AddFailure(from.hub, answer.status, is_this_hub);
      this_hub_failed = this_hub_failed || is_this_hub;
      return true;
    }
    const std::unique_ptr<Message> page(gathering.all.New());
    page->ParseFromString(answer.response);
    const size_t more = ItemsOf(*page);
    const bool fits = items + more <= size && bytes + answer.response.size() <= kMaxPageBytes;
    if (items > 0 && more > 0 && !fits) return EndBefore(from);
    items += more;
    bytes += answer.response.size();
    const std::string rest = TextOf(*page, "next_page_token");
    gathering.Add(from.hub, *page);
    if (!rest.empty()) next = Place{from.hub, rest};
    return true;
  }
  bool EndBefore(const Place& from) {
    next = from;
    return false;
  }

  Gathering gathering;
  const size_t size;
  size_t items = 0;
  size_t bytes = 0;
  bool this_hub_failed = false;
  std::optional<Place> next;
};

}  // namespace

void HubsOfMesh::AskForPage(Call call, OnAnswer on_answer) {
  const PageTokens tokens = TokensOf(call);
  Place begin;
  if (const std::string token = TextOf(call.request, "page_token"); !token.empty()) {
    const auto place = tokens.Read(token);
    if (!place) return on_answer(BadPageToken());
    begin = Place::Read(*place);
  }
  const auto* size_field = call.request.GetDescriptor()->FindFieldByName("page_size");
  const Parsed<size_t> size =
      ParsePageSize(call.request.GetReflection()->GetInt32(call.request, size_field));
  if (!size.ok()) return on_answer(size.status);

  std::vector<Meant> meant = MeantBy(call);
  std::erase_if(meant, [&](const Meant& one) { return one.hub < begin.hub; });
  Round::Plan plan = PlanOf(call, meant);
  plan.at_once = kPagesAtOnce;
  std::vector<Place> places;
  const std::unique_ptr<Message> request = WithoutHub(call.request);
  for (Round::Stop& stop : plan.stops) {
    places.push_back({stop.hub, stop.hub == begin.hub ? begin.token : std::string()});
    SetText(*request, "page_token", places.back().token);
    stop.request = request->SerializeAsString();
  }
  const auto page = std::make_shared<PageOfHubs>(call.response, size.value);
  Round::Begin(
      one_hub_, plane_.clock, std::move(plan),
      [=, this](size_t index, HubAnswer& answer) {
        return page->Take(places[index], answer, one_hub_.IsThisOne(places[index].hub));
      },
      [page, tokens, on_answer = std::move(on_answer)] {
        if (page->gathering.answered == 0 && page->this_hub_failed) {
          return on_answer(page->gathering.Failure());
        }
        if (page->next.has_value()) {
          SetText(page->gathering.all, "next_page_token", tokens.Make(page->next->text()));
        }
        on_answer(page->gathering.Finish());
      });
}

// ---- Streams ------------------------------------------------------------------------------------

std::shared_ptr<StreamOfHubs> HubsOfMesh::Watch(const Call& call, grpc::Status& why_not) {
  why_not = CheckCall(call);
  if (!why_not.ok()) return nullptr;
  std::unique_ptr<StreamPlan> plan = StreamPlan::Of(call.request);
  const std::vector<Meant> meant = MeantBy(call);
  const bool is_one = TextOf(call.request, "hub_id") != kAllHubs;
  if (is_one && !meant.front().why_not.ok()) {
    why_not = meant.front().why_not;
    return nullptr;
  }
  HubStreams::Choose choose = [this, method = std::string(call.method), caller = call.caller,
                               request = std::shared_ptr<Message>(WithoutHub(call.request)),
                               wanted = TextOf(call.request, "hub_id"),
                               response = std::shared_ptr<Message>(call.response.New())] {
    SetText(*request, "hub_id", wanted);
    std::vector<HubStreams::Source> sources;
    for (Meant& one : MeantBy({method, caller, *request, *response, {}})) {
      sources.push_back({std::move(one.hub), std::move(one.why_not)});
    }
    return sources;
  };
  return HubStreams::Begin(one_hub_, FullName(call.method), call.caller, std::move(plan),
                           std::move(choose), is_one);
}

}  // namespace pigeonhub
