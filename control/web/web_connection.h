// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "control/web/web_port.h"

namespace pigeonhub {

// Answers requests on a connection until either side ends it, one after another. `tls` is null on a
// port that speaks plain HTTP. All its work is done on the executor of the socket, which is a
// strand; calls go on at gRPC's threads meanwhile. `port` outlives the executor's work.
void ServeConnection(boost::asio::ip::tcp::socket socket,
                     std::shared_ptr<boost::asio::ssl::context> tls, SharedBudget::Part place,
                     WebPort& port);

}  // namespace pigeonhub
