// SPDX-License-Identifier: Apache-2.0
//
// The core's plain structs as messages of the control API.
#pragma once

#include <string>
#include <string_view>

#include "pigeonhub/event.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub/records.h"
#include "pigeonhub/tls_record.h"
#include "pigeonhub/v1/common.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "server/core/counters.h"
#include "server/core/limit_hits.h"
#include "server/core/reason.h"
#include "server/core/time.h"
#include "server/runtime/log.h"

namespace pigeonhub {

google::protobuf::Timestamp ToTimestamp(UnixMillis time);
UnixMillis FromTimestamp(const google::protobuf::Timestamp& time);
google::protobuf::Duration ToDuration(Duration duration);
Duration FromDuration(const google::protobuf::Duration& duration);

v1::Reason ToProto(Reason reason);
v1::LinkSide ToProto(LinkEnd::Side side);
v1::ServingState ToProto(Serving serving);
v1::LogLevel ToProto(LogLevel level);

v1::HubEntry ToProto(const HubRecord& hub);
v1::QuarantinedHub ToProto(const QuarantinedHub& hub);
v1::RemotePlace ToProto(const RemotePlace& place);
v1::PeerDeparture ToProto(const PeerDeparture& departure);
// With `full` the announced data, too.
v1::Peer ToProto(const PeerRecord& peer, bool full);
v1::PeerToken ToProto(const TokenClaims& claims);
v1::Namespace ToProto(const NamespaceRecord& record);
v1::Link ToProto(const LinkRecord& link);
v1::Bus ToProto(const BusRecord& bus);
v1::Tls ToProto(const TlsRecord& tls);
void ToProto(const TopologyRecord& topology, v1::GetTopologyResponse& response);

void ToProto(const HubServerStats& stats, v1::GetStatsResponse& response);
void ToProto(const Counters& counters, v1::TrafficCounts& traffic);
void ToProto(const LimitsReport& report, v1::GetLimitsResponse& response);

v1::AddressCount ToAddressCount(const TallyRow& row);
v1::PeerCount ToPeerCount(const TallyRow& row);

// A text that somebody else wrote, which may be any bytes.
std::string Printable(std::string_view text);

// host:port, with the brackets that an IPv6 address needs.
std::string ToText(const HubServer::Address& address);

}  // namespace pigeonhub
