// SPDX-License-Identifier: Apache-2.0

#include <unistd.h>

#include <string>
#include <utility>

#include "control/call/call.h"
#include "control/call/order_by.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/diagnosis.h"
#include "control/services/drain_elsewhere.h"
#include "control/services/drain_stream.h"
#include "control/services/services.h"
#include "control/services/signaling.h"
#include "pigeonhub/v1/server_service.grpc.pb.h"
#include "pigeonhub_version.h"
#include "server/internals/hub_internals.h"

namespace pigeonhub {
namespace {

std::optional<LogLevel> FromProto(v1::LogLevel level) {
  for (const LogLevel known :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError, LogLevel::kOff}) {
    if (ToProto(known) == level) return known;
  }
  return std::nullopt;
}

v1::Address ToProto(const AddressReport& report) {
  const auto number = [](uint64_t count) { return static_cast<int64_t>(count); };
  v1::Address address;
  address.set_address(report.row.address);
  address.set_connection_count(number(report.row.connections));
  address.set_handshake_count(number(report.row.handshakes));
  address.set_join_count(number(report.row.joins));
  address.set_refusal_count(number(report.row.refusals));
  address.set_message_count(number(report.messages));
  address.set_received_bytes(number(report.bytes));
  address.set_sent_signal_count(number(report.signals));
  address.set_queue_bytes(number(report.queued));
  return address;
}

void SetResources(const ResourcesReport& report, v1::Resources& out) {
  const auto size = [](uint64_t number) { return static_cast<int64_t>(number); };
  out.set_resident_bytes(size(report.resident));
  out.set_memory_limit_bytes(size(report.limit));
  out.set_queue_bytes(size(report.queued));
  out.set_message_bytes(size(report.messages));
  out.set_announced_bytes(size(report.announced));
  out.set_link_bytes(size(report.links));
  out.set_remote_bytes(size(report.remote));
  out.set_history_bytes(size(report.history));
  out.set_open_descriptors(size(report.open_descriptors));
  out.set_max_descriptors(size(report.max_descriptors));
  *out.mutable_loop_lag_p99() = ToDuration(report.lag_p99);
  *out.mutable_loop_lag_max() = ToDuration(report.lag_max);
}

class ServerService final : public v1::ServerService::CallbackService {
 public:
  explicit ServerService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetStats(grpc::CallbackServerContext* context,
                                     const v1::GetStatsRequest* request,
                                     v1::GetStatsResponse* response) override {
    return Answer(plane_, context, "ServerService/GetStats", request, response, [=, this] {
      const HubServerStats stats = plane_.hub.GetStats();
      ToProto(stats, *response);
      response->set_turning_away(ToProto(stats.hub.turning_away));
      SetResources(HubInternals(plane_.hub).Resources(), *response->mutable_resources());
      ToProto(HubInternals(plane_.hub).counters(), *response->mutable_traffic());
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override {
    return Answer(plane_, context, "ServerService/GetServerInfo", request, response, [=, this] {
      response->set_version(std::string(kVersion));
      response->set_pid(getpid());
      *response->mutable_start_time() = ToTimestamp(plane_.started_at);
      *response->mutable_time() = ToTimestamp(plane_.clock.Read().unix_ms);
      response->set_hub_id(plane_.hub_id);
      response->set_hub_peer_id(plane_.hub_id);
      for (const auto& address : plane_.hub.Addresses()) {
        response->add_signaling_addresses(ToText(address));
      }
      for (const std::string& address : plane_.addresses) {
        response->add_control_addresses(address);
      }
      for (const std::string& address : plane_.console_addresses) {
        response->add_console_addresses(address);
      }
      for (const auto& address : plane_.hub.HubAddresses()) {
        response->add_hub_addresses(ToText(address));
      }
      for (const auto& address : plane_.hub.MetricsAddresses()) {
        response->add_metrics_addresses(ToText(address));
      }
      if (const std::optional<TlsRecord> tls = plane_.hub.Tls()) {
        *response->mutable_tls() = ToProto(*tls);
      }
      for (const Setting& setting : plane_.settings.List()) {
        v1::ConfigValue* const value = response->add_config();
        value->set_name(setting.name);
        value->set_value(setting.value);
        value->set_origin(setting.origin);
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* GetLimits(grpc::CallbackServerContext* context,
                                      const v1::GetLimitsRequest* request,
                                      v1::GetLimitsResponse* response) override {
    return Answer(plane_, context, "ServerService/GetLimits", request, response, [=, this] {
      ToProto(HubInternals(plane_.hub).Limits(), *response);
      for (const Setting& setting : plane_.settings.List()) {
        for (v1::Limit& limit : *response->mutable_limits()) {
          const bool is_of_policy = limit.origin().rfind("policy ", 0) == 0;
          if (limit.name() == setting.name && !is_of_policy) limit.set_origin(setting.origin);
        }
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* ListAddresses(grpc::CallbackServerContext* context,
                                          const v1::ListAddressesRequest* request,
                                          v1::ListAddressesResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      const Parsed<size_t> size = ParsePageSize(request->page_size());
      if (!size.ok()) return size.status;
      const std::string order_by =
          request->order_by().empty() ? "connection_count desc" : request->order_by();
      const Parsed<OrderBy> order = OrderBy::Parse(order_by, *v1::Address::descriptor());
      if (!order.ok()) return order.status;
      FirstOf<v1::Address> first(order.value, size.value);
      for (const AddressReport& report : HubInternals(plane_.hub).Addresses()) {
        first.Add(ToProto(report));
      }
      for (v1::Address& address : first.Take()) *response->add_addresses() = std::move(address);
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "ServerService/ListAddresses", request, response, look);
  }

  grpc::ServerUnaryReactor* StartSignaling(grpc::CallbackServerContext* context,
                                           const v1::StartSignalingRequest* request,
                                           v1::StartSignalingResponse* response) override {
    const Change change("ServerService/StartSignaling", "signaling", *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::Status status = plane_.hub.Start(ModeOf(*request));
      if (!status.ok()) return StartFailed(status);
      for (const auto& address : plane_.hub.Addresses()) {
        response->add_signaling_addresses(ToText(address));
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* StopSignaling(grpc::CallbackServerContext* context,
                                          const v1::StopSignalingRequest* request,
                                          v1::StopSignalingResponse* response) override {
    const Change change("ServerService/StopSignaling", "signaling", *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::StatusOr<size_t> closed = plane_.hub.Stop(ModeOf(*request));
      if (!closed.ok()) return SignalingStopped("signaling", "there is nothing to stop");
      response->set_closed_connections(*closed);
      return grpc::Status::OK;
    });
  }

  grpc::ServerWriteReactor<v1::DrainResponse>* Drain(grpc::CallbackServerContext* context,
                                                     const v1::DrainRequest* request) override {
    if (MeansThisHub(plane_, request->hub_id())) {
      return new DrainStream(plane_, *context, *request);
    }
    return DrainElsewhere(plane_, *context, *request);
  }

  grpc::ServerUnaryReactor* Undrain(grpc::CallbackServerContext* context,
                                    const v1::UndrainRequest* request,
                                    v1::UndrainResponse* response) override {
    const Change change("ServerService/Undrain", "signaling", *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::StatusOr<size_t> stay = plane_.hub.Undrain(ModeOf(*request));
      if (absl::IsNotFound(stay.status())) {
        return SignalingRuns("signaling", "no drain is under way");
      }
      if (!stay.ok()) {
        return SignalingStopped("signaling", "nobody is left; start signaling instead");
      }
      response->set_connections(*stay);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* SetLogLevel(grpc::CallbackServerContext* context,
                                        const v1::SetLogLevelRequest* request,
                                        v1::SetLogLevelResponse* response) override {
    const Change change("ServerService/SetLogLevel", v1::LogLevel_Name(request->level()), *request,
                        *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const std::optional<LogLevel> level = FromProto(request->level());
      if (!level) return InvalidField("level", "is no log level");
      response->set_previous(ToProto(request->validate_only()
                                         ? plane_.settings.log_level()
                                         : plane_.settings.SetLogLevel(*level)));
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* Reload(grpc::CallbackServerContext* context,
                                   const v1::ReloadRequest* request,
                                   v1::ReloadResponse* response) override {
    const Change change("ServerService/Reload", "configuration", *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::StatusOr<Reloaded> reloaded = plane_.settings.Reload(request->validate_only());
      if (!reloaded.ok()) {
        const auto message = reloaded.status().message();
        return RpcError(grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_RELOAD_FAILED,
                        std::string(message.data(), message.size()))
            .Unless("configuration", "nothing was changed; mend the file and reload again");
      }
      for (const std::string& name : reloaded->applied) response->add_applied(name);
      for (const std::string& name : reloaded->needs_restart) response->add_needs_restart(name);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* Diagnose(grpc::CallbackServerContext* context,
                                     const v1::DiagnoseRequest* request,
                                     v1::DiagnoseResponse* response) override {
    return AnswerLater(plane_, context, "ServerService/Diagnose", request, response,
                       [=, this](const Principal& caller, OnAnswered on_answered) {
                         pigeonhub::Diagnose(plane_, caller, *response, std::move(on_answered));
                       });
  }

 private:
  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeServerService(ControlPlane& plane) {
  return std::make_unique<ServerService>(plane);
}

}  // namespace pigeonhub
