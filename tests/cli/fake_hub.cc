// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/fake_hub.h"

#include <arpa/inet.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace pigeonhub::cli {
namespace {

using google::protobuf::Struct;

constexpr unsigned char kText = 0x81;
constexpr unsigned char kPing = 0x89;
constexpr unsigned char kClose = 0x88;

std::string AcceptKey(const std::string& key) {
  const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  unsigned char base64[64];
  const int length = EVP_EncodeBlock(base64, digest, static_cast<int>(size));
  return {reinterpret_cast<char*>(base64), static_cast<size_t>(length)};
}

// Between `before` and `after`, wherever that first is.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const size_t begin = text.find(before);
  if (begin == std::string::npos) return {};
  const size_t from = begin + before.size();
  return text.substr(from, text.find(after, from) - from);
}

bool ReadExactly(int socket, char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t read = recv(socket, bytes, size, 0);
    if (read <= 0) return false;
    bytes += read;
    size -= static_cast<size_t>(read);
  }
  return true;
}

// The next text message; pongs are passed over. Nothing at a close frame or the end.
std::optional<std::string> ReadMessage(int socket) {
  while (true) {
    unsigned char head[2];
    if (!ReadExactly(socket, reinterpret_cast<char*>(head), 2)) return std::nullopt;
    size_t size = head[1] & 0x7F;
    if (size == 126) {
      unsigned char length[2];
      if (!ReadExactly(socket, reinterpret_cast<char*>(length), 2)) return std::nullopt;
      size = static_cast<size_t>(length[0]) << 8 | length[1];
    }
    char mask[4];
    std::string payload(size, '\0');
    if ((head[1] & 0x80) == 0 || size == 127 || !ReadExactly(socket, mask, 4) ||
        !ReadExactly(socket, payload.data(), size) || head[0] == kClose) {
      return std::nullopt;
    }
    for (size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    if (head[0] == kText) return payload;
  }
}

std::string Frame(unsigned char opcode, const std::string& payload) {
  std::string frame(1, static_cast<char>(opcode));
  if (payload.size() < 126) {
    frame += static_cast<char>(payload.size());
  } else {
    frame += static_cast<char>(126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size());
  }
  return frame + payload;
}

void Set(Struct& object, const std::string& key, const std::string& value) {
  (*object.mutable_fields())[key].set_string_value(value);
}

std::string JsonOf(const Struct& message) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  return json;
}

}  // namespace

class FakeHub::Server {
 public:
  explicit Server(Faults faults)
      : faults_(std::move(faults)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "ws://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    acceptor_ = std::thread([this] { Accept(); });
  }

  ~Server() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      const std::lock_guard lock(mutex_);
      for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& each : connections_) each.join();
    for (const int socket : sockets_) close(socket);
  }

  const std::string& url() const { return url_; }
  std::set<std::string> targets() const {
    const std::lock_guard lock(mutex_);
    return targets_;
  }

 private:
  void Accept() {
    int socket = -1;
    while ((socket = accept(listener_, nullptr, nullptr)) >= 0) {
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
      connections_.emplace_back([this, socket] { Serve(socket); });
    }
  }

  void Serve(int socket) {
    std::string id;
    if (!Upgrade(socket, id)) {
      shutdown(socket, SHUT_RDWR);
      return;
    }
    while (const auto message = ReadMessage(socket)) {
      Struct read;
      (void)google::protobuf::util::JsonStringToMessage(*message, &read);
      const std::lock_guard lock(mutex_);
      Take(id, socket, read);
    }
    const std::lock_guard lock(mutex_);
    members_.erase(id);
    shutdown(socket, SHUT_RDWR);
  }

  bool Upgrade(int socket, std::string& id) {
    std::string request;
    char byte = 0;
    while (!request.ends_with("\r\n\r\n")) {
      if (!ReadExactly(socket, &byte, 1)) return false;
      request += byte;
    }
    const std::string target = Between(request, "GET ", " ");
    {
      const std::lock_guard lock(mutex_);
      targets_.insert(target);
    }
    if (faults_.silent) return false;
    if (!faults_.http_status.empty()) {
      Write(socket, "HTTP/1.1 " + faults_.http_status + "\r\n\r\n");
      return false;
    }
    const std::string shown = "Authorization: Bearer " + faults_.asked_token + "\r\n";
    if (!faults_.asked_token.empty() && request.find(shown) == std::string::npos) {
      Write(socket, "HTTP/1.1 401 Unauthorized\r\n\r\n");
      return false;
    }
    id = target.substr(target.find("peerId=") + 7);
    const std::string key = Between(request, "Sec-WebSocket-Key: ", "\r\n");
    Write(socket,
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
          "sec-websocket-accept: " +
              AcceptKey(faults_.wrong_accept_key ? "x" : key) + "\r\n\r\n");
    if (!faults_.close.empty()) {
      Write(socket, Frame(kClose, "\x03\xF0" + faults_.close));
      return false;
    }
    // A message in two fragments, with a ping in between.
    Write(socket, std::string("\x01\x0A{\"type\":\"c", 12) + Frame(kPing, "p") +
                      std::string("\x80\x0Aonnected\"}", 12));
    return true;
  }

  void Take(const std::string& id, int socket, Struct& message) {
    const std::string type = message.fields().at("type").string_value();
    if (faults_.dropped_types.count(type) > 0) return;
    if (faults_.fatal_types.count(type) > 0) {
      for (const int each : sockets_) shutdown(each, SHUT_RDWR);
      return;
    }
    if (type == "announce" && !faults_.announce_refused.empty()) {
      Struct error;
      Set(error, "type", "error");
      Set(error, "error", "Announce refused: the hub says why");
      Set(*(*error.mutable_fields())["data"].mutable_struct_value(), "reason",
          faults_.announce_refused);
      return Write(socket, Frame(kText, JsonOf(error)));
    }
    Set(message, "fromPeerId", id);
    if (type == "announce") {
      for (const auto& [other, other_socket] : members_) {
        Introduce(id, other_socket, message);
        Introduce(other, socket, message);
      }
      members_[id] = socket;
    } else if (type == "goodbye") {
      members_.erase(id);
      for (const auto& [other, other_socket] : members_) {
        Write(other_socket, Frame(kText, JsonOf(message)));
      }
      Write(socket, Frame(kClose, "\x03\xE8"));
    } else {
      const auto target = members_.find(message.fields().at("targetPeerId").string_value());
      if (target != members_.end()) Write(target->second, Frame(kText, JsonOf(message)));
    }
  }

  // Tells whoever is at `socket` of a peer.
  void Introduce(const std::string& id, int socket, const Struct& announce) {
    Struct message;
    Set(message, "type", "peer-discovered");
    Set(message, "networkName", announce.fields().at("networkName").string_value());
    Set(*(*message.mutable_fields())["data"].mutable_struct_value(), "peerId", id);
    std::string frame = Frame(kText, JsonOf(message));
    if (faults_.masked_frames) frame[1] = static_cast<char>(frame[1] | 0x80);
    Write(socket, frame);
  }

  static void Write(int socket, const std::string& bytes) {
    send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  const Faults faults_;
  const int listener_;
  std::string url_;
  std::thread acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::thread> connections_;
  std::vector<int> sockets_;
  std::map<std::string, int> members_;
  std::set<std::string> targets_;
};

FakeHub::FakeHub(Faults faults) : server_(std::make_unique<Server>(std::move(faults))) {}

FakeHub::~FakeHub() = default;

const std::string& FakeHub::url() const { return server_->url(); }

std::set<std::string> FakeHub::targets() const { return server_->targets(); }

}  // namespace pigeonhub::cli
