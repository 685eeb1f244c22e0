// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/doctor_outside.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/probe/handshake.h"
#include "cli/probe/http_get.h"
#include "cli/probe/synthetic_peer.h"
#include "cli/probe/tls_stream.h"
#include "proto/doctor/examine.h"
#include "server/base/duration.h"
#include "server/base/masked_url.h"
#include "server/base/random.h"

namespace pigeonhub::cli {
namespace {

using doctor::Check;
using doctor::Diagnoses;
using std::chrono::steady_clock;
using std::chrono::system_clock;

std::string SomeNamespace() { return "pigeonctl-check-" + RandomHex(12); }

class Visit {
 public:
  Visit(const OutsidePlan& plan, const WebSocketUrl& url, system_clock::time_point now,
        Diagnoses& found)
      : plan_(plan), url_(url), subject_(MaskedUrl(url.text())), now_(now), found_(found) {}

  // False if nobody can come in there.
  bool Run() {
    if (!Connects()) return false;
    LookAtClock();
    if (!LetsIn()) return false;
    LookAtOrigin();
    LookAtIdle();
    return true;
  }

 private:
  Deadline Limit() const {
    return steady_clock::now() +
           std::chrono::duration_cast<steady_clock::duration>(plan_.step_timeout);
  }

  bool Connects() {
    const auto begin = steady_clock::now();
    Socket::Attempt attempt = Socket::Try(url_.host, url_.port, Limit());
    if (const auto* failure = std::get_if<ConnectFailure>(&attempt)) {
      AddIll(found_, Check::kConnects, subject_, failure->why);
      return false;
    }
    AddWell(found_, Check::kConnects, subject_, MeasuredDuration(steady_clock::now() - begin));
    if (!url_.secure || plan_.entry.proxy_protocol) return true;
    const TlsAttempt tls = TryTls(std::get<Socket>(std::move(attempt)),
                                  {.name = url_.host, .ca = plan_.entry.ca}, Limit());
    if (tls.stream == nullptr) {
      AddError(found_, Check::kUrlCertificate, subject_, tls.why);
      return false;
    }
    const system_clock::time_point end{std::chrono::milliseconds(tls.certificate->not_after)};
    if (end - now_ < doctor::kRenewalTime) {
      AddIll(found_, Check::kUrlCertificate, subject_, doctor::EndText(end, now_));
    } else {
      AddWell(found_, Check::kUrlCertificate, subject_, doctor::EndText(end, now_));
    }
    return true;
  }

  // By /health, as hubs have it. A proxy that passes it not on says nothing of the hub's clock.
  void LookAtClock() {
    const auto begin = system_clock::now();
    const auto body = HttpGet(url_, plan_.entry, "/health", Limit());
    const auto end = system_clock::now();
    if (!body.ok()) return;
    constexpr std::string_view kKey = "\"timestamp\":\"";
    const size_t at = body->find(kKey);
    if (at == std::string::npos) return;
    const size_t from = at + kKey.size();
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, body->substr(from, body->find('"', from) - from),
                         &time, &error)) {
      return;
    }
    // The hub said it at some time between the two.
    const system_clock::time_point hub_time = absl::ToChronoTime(time);
    const auto difference = hub_time < begin ? begin - hub_time
                            : hub_time > end ? hub_time - end
                                             : system_clock::duration::zero();
    const std::string evidence = absl::StrCat("by ", MeasuredDuration(difference),
                                              hub_time < begin ? ", behind" : ", ahead");
    if (difference > doctor::kClockTolerance) {
      AddIll(found_, Check::kClock, subject_, evidence);
    } else {
      AddWell(found_, Check::kClock, subject_);
    }
  }

  absl::StatusOr<std::unique_ptr<SyntheticPeer>> Enter(const Entry& entry) {
    return SyntheticPeer::Connect(url_, entry, RandomHex(kPeerIdDigits), SomeNamespace(), Limit());
  }

  bool LetsIn() {
    const auto peer = Enter(plan_.entry);
    if (!peer.ok()) {
      AddIll(found_, Check::kUpgrade, subject_, std::string(peer.status().message()));
      return false;
    }
    (*peer)->Close(Limit());
    AddWell(found_, Check::kUpgrade, subject_);
    return true;
  }

  void LookAtOrigin() {
    if (plan_.origin.empty()) return;
    Entry entry = plan_.entry;
    entry.origin = plan_.origin;
    const auto peer = Enter(entry);
    if (peer.ok()) {
      (*peer)->Close(Limit());
      AddWell(found_, Check::kOrigin, subject_, plan_.origin);
    } else {
      AddIll(found_, Check::kOrigin, subject_,
             absl::StrCat(plan_.origin, ", ", std::string(peer.status().message())));
    }
  }

  // The peer says nothing, and answers pings. Whoever ends that, ends a peer that waits.
  void LookAtIdle() {
    if (plan_.idle <= plan_.idle.zero()) return;
    const auto peer = Enter(plan_.entry);
    // Who does not announce is closed by the hub.
    if (!peer.ok() || !(*peer)->Announce(Limit()).ok()) return;
    const auto begin = steady_clock::now();
    const absl::Status status =
        (*peer)->Await([](const PeerMessage&) { return false; },
                       begin + std::chrono::duration_cast<steady_clock::duration>(plan_.idle));
    const auto lasted = steady_clock::now() - begin;
    if (absl::IsDeadlineExceeded(status)) {
      AddWell(found_, Check::kIdle, subject_, "for " + FormatDuration(plan_.idle));
      (*peer)->Close(Limit());
    } else {
      AddIll(found_, Check::kIdle, subject_,
             absl::StrCat("after ", MeasuredDuration(lasted), ", ", std::string(status.message())));
    }
  }

  const OutsidePlan& plan_;
  const WebSocketUrl& url_;
  const std::string subject_;
  const system_clock::time_point now_;
  Diagnoses& found_;
};

void LookBetween(const OutsidePlan& plan, const WebSocketUrl& first, const WebSocketUrl& second,
                 Diagnoses& found) {
  const HandshakePlan handshake{.first = first,
                                .second = second,
                                .entry = plan.entry,
                                .first_peer_id = RandomHex(kPeerIdDigits),
                                .second_peer_id = RandomHex(kPeerIdDigits),
                                .namespace_ = SomeNamespace(),
                                .step_timeout = plan.step_timeout};
  const std::vector<HandshakeStep> steps = RunHandshake(handshake);
  const std::string subject = MaskedUrl(first.text()) + " and " + MaskedUrl(second.text());
  const HandshakeStep& last = steps.back();
  if (last.status.ok()) {
    AddWell(found, Check::kLinked, subject);
  } else {
    AddIll(found, Check::kLinked, subject, last.name + ", " + std::string(last.status.message()));
  }
}

}  // namespace

void LookFromOutside(const OutsidePlan& plan, system_clock::time_point now, Diagnoses& found) {
  std::vector<const WebSocketUrl*> open;
  for (const WebSocketUrl& url : plan.urls) {
    if (Visit(plan, url, now, found).Run()) open.push_back(&url);
  }
  for (size_t i = 1; i < open.size(); ++i) LookBetween(plan, *open.front(), *open[i], found);
}

}  // namespace pigeonhub::cli
