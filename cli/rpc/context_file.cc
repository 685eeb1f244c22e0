// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/context_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "cli/rpc/target.h"
#include "server/base/files.h"
#include "server/base/nearest_word.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Context;
using pigeonctl::v1::Contexts;

constexpr std::string_view kTextKeys[] = {"server",          "ca",        "cert", "key",
                                          "tls-server-name", "token-file"};

std::string* TextField(Context& context, std::string_view key) {
  if (key == "server") return context.mutable_server();
  if (key == "ca") return context.mutable_ca();
  if (key == "cert") return context.mutable_cert();
  if (key == "key") return context.mutable_key();
  if (key == "tls-server-name") return context.mutable_tls_server_name();
  if (key == "token-file") return context.mutable_token_file();
  return nullptr;
}

// What is wrong with the file, and where. Nothing is wrong if `what` is empty.
struct Fault {
  std::string what;
  toml::source_region place = {};
};

Fault Unknown(const toml::key& key) {
  return {"unknown key " + std::string(key.str()), key.source()};
}

Fault TakeContext(Context& context, const toml::table& table) {
  for (const auto& [key, value] : table) {
    if (key == "tls") {
      if (!value.is_boolean()) return {"tls is true or false", value.source()};
      context.set_tls(*value.value<bool>());
      continue;
    }
    std::string* field = TextField(context, key.str());
    if (field == nullptr) return Unknown(key);
    if (!value.is_string()) return {std::string(key.str()) + " is a text", value.source()};
    *field = *value.value<std::string>();
  }
  return {};
}

Fault TakeFile(Contexts& contexts, const toml::table& file) {
  for (const auto& [key, value] : file) {
    if (key == "current" && value.is_string()) {
      contexts.set_current(*value.value<std::string>());
    } else if (key == "previous" && value.is_string()) {
      contexts.set_previous(*value.value<std::string>());
    } else if (key == "context" && value.is_table()) {
      for (const auto& [name, context] : *value.as_table()) {
        if (!IsContextName(name.str()) || !context.is_table()) {
          return {"not a context", name.source()};
        }
        Context& taken = *contexts.add_contexts();
        taken.set_name(std::string(name.str()));
        if (Fault fault = TakeContext(taken, *context.as_table()); !fault.what.empty()) {
          return fault;
        }
      }
    } else {
      return Unknown(key);
    }
  }
  return {};
}

std::string ToToml(const Contexts& contexts) {
  toml::table all;
  for (Context context : contexts.contexts()) {
    toml::table table;
    if (context.tls()) table.insert("tls", true);
    for (const std::string_view key : kTextKeys) {
      const std::string& value = *TextField(context, key);
      if (!value.empty()) table.insert(key, value);
    }
    all.insert(context.name(), std::move(table));
  }
  toml::table file;
  if (!contexts.current().empty()) file.insert("current", contexts.current());
  if (!contexts.previous().empty()) file.insert("previous", contexts.previous());
  file.insert("context", std::move(all));
  std::ostringstream out;
  out << "# Written by pigeonctl context; comments are not kept.\n" << file << '\n';
  return out.str();
}

}  // namespace

std::string ContextFilePath(const Variables& variables) {
  const std::string configured = ValueOf(variables, "XDG_CONFIG_HOME");
  // The XDG rules demand that a relative path is ignored.
  if (configured.starts_with('/')) return configured + "/pigeonctl/config.toml";
  const std::string home = ValueOf(variables, "HOME");
  return home.empty() ? "" : home + "/.config/pigeonctl/config.toml";
}

absl::StatusOr<Contexts> LoadContexts(const std::string& path) {
  Contexts contexts;
  std::error_code missing;
  if (path.empty() || !std::filesystem::exists(path, missing)) return contexts;
  absl::StatusOr<std::string> text = ReadSmallFile("the context file", path);
  if (!text.ok()) return text.status();
  const auto error = [&](std::string_view what, const toml::source_region& place) {
    return absl::InvalidArgumentError(path + ':' + std::to_string(place.begin.line) + ": " +
                                      std::string(what));
  };
  try {
    const Fault fault = TakeFile(contexts, toml::parse(*text));
    if (!fault.what.empty()) return error(fault.what, fault.place);
  } catch (const toml::parse_error& unreadable) {
    return error(unreadable.description(), unreadable.source());
  }
  return contexts;
}

absl::Status SaveContexts(const std::string& path, const Contexts& contexts) {
  if (path.empty()) {
    return absl::UnknownError("there is no place for contexts; set HOME or XDG_CONFIG_HOME");
  }
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (error) {
    return absl::UnknownError("cannot make the folder of " + path + ": " + error.message() +
                              "; set XDG_CONFIG_HOME to a folder that you may write to");
  }
  // kUnavailable would become the exit code for a hub that cannot be reached, and this has nothing
  // to do with a hub.
  const absl::Status written = ReplaceFile(path, ToToml(contexts));
  return written.ok() ? written : absl::UnknownError(written.message());
}

absl::StatusOr<int> FindContext(const Contexts& contexts, const std::string& name) {
  std::vector<std::string> known;
  for (const Context& each : contexts.contexts()) {
    if (each.name() == name) return static_cast<int>(known.size());
    known.push_back(each.name());
  }
  const std::string meant = DidYouMean(name, known);
  return absl::NotFoundError("there is no context " + name +
                             (meant.empty() ? "; see pigeonctl context list" : meant));
}

bool SpeaksTls(const pigeonctl::v1::Context& context) {
  return context.tls() || !context.ca().empty() || !context.cert().empty() ||
         !context.key().empty() || !context.tls_server_name().empty();
}

bool IsContextName(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

}  // namespace pigeonhub::cli
