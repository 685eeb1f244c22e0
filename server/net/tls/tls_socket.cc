// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/tls_socket.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <utility>

#include "server/base/first_byte.h"

namespace pigeonhub::net {
namespace {

// The most that one round takes from the socket below. Together with a part of a record that may be
// left from before, it is less than kLeastRoom when deciphered.
constexpr size_t kRound = size_t{32} * 1024;
// One record.
constexpr size_t kMostWritten = size_t{16} * 1024;
// Nobody changes keys so often. Each time costs as much as ten messages, and an answer.
constexpr unsigned kMostKeyChanges = 100;
// The size of one read before the handshake begins. A ClientHello has 200 to 2,000 bytes.
constexpr size_t kReadFirst = size_t{2} * 1024;

// Gives its memory back, too.
void Empty(std::string& text) { std::string().swap(text); }

// Whether the record has come whole with which a client begins. True also for one that is longer
// than a record may be: OpenSSL says what is wrong with it.
bool IsWholeRecord(std::string_view bytes) {
  constexpr size_t kHead = 5;
  constexpr size_t kLongest = size_t{16} * 1024;
  if (bytes.size() < kHead) return false;
  const size_t length =
      static_cast<unsigned char>(bytes[3]) * size_t{256} + static_cast<unsigned char>(bytes[4]);
  return length > kLongest || bytes.size() >= kHead + length;
}

}  // namespace

// OpenSSL's view of the socket below: it reads and writes directly there, so that TLS needs no
// buffer while nothing is under way.
struct TlsSocket::Bio {
  static TlsSocket& Of(BIO* bio) { return *static_cast<TlsSocket*>(BIO_get_data(bio)); }

  static int Read(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    const int got = Of(bio).TakeFromBelow(into, size);
    if (got < 0) BIO_set_retry_read(bio);
    return got;
  }
  static int Write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    Of(bio).GiveBelow(std::string_view(bytes, static_cast<size_t>(size)));
    return size;
  }
  static long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  // Told of each message of TLS itself.
  static void OnMessage(int is_written, int, int type, const void* bytes, size_t size, SSL* ssl,
                        void*) {
    if (is_written != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
    if (*static_cast<const unsigned char*>(bytes) != SSL3_MT_KEY_UPDATE) return;
    ++Of(SSL_get_rbio(ssl)).key_changes_;
  }

  static BIO* Make(TlsSocket& socket) {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket below");
      BIO_meth_set_read(made, &Read);
      BIO_meth_set_write(made, &Write);
      BIO_meth_set_ctrl(made, &Control);
      return made;
    }();
    BIO* const bio = BIO_new(method);
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    return bio;
  }
};

TlsSocket::TlsSocket(SslPtr ssl, uint64_t key, Readiness& readiness)
    : key_(key),
      readiness_(readiness),
      handshakes_(nullptr),
      ssl_(std::move(ssl)),
      stage_(Stage::kHandshake) {}

TlsSocket::TlsSocket(Handshakes& handshakes, uint64_t key, Readiness& readiness)
    : key_(key), readiness_(readiness), handshakes_(&handshakes), stage_(Stage::kSilent) {}

TlsSocket::~TlsSocket() { LeaveHandshakes(); }

void TlsSocket::Start(std::unique_ptr<Socket> socket) {
  socket_ = std::move(socket);
  if (ssl_ != nullptr) Begin(std::move(ssl_));
  AwaitBelow();
}

// ---- Towards the owner. ------------------------------------------------------------------------

Socket::Transfer TlsSocket::Read(char* into, size_t size) {
  if (stage_ == Stage::kFailed) return {Status::kFailed};
  if (stage_ == Stage::kPlain) {
    if (!std::exchange(told_plain_, true)) return {Status::kNotTls};
    return socket_->Read(into, size);
  }
  if (stage_ != Stage::kOpen) return {Status::kBlocked};
  room_ = kRound;
  ERR_clear_error();  // what anybody else on this thread left there
  size_t total = 0;
  int got = 0;
  while (total < size &&
         (got = SSL_read(ssl_.get(), into + total, static_cast<int>(size - total))) > 0) {
    total += static_cast<size_t>(got);
  }
  Flush();  // an answer to a change of keys
  if (key_changes_ > kMostKeyChanges) return {Failed()};
  if (total > 0) return {Status::kMoved, total};
  const int error = SSL_get_error(ssl_.get(), got);
  if (error == SSL_ERROR_ZERO_RETURN || below_ == Status::kEnded) return {Status::kEnded};
  return {error == SSL_ERROR_WANT_READ && below_ != Status::kFailed ? Status::kBlocked : Failed()};
}

Socket::Transfer TlsSocket::Write(std::string_view bytes) {
  if (stage_ == Stage::kFailed) return {Status::kFailed};
  if (stage_ == Stage::kPlain) return socket_->Write(bytes);
  if (stage_ != Stage::kOpen) return {Status::kBlocked};
  switch (Flush()) {
    case Status::kMoved:
      break;
    case Status::kBlocked:
      return {Status::kBlocked};
    default:
      return {Failed()};
  }
  const size_t size = std::min(bytes.size(), kMostWritten);
  ERR_clear_error();
  const int written = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(size));
  if (written <= 0 || below_ == Status::kFailed) return {Failed()};
  AwaitBelow();
  return {Status::kMoved, static_cast<size_t>(written)};
}

void TlsSocket::AwaitReadable() {
  awaits_readable_ = true;
  AwaitBelow();
}

void TlsSocket::AwaitWritable() {
  awaits_writable_ = true;
  AwaitBelow();
}

void TlsSocket::ShutdownSend() {
  if (stage_ == Stage::kOpen) SSL_shutdown(ssl_.get());
  shut_wanted_ = true;
  if (Flush() == Status::kBlocked) return AwaitBelow();
  socket_->ShutdownSend();
}

void TlsSocket::KeepInKernel(size_t bytes) { socket_->KeepInKernel(bytes); }

void TlsSocket::ResetOnClose() { socket_->ResetOnClose(); }

Socket::Line TlsSocket::line() const {
  Line line = socket_->line();
  line.sent += encrypted_.size();
  return line;
}

std::optional<Reason> TlsSocket::refusal() const {
  if (stage_ == Stage::kWaits || gave_way_) return Reason::kTlsHandshakes;
  if (refused_) return Reason::kTlsFailed;
  return socket_->refusal();
}

// ---- Towards the socket. -----------------------------------------------------------------------

void TlsSocket::OnReadable(uint64_t) {
  reads_below_ = false;
  if (stage_ == Stage::kSilent && HearFirst()) return handshakes_->Enter(*this);
  if (stage_ == Stage::kHandshake) Greet();
  TellOwner();
  AwaitBelow();
}

void TlsSocket::OnWritable(uint64_t) {
  writes_below_ = false;
  const Status flushed = Flush();
  if (flushed == Status::kBlocked) return AwaitBelow();
  if (shut_wanted_) socket_->ShutdownSend();
  if (handshake_over() && std::exchange(awaits_writable_, false)) readiness_.OnWritable(key_);
  AwaitBelow();
}

void TlsSocket::TellOwner() {
  if (!handshake_over()) return;
  // Whoever is told that it can write waits for the end of the handshake, which has come.
  if (!writes_below_ && std::exchange(awaits_writable_, false)) readiness_.OnWritable(key_);
  if (std::exchange(awaits_readable_, false)) readiness_.OnReadable(key_);
}

bool TlsSocket::HearFirst() {
  char bytes[kReadFirst];
  const Transfer read = socket_->Read(bytes, sizeof bytes);
  if (read.status == Status::kBlocked) return false;
  if (read.status != Status::kMoved) {
    stage_ = Stage::kFailed;
    refused_ = !first_.empty();  // else it came and went
    return false;
  }
  first_.append(bytes, read.bytes);
  switch (SpokenFrom(first_.front())) {
    case Spoken::kText:
      stage_ = Stage::kPlain;
      return false;
    case Spoken::kOther:
      stage_ = Stage::kFailed;
      refused_ = true;
      return false;
    case Spoken::kTls:
      if (!IsWholeRecord(first_)) return false;
      stage_ = Stage::kWaits;
      return true;
  }
  return false;
}

void TlsSocket::Begin(SslPtr ssl) {
  ssl_ = std::move(ssl);
  BIO* const bio = Bio::Make(*this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_msg_callback(ssl_.get(), &Bio::OnMessage);
  stage_ = Stage::kHandshake;
  Greet();
  TellOwner();
  AwaitBelow();
}

void TlsSocket::GiveWay() {
  gave_way_ = true;
  stage_ = Stage::kFailed;
  TellOwner();
}

void TlsSocket::Greet() {
  room_ = kRound;
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_.get());
  const bool lost = Flush() == Status::kFailed || below_ == Status::kFailed;
  if (done == 1 && !lost) {
    stage_ = Stage::kOpen;
    if (handshakes_ != nullptr) handshakes_->Succeeded(ssl_.get());
    return LeaveHandshakes();
  }
  const bool goes_on =
      !lost && below_ != Status::kEnded && SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ;
  if (!goes_on) Failed();  // the alert, if there is one, is out
}

int TlsSocket::TakeFromBelow(char* into, int size) {
  const size_t wanted = static_cast<size_t>(size);
  if (!first_.empty()) {
    const size_t taken = first_.copy(into, wanted);
    first_.erase(0, taken);
    if (first_.empty()) Empty(first_);
    return static_cast<int>(taken);
  }
  const size_t asked = std::min(wanted, room_);
  if (asked == 0) return -1;
  const Transfer read = socket_->Read(into, asked);
  below_ = read.status;
  if (read.status != Status::kMoved) {
    room_ = 0;
    return -1;
  }
  // Less than was asked for is all that has come: another call of the system would only say so.
  room_ = read.bytes < asked ? 0 : room_ - read.bytes;
  return static_cast<int>(read.bytes);
}

void TlsSocket::GiveBelow(std::string_view bytes) {
  Transfer written{Status::kMoved};
  while (encrypted_.empty() && !bytes.empty() && written.status == Status::kMoved) {
    written = socket_->Write(bytes);
    bytes.remove_prefix(written.bytes);
  }
  if (written.status == Status::kFailed) below_ = Status::kFailed;
  encrypted_ += bytes;
}

Socket::Status TlsSocket::Flush() {
  size_t sent = 0;
  Transfer written{Status::kMoved};
  while (sent < encrypted_.size() && written.status == Status::kMoved) {
    written = socket_->Write(std::string_view(encrypted_).substr(sent));
    sent += written.bytes;
  }
  if (sent == encrypted_.size()) {
    if (sent > 0) Empty(encrypted_);
  } else {
    encrypted_.erase(0, sent);
  }
  return written.status;
}

Socket::Status TlsSocket::Failed() {
  const Stage before = std::exchange(stage_, Stage::kFailed);
  if (before == Stage::kHandshake) {
    const long verdict = SSL_get_verify_result(ssl_.get());
    const unsigned long error = ERR_peek_error();
    const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    trouble_ = verdict != X509_V_OK
                   ? std::string("its certificate was not accepted: ") +
                         X509_verify_cert_error_string(verdict)
                   : std::string("TLS failed: ") + (reason == nullptr ? "connection lost" : reason);
    refused_ = handshakes_ != nullptr;
  }
  LeaveHandshakes();
  return Status::kFailed;
}

void TlsSocket::LeaveHandshakes() {
  if (handshakes_ != nullptr) handshakes_->Leave(*this);
}

void TlsSocket::AwaitBelow() {
  const bool reads = stage_ == Stage::kSilent || stage_ == Stage::kHandshake ||
                     (handshake_over() && awaits_readable_);
  if (!reads_below_ && reads) {
    reads_below_ = true;
    socket_->AwaitReadable();
  }
  const bool writes =
      stage_ != Stage::kFailed && (!encrypted_.empty() || (handshake_over() && awaits_writable_));
  if (!writes_below_ && writes) {
    writes_below_ = true;
    socket_->AwaitWritable();
  }
}

}  // namespace pigeonhub::net
