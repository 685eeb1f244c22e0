// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/proxy_socket.h"

#include <algorithm>
#include <utility>

namespace pigeonhub::net {

ProxySocket::ProxySocket(std::unique_ptr<Socket> below, Speaker speaker, uint64_t key,
                         Listener& listener)
    : below_(std::move(below)), speaker_(speaker), key_(key), listener_(listener) {}

Reason ProxySocket::ReasonWithoutHeader(Speaker speaker) {
  return speaker == Speaker::kTrustedProxy ? Reason::kProxyHeaderInvalid : Reason::kProxyNotTrusted;
}

Socket::Transfer ProxySocket::Read(char* into, size_t size) {
  const Transfer read = below_->Read(into, size);
  if (done_) return read;
  if (read.status != Status::kMoved) {
    // Whoever comes and goes without a word looks whether the port is open, as balancers do.
    const bool is_cut = read.status == Status::kEnded && !begun_.empty();
    return is_cut ? Refuse() : read;
  }
  const size_t before = begun_.size();
  begun_.append(into, std::min(read.bytes, kLongestProxyHeader));
  const ProxyHeader header = ReadProxyHeader(begun_);
  if (header.status == ProxyHeader::Status::kIncomplete) return {Status::kBlocked};
  const bool may_say_so = speaker_ == Speaker::kTrustedProxy || header.is_local;
  if (header.status == ProxyHeader::Status::kInvalid || !may_say_so) return Refuse();
  done_ = true;
  begun_ = {};
  listener_.OnProxyHeader(key_, header);
  const size_t of_header = header.size - before;
  const size_t behind = read.bytes - of_header;
  if (behind == 0) return {Status::kBlocked};
  std::copy_n(into + of_header, behind, into);
  return {Status::kMoved, behind};
}

Socket::Transfer ProxySocket::Refuse() {
  done_ = true;
  begun_ = {};
  listener_.OnProxyRefused(key_, ReasonWithoutHeader(speaker_));
  return {Status::kFailed};
}

}  // namespace pigeonhub::net
