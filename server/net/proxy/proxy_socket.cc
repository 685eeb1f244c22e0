// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/proxy_socket.h"

#include <algorithm>
#include <utility>

namespace pigeonhub::net {

ProxySocket::ProxySocket(std::unique_ptr<Socket> below, Speaker speaker, uint64_t key,
                         Listener& listener)
    : below_(std::move(below)), speaker_(speaker), key_(key), listener_(listener) {}

std::optional<Reason> ProxySocket::refusal() const {
  if (stage_ == Stage::kRead || stage_ == Stage::kNobody) return std::nullopt;
  return speaker_ == Speaker::kTrustedProxy ? Reason::kProxyHeaderInvalid
                                            : Reason::kProxyNotTrusted;
}

Socket::Transfer ProxySocket::Read(char* into, size_t size) {
  if (stage_ == Stage::kRefused) return {Status::kFailed};
  const Transfer read = below_->Read(into, size);
  if (stage_ == Stage::kRead) return read;
  if (read.status != Status::kMoved) {
    // Whoever comes and goes without a word looks whether the port is open, as balancers do.
    const bool has_gone = read.status == Status::kEnded || read.status == Status::kFailed;
    if (has_gone && begun_.empty()) stage_ = Stage::kNobody;
    return read;
  }
  const size_t before = begun_.size();
  begun_.append(into, std::min(read.bytes, kLongestProxyHeader));
  const ProxyHeader header = ReadProxyHeader(begun_);
  if (header.status == ProxyHeader::Status::kIncomplete) return {Status::kBlocked};
  begun_ = {};
  const bool may_say_so = speaker_ == Speaker::kTrustedProxy || header.is_local;
  if (header.status == ProxyHeader::Status::kInvalid || !may_say_so) {
    stage_ = Stage::kRefused;
    return {Status::kFailed};
  }
  stage_ = Stage::kRead;
  listener_.OnProxyHeader(key_, header);
  const size_t of_header = header.size - before;
  const size_t behind = read.bytes - of_header;
  if (behind == 0) return {Status::kBlocked};
  std::copy_n(into + of_header, behind, into);
  return {Status::kMoved, behind};
}

}  // namespace pigeonhub::net
