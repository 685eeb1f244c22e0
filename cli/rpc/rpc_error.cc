// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/rpc_error.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "cli/rpc/target.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using absl::StatusCode;

constexpr std::chrono::seconds kSecond{1};

struct Advice {
  std::string_view reason;
  std::string_view next;
};

constexpr Advice kAdvice[] = {
    {"PEER_NOT_FOUND", "see pigeonctl peers list"},
    {"HUB_NOT_FOUND", "see pigeonctl hubs list"},
    {"HUB_NOT_QUARANTINED", "see pigeonctl hubs stats"},
    {"LINK_NOT_FOUND", "see pigeonctl links list"},
    {"NAMESPACE_NOT_FOUND", "see pigeonctl namespaces list"},
    {"PORT_TAKEN", "free the port, then run pigeonctl server start"},
    {"UNKNOWN_HUB_ID", "ask that hub itself with --server"},
    {"NOT_AUTHENTICATED", "give --token-file, or --cert and --key"},
    {"ROLE_MISSING", "give another --token-file, or --cert and --key"},
    {"REQUEST_ID_REUSED", "leave out --request-id for a new one"},
    {"TOO_MANY_WATCHERS", "end another watcher first"},
    {"RELOAD_FAILED", "mend the file, then run pigeonctl server reload"},
    {"INVALID_PAGE_TOKEN", "run the command again"},
};

struct WordForField {
  std::string_view field;
  std::string_view word;
};

// What a user wrote into the fields that the hub may refuse.
constexpr WordForField kWords[] = {
    {"capabilities", "--capability"},
    {"filter.other_peer_id", "--with"},
    {"filter.peer_id", "--peer"},
    {"from.seq", "--from-seq"},
    {"from_time", "--since"},
    {"over", "--over"},
    {"peer_id", "ID"},
    {"peer_id_prefix", "--id-prefix"},
    {"region", "--region"},
    {"request_id", "--request-id"},
};

// A sentence about a field that begins with its name, with the word that the user knows instead.
std::string InWordsOfUser(std::string_view sentence) {
  const std::string_view field = sentence.substr(0, sentence.find(' '));
  for (const WordForField& known : kWords) {
    if (known.field != field) continue;
    return std::string(known.word) + std::string(sentence.substr(field.size()));
  }
  constexpr std::string_view kPolicy = "policy.";
  if (!field.starts_with(kPolicy)) return std::string(sentence);
  // Its fields are called as the flags are.
  std::string flag = "--" + std::string(field.substr(kPolicy.size()));
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag + std::string(sentence.substr(field.size()));
}

std::string_view AdviceFor(std::string_view reason, std::string_view method) {
  // A user who starts signaling that runs, or stops signaling that is stopped, needs no advice.
  if (reason == "SIGNALING_RUNNING" && method.ends_with("/SetHubMeshNamespace")) {
    return "add --restart-signaling, or stop it first: pigeonctl server stop";
  }
  if (reason == "SIGNALING_STOPPED" && !method.ends_with("/StopSignaling")) {
    return "start it first: pigeonctl server start";
  }
  for (const Advice& advice : kAdvice) {
    if (advice.reason == reason) return advice.next;
  }
  return {};
}

// What a user can use of the details of an error.
struct Details {
  std::string reason;
  std::string violations;  // of fields
  std::string next;
  std::string retry;
};

template <typename Message>
std::optional<Message> Unpacked(const google::protobuf::Any& any) {
  Message message;
  if (!any.UnpackTo(&message)) return std::nullopt;
  return message;
}

Details Decode(const std::string& trailer, std::string_view method) {
  Details details;
  google::rpc::Status status;
  if (!status.ParseFromString(trailer)) return details;
  for (const google::protobuf::Any& any : status.details()) {
    if (const auto info = Unpacked<google::rpc::ErrorInfo>(any)) {
      details.reason = info->reason();
    } else if (const auto request = Unpacked<google::rpc::BadRequest>(any)) {
      for (const auto& violation : request->field_violations()) {
        details.violations += (details.violations.empty() ? "" : ", ") +
                              InWordsOfUser(violation.field() + ' ' + violation.description());
      }
    } else if (const auto failure = Unpacked<google::rpc::PreconditionFailure>(any)) {
      if (!failure->violations().empty()) details.next = failure->violations(0).description();
    } else if (const auto retry = Unpacked<google::rpc::RetryInfo>(any)) {
      const std::chrono::nanoseconds delay(
          google::protobuf::util::TimeUtil::DurationToNanoseconds(retry->retry_delay()));
      details.retry =
          "try again in " + RoughDuration(std::max<std::chrono::nanoseconds>(delay, kSecond));
    }
  }
  // The server's advice names fields. This client knows the commands and flags for them, so its
  // advice is better.
  if (const std::string_view ours = AdviceFor(details.reason, method); !ours.empty()) {
    details.next = ours;
  }
  return details;
}

// gRPC's words for an answer that is HTTP/2 and not gRPC.
constexpr std::string_view kHttpStatus = "Received http2 header with status: ";

std::string Line(const RpcFailure& failure, const Details& details) {
  const auto code = static_cast<StatusCode>(failure.code);
  if (details.reason.empty()) {
    if (IsHttpAnswer(failure.message)) {
      return std::string(failure.address) + " answers HTTP " +
             failure.message.substr(kHttpStatus.size()) +
             " and no gRPC: a proxy in between must pass gRPC on to the hub's control API";
    }
    if (code == StatusCode::kDeadlineExceeded) {
      return "no answer from " + std::string(failure.address) +
             " in time; --timeout allows more of it";
    }
    if (code == StatusCode::kUnimplemented) {
      return "this hub does not know " + std::string(failure.method.substr(1)) +
             "; pigeonctl version shows whether it is older than pigeonctl";
    }
  }
  std::string line = failure.message.empty() ? "the call failed" : InWordsOfUser(failure.message);
  // The hub's advice, after a semicolon, names fields. This client's advice names flags and
  // replaces it.
  if (!AdviceFor(details.reason, failure.method).empty())
    line.resize(std::min(line.find("; "), line.size()));
  if (!details.violations.empty() && line.find(details.violations) == std::string::npos) {
    line += ": " + details.violations;
  }
  line += " (" + (details.reason.empty() ? CodeName(failure.code) : details.reason) + ')';
  if (!details.next.empty() && failure.message.find(details.next) == std::string::npos) {
    line += "; " + details.next;
  }
  if (details.next.empty() && code == StatusCode::kUnauthenticated) {
    line += "; give --token-file, or --cert and --key";
  }
  if (!details.retry.empty()) line += "; " + details.retry;
  return line;
}

}  // namespace

absl::Status Explain(const RpcFailure& failure) {
  const Details details = Decode(failure.details, failure.method);
  return {static_cast<StatusCode>(failure.code), Line(failure, details)};
}

bool IsHttpAnswer(std::string_view message) { return message.starts_with(kHttpStatus); }

std::string CodeName(int code) { return absl::StatusCodeToString(static_cast<StatusCode>(code)); }

}  // namespace pigeonhub::cli
