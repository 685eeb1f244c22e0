// SPDX-License-Identifier: Apache-2.0

#include "proto/doctor/checks.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace pigeonhub::doctor {
namespace {

constexpr auto kWarning = v1::DIAGNOSIS_SEVERITY_WARNING;
constexpr auto kError = v1::DIAGNOSIS_SEVERITY_ERROR;

constexpr CheckText kTexts[] = {
    {Check::kControlApi, "PH-D01", kError, "the control API answers",
     "the control API does not answer", "start the hub, or name another address with --server"},
    {Check::kServing, "PH-D02", kError, "peers are welcome", "peers are turned away",
     "pigeonctl server start, or pigeonctl server undrain"},
    {Check::kRoom, "PH-D03", kWarning, "there is room for more connections",
     "hardly any connection is left", "raise --max-connections, or add a hub"},
    {Check::kDescriptors, "PH-D04", kError, "the process may open a file for each connection",
     "the process may open fewer files than connections are allowed",
     "raise LimitNOFILE of the unit (or ulimit -n), or lower --max-connections"},
    {Check::kDrainWindow, "PH-D05", kError, "a drain ends before the supervisor kills the process",
     "the supervisor kills the process before a drain ends",
     "lower --drain-timeout, or raise terminationGracePeriodSeconds (TimeoutStopSec)"},
    {Check::kOneAddress, "PH-D06", kWarning, "peers come from addresses of their own",
     "most peers come from one address",
     "if a proxy stands there, name it with --trust-proxy and have it send X-Forwarded-For; what "
     "holds for one address holds for all of them now"},
    {Check::kAdmission, "PH-D07", kWarning, "not everybody is let in",
     "everybody is let in who reaches a public address",
     "ask for tokens with --auth required, or say who may come by namespace policies"},
    {Check::kLinks, "PH-D08", kError, "every link leads to a hub",
     "a link is not up, or leads to no hub",
     "pigeonctl links list says more; can each hub reach the other's port?"},
    {Check::kPaths, "PH-D09", kError, "a way leads to every hub that is known",
     "hubs are known that do not hear each other, or that no way leads to",
     "pigeonctl topology --draw shows where the way ends"},
    {Check::kCertificate, "PH-D10", kWarning, "the certificate for peers is valid",
     "the certificate for peers ends soon",
     "renew what --tls-cert names; the hub reads it by itself"},
    {Check::kCertificateFiles, "PH-D11", kError, "the certificate files are in force",
     "the certificate files hold something that is not in force",
     "mend the files that --tls-cert and --tls-key name"},
    {Check::kControlCertificate, "PH-D12", kWarning, "the certificate of the control API is valid",
     "the certificate of the control API ends soon", "renew what --control-tls-cert names"},
    {Check::kVersion, "PH-D13", kWarning, "pigeonctl and the hub are of one version",
     "pigeonctl and the hub are of different versions", "update the older one"},
    {Check::kConnects, "PH-D14", kError, "the address can be reached",
     "the address cannot be reached", "check the name, the firewall, and that the hub runs"},
    {Check::kUrlCertificate, "PH-D15", kWarning, "its certificate is valid",
     "TLS fails, or its certificate ends soon",
     "use ws:// where no TLS is spoken; else renew it at the hub, or at the proxy in front"},
    {Check::kUpgrade, "PH-D16", kError, "a peer is let in", "a peer is turned away",
     "a proxy in between must pass WebSocket upgrades on; pigeonctl check handshake says more"},
    {Check::kOrigin, "PH-D17", kError, "a page of that origin is let in",
     "a page of that origin is turned away", "name the origin with --allow-origin"},
    {Check::kIdle, "PH-D18", kError, "a silent connection stays open",
     "a silent connection is closed",
     "raise the idle timeout of the proxy above 30 s: the hub pings every 25 s"},
    {Check::kClock, "PH-D19", kWarning, "its clock is right", "its clock differs from ours",
     "run NTP on both machines: tokens and hub tokens go by the clock"},
    {Check::kLinked, "PH-D20", kError, "peers at both addresses meet",
     "peers at the two addresses do not meet",
     "link the hubs (--bootstrap-hub, --nats); pigeonctl links list at each says what is there"},
    {Check::kLoopLag, "PH-D21", kWarning, "the hub has the CPU that it needs",
     "the hub comes late to what it has to do",
     "give it more CPU or another hub; pigeonctl top peers --sort-by messages shows who asks for "
     "much"},
    {Check::kOneWay, "PH-D22", kError, "both ends of every link tell of it",
     "a link is told of by one of its ends alone",
     "run doctor again; if it stays, pigeonctl links list at the other end says why it has no such "
     "link"},
    {Check::kLimits, "PH-D23", kWarning, "nobody came to a limit lately",
     "limits were reached lately",
     "pigeonctl server limits and pigeonctl events --kind limitHit say by whom"},
    {Check::kTurnedAway, "PH-D24", kWarning, "nobody was turned away lately",
     "newcomers were turned away lately",
     "pigeonctl errors REASON says what its reason means; pigeonctl events --kind peerRefused says "
     "who it was"},
    {Check::kHubs, "PH-D25", kWarning, "no hub was refused or lost lately",
     "hubs were refused or lost lately, or links to them broke",
     "pigeonctl errors REASON says what its reason means; look at the line to a lost hub, and at "
     "that hub"},
    {Check::kHubVersions, "PH-D26", kWarning, "the hubs of the mesh are of one version",
     "hubs of the mesh are of different versions", "update the older ones"},
    {Check::kHubClocks, "PH-D27", kWarning, "the clocks of the hubs agree", "clocks of hubs differ",
     "run NTP on all of them: tokens and hub tokens go by the clock"},
    {Check::kConsoleProxy, "PH-D28", kWarning,
     "nobody comes to the console from elsewhere without TLS",
     "TLS ends in front of the console: whoever reaches its port directly is not encrypted",
     "let only the proxy reach that port, and say by --control-tokens who may come through it"},
};

const CheckText& TextOf(Check check) {
  return *std::find_if(std::begin(kTexts), std::end(kTexts),
                       [&](const CheckText& each) { return each.check == check; });
}

void Add(Diagnoses& found, Check check, v1::DiagnosisSeverity severity, std::string_view subject,
         std::string_view evidence) {
  const CheckText& text = TextOf(check);
  const bool well = severity == v1::DIAGNOSIS_SEVERITY_OK;
  v1::Diagnosis& diagnosis = *found.Add();
  diagnosis.set_code(std::string(text.code));
  diagnosis.set_severity(severity);
  diagnosis.set_subject(std::string(subject));
  diagnosis.set_text(std::string(well ? text.well : text.ill));
  if (!evidence.empty()) diagnosis.mutable_text()->append(": ").append(evidence);
  if (!well) diagnosis.set_advice(std::string(text.advice));
}

}  // namespace

std::span<const CheckText> CheckTexts() { return kTexts; }

void AddWell(Diagnoses& found, Check check, std::string_view subject, std::string_view evidence) {
  Add(found, check, v1::DIAGNOSIS_SEVERITY_OK, subject, evidence);
}

void AddIll(Diagnoses& found, Check check, std::string_view subject, std::string_view evidence) {
  Add(found, check, TextOf(check).severity, subject, evidence);
}

void AddError(Diagnoses& found, Check check, std::string_view subject, std::string_view evidence) {
  Add(found, check, kError, subject, evidence);
}

}  // namespace pigeonhub::doctor
