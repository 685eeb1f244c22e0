// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_listener.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/strand.hpp>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

namespace io = boost::asio;
using boost::system::error_code;
using io::ip::tcp;

constexpr char kAnyAddress[] = "::";  // IPv6 and IPv4

absl::Status NoListener(const HostPort& address, const error_code& error) {
  const std::string message = "cannot listen on " + address.text() +
                              " for the console: " + error.message() +
                              "; --console-listen takes another address, or off";
  return error == io::error::address_in_use ? absl::AlreadyExistsError(message)
                                            : absl::UnavailableError(message);
}

error_code Open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool v6_only) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) acceptor.set_option(io::ip::v6_only(v6_only), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(io::socket_base::max_listen_connections, error);
  return error;
}

}  // namespace

absl::StatusOr<Acceptors> ListenOn(io::io_context& context, const HostPort& address) {
  const auto strand = io::make_strand(context);
  error_code error;
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port),
                       tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) return NoListener(address, error);
  Acceptors acceptors;
  for (const auto& entry : found) {
    tcp::endpoint endpoint = entry.endpoint();
    if (!acceptors.empty()) endpoint.port(PortOf(acceptors));
    tcp::acceptor acceptor(strand);
    const error_code failed = Open(acceptor, endpoint, address.host != kAnyAddress);
    if (failed == io::error::address_in_use) return NoListener(address, failed);
    if (failed) {
      error = failed;  // a name may have an address of a family that this machine lacks
    } else {
      acceptors.push_back(std::move(acceptor));
    }
  }
  if (acceptors.empty()) return NoListener(address, error);
  return acceptors;
}

uint16_t PortOf(const Acceptors& acceptors) {
  error_code none;
  return acceptors.front().local_endpoint(none).port();
}

}  // namespace pigeonhub
