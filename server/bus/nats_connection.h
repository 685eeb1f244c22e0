// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/nats_url.h"
#include "server/bus/access.h"
#include "server/core/time.h"

namespace pigeonhub::bus {

// Whoever a connection tells what it hears. Called on threads of the library, on none of them while
// one of the calls of NatsConnection runs, and also after the connection is destroyed: so it is
// shared.
class NatsListener {
 public:
  virtual ~NatsListener() = default;

  // The payload of a message. In the order in which the broker had them, on one thread for all
  // connections of the process.
  virtual void OnMessage(std::string_view payload) = 0;
  // The broker refuses to carry what we say or want to hear (PERMISSION_DENIED), or what came was
  // dropped because OnMessage is too slow (RESOURCE_EXHAUSTED).
  virtual void OnTrouble(const absl::Status& trouble) = 0;
  // The connection is over, whoever ended it; `why` in one line, empty where nobody knows. Last of
  // all calls but OnMessage.
  virtual void OnClosed(std::string_view why) = 0;
};

// A connection to one broker, over libnats. It never connects anew.
//
// Used by one thread. All calls may block, Open for as long as names are looked up and two seconds
// more, the others for a second.
class NatsConnection {
 public:
  struct Target {
    NatsUrl server;
    Access access;     // credentials of the URL go before those of `access`
    std::string name;  // that the broker's operator sees
    // What is listened to.
    std::string all;
    std::string inbox;
  };
  // Returns once the broker has taken the connection and both subscriptions. UNAUTHENTICATED: it
  // refuses the credentials; PERMISSION_DENIED: or to let us listen; FAILED_PRECONDITION: there is
  // no TLS between us; INVALID_ARGUMENT: a certificate or a key cannot be used; UNAVAILABLE: nobody
  // answers as a broker does. One line, without credentials.
  static absl::StatusOr<std::unique_ptr<NatsConnection>> Open(
      const Target& target, std::shared_ptr<NatsListener> listener);

  // Ends the connection. What was published was handed to the kernel before.
  ~NatsConnection();
  NatsConnection(const NatsConnection&) = delete;
  NatsConnection& operator=(const NatsConnection&) = delete;

  // Bytes of a payload, at most.
  size_t max_payload() const;
  // Messages that OnMessage was too slow for.
  uint64_t dropped() const;

  // DEADLINE_EXCEEDED if the broker does not read: the connection is of no use then.
  absl::Status Publish(const std::string& subject, std::string_view payload);
  // Waits until the broker has read what was published.
  absl::Status Flush(Duration limit);

 private:
  class Handles;
  explicit NatsConnection(std::unique_ptr<Handles> handles);

  std::unique_ptr<Handles> handles_;
};

}  // namespace pigeonhub::bus
