// SPDX-License-Identifier: Apache-2.0

#include "control/pages/dev_pages.h"

#include <optional>

#include "absl/status/status.h"
#include "control/pages/qr_code.h"
#include "control/pages/query.h"
#include "server/base/json_writer.h"

namespace pigeonhub {
namespace {

std::string_view CertaintyWord(Certainty certainty) {
  switch (certainty) {
    case Certainty::kPossible:
      return "possible";
    case Certainty::kLikely:
      return "likely";
    case Certainty::kCertain:
      return "certain";
  }
  return {};
}

std::string_view VerdictText(const Explanation& explanation) {
  if (explanation.because.has_value()) return TextOf(*explanation.because).title;
  switch (explanation.outcome) {
    case PairOutcome::kCause:
      return "cause found";
    case PairOutcome::kUnderWay:
      return "under way, too early to say";
    case PairOutcome::kComplete:
      return "signaling complete";
    case PairOutcome::kConnected:
      return "connected";
    case PairOutcome::kNeverSeen:
      return "neither was ever seen";
  }
  return {};
}

}  // namespace

Response QrAnswer(const Request& request) {
  const std::optional<QrCode> code = QrCode::Of(QueryField(request, "text"));
  if (!code.has_value()) {
    return {.status = 400, .body = "Give ?text= of 1 to 512 bytes, such as an address.\n"};
  }
  return {.content_type = "image/svg+xml",
          .body = QrSvg(*code),
          .headers = {{"X-Content-Type-Options", "nosniff"}}};
}

absl::StatusOr<PairQuestion> ParsePairQuestion(const Request& request) {
  const std::optional<PeerId> from = PeerId::Parse(QueryField(request, "from"));
  const std::optional<PeerId> to = PeerId::Parse(QueryField(request, "to"));
  if (!from.has_value() || !to.has_value() || *from == *to) {
    return absl::InvalidArgumentError(
        "give ?from=ID&to=ID, two different ids of 40 hexadecimal digits");
  }
  return PairQuestion{*from, *to};
}

std::string ExplanationJson(const Explanation& explanation) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("verdict").BeginObject().Key("code");
  json.Word(explanation.because.has_value() ? TextOf(*explanation.because).name
                                            : std::string_view());
  json.Key("text").String(VerdictText(explanation));
  json.Key("sure").Word(CertaintyWord(explanation.certainty)).EndObject();
  json.Key("findings").BeginArray();
  for (const Finding& found : explanation.findings) {
    json.BeginObject().Key("code").Word(TextOf(found.code).name);
    json.Key("cause").String(TextOf(found.code).cause);
    json.Key("advice").String(ActionFor(found)).EndObject();
  }
  json.EndArray().EndObject();
  return out + '\n';
}

std::string DevJson(const std::vector<std::string>& addresses, bool lan, std::string_view token) {
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("addresses").BeginArray();
  for (const std::string& address : addresses) json.String(address);
  json.EndArray().Key("lan").Bool(lan);
  if (!token.empty()) json.Key("token").String(token);
  json.EndObject();
  return out + '\n';
}

}  // namespace pigeonhub
