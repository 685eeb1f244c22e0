// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/target.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>

#include "absl/status/status.h"
#include "cli/rpc/context_file.h"
#include "pigeonctl/v1/answers.pb.h"
#include "server/base/address.h"
#include "server/base/files.h"

namespace pigeonhub::cli {
namespace {

absl::Status WrongTarget(const std::string& message) { return absl::InvalidArgumentError(message); }

absl::StatusOr<std::string> Named(std::string_view what, absl::StatusOr<std::string> text) {
  if (text.ok()) return text;
  // Removes the verb: "the token file PATH: why" is enough.
  constexpr std::string_view kVerb = "cannot read ";
  std::string message(text.status().message());
  if (message.starts_with(kVerb)) message.erase(0, kVerb.size());
  return WrongTarget(std::string(what) + ' ' + message);
}

// Adds the default port if the address has none.
absl::StatusOr<std::string> CheckedAddress(std::string address) {
  const auto wrong = [&](const std::string& why) {
    return WrongTarget("--server " + address + ' ' + why +
                       "; write host:port, [IPv6]:port or unix:PATH");
  };
  if (address.starts_with("unix:")) {
    if (address.size() == 5) return wrong("names no path");
    return address;
  }
  if (address.find('/') != std::string::npos) return wrong("is no address");
  const std::optional<HostAndPort> parts = SplitHostAndPort(address);
  if (!parts) return wrong("has a bracket or a colon too many or too few");
  if (parts->host.empty()) return wrong("names no host");
  if (!parts->port) return address.append(1, ':').append(kDefaultPort);
  if (ParsePort(*parts->port).value_or(0) == 0) return wrong("has no port between 1 and 65535");
  return address;
}

void TakeContext(Target& target, std::string& token_file, const pigeonctl::v1::Context& context) {
  target.address = context.server();
  target.tls = SpeaksTls(context);
  target.ca = context.ca();
  target.cert = context.cert();
  target.key = context.key();
  target.tls_server_name = context.tls_server_name();
  token_file = context.token_file();
}

// Which hub the user named: by its address or by a context, never by both.
struct Choice {
  std::string server;
  std::string context;
};

absl::StatusOr<Choice> ChooseHub(const Arguments& arguments, const Variables& variables) {
  const Choice flags{arguments.text("server"), arguments.text("context")};
  if (!flags.server.empty() && !flags.context.empty()) {
    return WrongTarget("--server and --context both say which hub; give one of them");
  }
  if (!flags.server.empty() || !flags.context.empty()) return flags;
  const Choice set{ValueOf(variables, "PIGEONCTL_SERVER"), ValueOf(variables, "PIGEONCTL_CONTEXT")};
  if (!set.server.empty() && !set.context.empty()) {
    return WrongTarget(
        "PIGEONCTL_SERVER and PIGEONCTL_CONTEXT both say which hub; unset one of them");
  }
  return set;
}

// A token stands in a header.
absl::Status CheckToken(std::string_view token) {
  const bool header_safe =
      std::all_of(token.begin(), token.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!header_safe) return WrongTarget("the token has characters that no token has");
  return absl::OkStatus();
}

absl::Status CheckSecrets(const Target& target) {
  if (target.cert.empty() != target.key.empty()) {
    return WrongTarget(target.key.empty() ? "--cert needs --key, the certificate's private key"
                                          : "--key needs --cert, the certificate of the key");
  }
  if (!target.token.empty() && !target.tls && !IsLocal(target.address)) {
    return WrongTarget("a token sent to " + target.address +
                       " without TLS could be read on the way; add --tls");
  }
  return CheckToken(target.token);
}

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(std::string_view what, const std::string& path) {
  return Named(what, pigeonhub::ReadSmallFile(path));
}

absl::StatusOr<std::string> ReadSecretFile(std::string_view what, const std::string& path) {
  return Named(what, pigeonhub::ReadSecretFile(path));
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  absl::StatusOr<std::string> token = ReadSecretFile("the token file", path);
  if (!token.ok()) return token.status();
  while (!token->empty() && std::isspace(static_cast<unsigned char>(token->back()))) {
    token->pop_back();
  }
  if (absl::Status status = CheckToken(*token); !status.ok()) return status;
  return token;
}

std::string_view HostOf(std::string_view address) { return address.substr(0, address.rfind(':')); }

bool IsLocal(std::string_view address) {
  return address.starts_with("unix:") || IsLoopback(HostOf(address));
}

std::string DefaultAddress(const std::string& socket) {
  const bool is_absent = access(socket.c_str(), F_OK) != 0 && errno != EACCES;
  return is_absent ? std::string(kUsualAddress) : "unix:" + socket;
}

absl::StatusOr<Target> ResolveTarget(const Arguments& arguments, const Variables& variables,
                                     const pigeonctl::v1::Contexts& contexts,
                                     std::string_view otherwise) {
  // The value of the flag; without it, that of the variable.
  const auto given = [&](std::string_view flag, std::string_view variable) {
    return arguments.has(flag) ? arguments.text(flag) : ValueOf(variables, variable);
  };
  const auto take = [](std::string& value, std::string given) {
    if (!given.empty()) value = std::move(given);
  };

  Target target;
  target.address = otherwise;
  std::string token_file;
  const absl::StatusOr<Choice> choice = ChooseHub(arguments, variables);
  if (!choice.ok()) return choice.status();
  const std::string& server = choice->server;
  const std::string& name =
      server.empty() && choice->context.empty() ? contexts.current() : choice->context;
  if (!name.empty()) {
    const auto place = FindContext(contexts, name);
    if (!place.ok()) return place.status();
    TakeContext(target, token_file, contexts.contexts(*place));
  }
  take(target.address, server);
  take(target.ca, given("ca", "PIGEONCTL_TLS_CA"));
  take(target.cert, given("cert", "PIGEONCTL_TLS_CERT"));
  take(target.key, given("key", "PIGEONCTL_TLS_KEY"));
  take(target.tls_server_name, arguments.text("tls-server-name"));
  target.tls = target.tls || arguments.has("tls") || !target.ca.empty() || !target.cert.empty() ||
               !target.key.empty() || !target.tls_server_name.empty();

  absl::StatusOr<std::string> address = CheckedAddress(target.address);
  if (!address.ok()) return address.status();
  target.address = *std::move(address);

  if (arguments.has("token") && arguments.has("token-file")) {
    return WrongTarget("--token and --token-file exclude each other");
  }
  const std::string variable_token = ValueOf(variables, "PIGEONCTL_TOKEN");
  if (arguments.has("token")) {
    target.token = arguments.text("token");
  } else if (arguments.has("token-file")) {
    token_file = arguments.text("token-file");
  } else if (!variable_token.empty()) {
    target.token = variable_token;
  }
  if (target.token.empty() && !token_file.empty()) {
    absl::StatusOr<std::string> token = ReadToken(token_file);
    if (!token.ok()) return token.status();
    target.token = *std::move(token);
  }
  if (absl::Status status = CheckSecrets(target); !status.ok()) return status;
  return target;
}

}  // namespace pigeonhub::cli
