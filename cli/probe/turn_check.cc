// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/turn_check.h"

#include <functional>
#include <memory>
#include <utility>

#include "cli/probe/turn_connection.h"
#include "server/base/address.h"
#include "server/base/characters.h"
#include "server/base/random.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::steady_clock;

constexpr uint32_t kUdp = 17u << 24;  // the protocol that is relayed, as REQUESTED-TRANSPORT has it
constexpr int kUnauthorized = 401;
constexpr int kStaleNonce = 438;

// Which mistake an error of an allocation with credentials usually is.
std::string_view MistakeOf(int error) {
  switch (error) {
    case 300:
      return "the server sends clients to another one (alternate-server); check that one";
    case kUnauthorized:
      return "it does not take the credentials: its static-auth-secret is another one, "
             "use-auth-secret is not set, or the clocks of the two machines differ";
    case 403:
      return "the server forbids it, by denied-peer-ip or an access list";
    case 437:
      return "the allocation of a client at the same address and port is still there; try again";
    case 441:
      return "the credentials are not those of the allocation; try again";
    case 442:
      return "the server relays no UDP (no-udp-relay); browsers need it";
    case 486:
      return "the user has its most allocations; raise user-quota";
    case 508:
      return "no port is left to relay at; widen min-port and max-port, or raise total-quota";
    default:
      return "the log of the TURN server says more";
  }
}

absl::Status Refused(const StunMessage& answer) {
  std::string reason;
  const int error = answer.error(reason);
  return absl::FailedPreconditionError(std::to_string(error) + ' ' + Displayable(reason) + "; " +
                                       std::string(MistakeOf(error)));
}

class TurnCheck {
 public:
  TurnCheck(const TurnPlan& plan, std::chrono::system_clock::time_point now)
      : plan_(plan), now_(now) {}

  std::vector<TurnStep> Run() {
    const bool asked = Step("connect", [this](auto by, auto& fact) { return Connect(by, fact); }) &&
                       Step("binding", [this](auto by, auto& fact) { return Bind(by, fact); }) &&
                       Step("challenge", [this](auto by, auto& fact) { return Ask(by, fact); });
    if (asked && !plan_.secret.empty()) {
      // What was allocated is given back, whatever is wrong with it.
      if (Step("allocate", [this](auto by, auto& fact) { return Allocate(by, fact); }) &&
          Step("relay address", [this](auto, auto& fact) { return LookAtRelay(fact); })) {
        Step("release", [this](auto by, auto& fact) { return Release(by, fact); });
      } else if (!relayed_.empty()) {
        std::string ignored;
        Release(Limit(), ignored).IgnoreError();
      }
    }
    return std::move(steps_);
  }

 private:
  using Act = std::function<absl::Status(Deadline, std::string&)>;

  Deadline Limit() const {
    return steady_clock::now() +
           std::chrono::duration_cast<steady_clock::duration>(plan_.step_timeout);
  }

  bool Step(std::string name, const Act& act) {
    const auto begin = steady_clock::now();
    std::string fact;
    absl::Status status = act(Limit(), fact);
    const bool passed = status.ok();
    steps_.push_back(
        {std::move(name), steady_clock::now() - begin, std::move(status), std::move(fact)});
    return passed;
  }

  absl::Status Connect(Deadline by, std::string& fact) {
    auto opened = TurnConnection::Open(plan_.uri, plan_.ca, by);
    if (!opened.ok()) return opened.status();
    connection_ = *std::move(opened);
    fact = connection_->server_address();
    return absl::OkStatus();
  }

  absl::Status Bind(Deadline by, std::string& fact) {
    const StunWriter request(StunType::kBindingRequest, RandomBytes(kTransaction));
    const auto answer = connection_->Exchange(request, by);
    if (!answer.ok()) return answer.status();
    fact = answer->address(StunAttribute::kXorMappedAddress);
    if (!answer->Is(StunType::kBindingSuccess) || fact.empty()) return Refused(*answer);
    fact = "seen as " + fact;
    if (const std::string software = answer->text(StunAttribute::kSoftware); !software.empty()) {
      fact += " by " + Displayable(software);
    }
    return absl::OkStatus();
  }

  absl::Status Ask(Deadline by, std::string& fact) {
    StunWriter request(StunType::kAllocateRequest, RandomBytes(kTransaction));
    request.Add(StunAttribute::kRequestedTransport, kUdp);
    const auto answer = connection_->Exchange(request, by);
    if (!answer.ok()) return answer.status();
    if (answer->Is(StunType::kAllocateSuccess)) {
      return absl::FailedPreconditionError(
          "anybody may relay there: it asks for no credentials; set use-auth-secret or "
          "lt-cred-mech, and leave out no-auth");
    }
    std::string reason;
    if (answer->error(reason) != kUnauthorized) return Refused(*answer);
    realm_ = answer->text(StunAttribute::kRealm);
    nonce_ = answer->text(StunAttribute::kNonce);
    if (realm_.empty() || nonce_.empty()) {
      return absl::FailedPreconditionError("it asks for credentials and names no realm; set realm");
    }
    fact = "realm " + Displayable(realm_);
    return absl::OkStatus();
  }

  absl::Status Allocate(Deadline by, std::string& fact) {
    const auto end =
        std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch()) + plan_.lifetime;
    username_ = std::to_string(end.count());
    if (!plan_.username.empty()) username_ += ':' + plan_.username;
    key_ = StunKey(username_, realm_, TurnPassword(plan_.secret, username_));
    auto answer = Signed(StunType::kAllocateRequest, by);
    std::string reason;
    if (answer.ok() && answer->error(reason) == kStaleNonce) {
      nonce_ = answer->text(StunAttribute::kNonce);
      answer = Signed(StunType::kAllocateRequest, by);
    }
    if (!answer.ok()) return answer.status();
    if (!answer->Is(StunType::kAllocateSuccess)) return Refused(*answer);
    relayed_ = answer->address(StunAttribute::kXorRelayedAddress);
    if (relayed_.empty()) {
      return absl::FailedPreconditionError("it allocates and names no address");
    }
    fact = "as " + username_;
    return absl::OkStatus();
  }

  // Others send to the relayed address, so it must be one that they reach.
  absl::Status LookAtRelay(std::string& fact) const {
    const auto parts = SplitHostAndPort(relayed_);
    const AddressBlock relay = BlockOf(parts->host);
    const AddressBlock server = BlockOf(connection_->server_address());
    if (relay != AddressBlock::kInternet && relay != server) {
      return absl::FailedPreconditionError(
          "it relays at " + relayed_ +
          ", which others cannot reach; external-ip says which address the server has outside");
    }
    fact = relayed_;
    return absl::OkStatus();
  }

  absl::Status Release(Deadline by, std::string&) {
    const auto answer = Signed(StunType::kRefreshRequest, by);
    if (!answer.ok()) return answer.status();
    return answer->Is(StunType::kRefreshSuccess) ? absl::OkStatus() : Refused(*answer);
  }

  absl::StatusOr<StunMessage> Signed(StunType type, Deadline by) {
    StunWriter request(type, RandomBytes(kTransaction));
    if (type == StunType::kAllocateRequest) {
      request.Add(StunAttribute::kRequestedTransport, kUdp);
    } else {
      request.Add(StunAttribute::kLifetime, uint32_t{0});
    }
    request.Add(StunAttribute::kUsername, username_)
        .Add(StunAttribute::kRealm, realm_)
        .Add(StunAttribute::kNonce, nonce_)
        .Sign(key_);
    return connection_->Exchange(request, by);
  }

  const TurnPlan& plan_;
  const std::chrono::system_clock::time_point now_;
  std::unique_ptr<TurnConnection> connection_;
  std::string realm_;
  std::string nonce_;
  std::string username_;
  std::string key_;
  std::string relayed_;  // the address that was allocated
  std::vector<TurnStep> steps_;
};

}  // namespace

std::vector<TurnStep> CheckTurn(const TurnPlan& plan, std::chrono::system_clock::time_point now) {
  return TurnCheck(plan, now).Run();
}

}  // namespace pigeonhub::cli
