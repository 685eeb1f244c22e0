// SPDX-License-Identifier: Apache-2.0

#include "server/net/tls/tls_socket.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <utility>

namespace pigeonhub::net {
namespace {

// The size of one read of the socket below. Together with a part of a record that may be left from
// before, it is less than kLeastRoom when deciphered.
constexpr size_t kReadBelow = size_t{32} * 1024;
// One record.
constexpr size_t kMostWritten = size_t{16} * 1024;

}  // namespace

TlsSocket::TlsSocket(SslPtr ssl, uint64_t key, Readiness& readiness)
    : ssl_(std::move(ssl)), key_(key), readiness_(readiness) {
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
}

bool TlsSocket::Adopt(Reactor& reactor, Descriptor descriptor) {
  Readiness& self = *this;
  socket_ = reactor.Adopt(std::move(descriptor), key_, self);
  if (socket_ == nullptr) return false;
  Greet();
  AwaitBelow();
  return true;
}

// ---- Towards the owner. ------------------------------------------------------------------------

Socket::Transfer TlsSocket::Read(char* into, size_t size) {
  if (Greet() == Status::kFailed) return {Status::kFailed};
  const Status below = Fill();
  if (below == Status::kFailed) return {Failed()};
  if (Greet() == Status::kFailed) return {Status::kFailed};
  if (!greeted_) return {below == Status::kEnded ? Failed() : Status::kBlocked};
  size_t total = 0;
  int got = 0;
  while (total < size &&
         (got = SSL_read(ssl_.get(), into + total, static_cast<int>(size - total))) > 0) {
    total += static_cast<size_t>(got);
  }
  Flush();  // an answer to a change of keys
  if (total > 0) return {Status::kMoved, total};
  const int error = SSL_get_error(ssl_.get(), got);
  if (error == SSL_ERROR_ZERO_RETURN || below == Status::kEnded) return {Status::kEnded};
  return {error == SSL_ERROR_WANT_READ ? Status::kBlocked : Failed()};
}

Socket::Transfer TlsSocket::Write(std::string_view bytes) {
  if (Greet() == Status::kFailed) return {Status::kFailed};
  if (!greeted_) return {Status::kBlocked};
  switch (Flush()) {
    case Status::kMoved:
      break;
    case Status::kBlocked:
      return {Status::kBlocked};
    default:
      return {Failed()};
  }
  const size_t size = std::min(bytes.size(), kMostWritten);
  const int written = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(size));
  if (written <= 0) return {Failed()};
  if (Flush() == Status::kFailed) return {Failed()};
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
  if (greeted_ && !failed_) SSL_shutdown(ssl_.get());
  shut_wanted_ = true;
  if (Flush() == Status::kBlocked) return AwaitBelow();
  socket_->ShutdownSend();
}

void TlsSocket::ResetOnClose() { socket_->ResetOnClose(); }

Socket::Line TlsSocket::line() const {
  Line line = socket_->line();
  line.sent += encrypted_.size();
  return line;
}

// ---- Towards the socket. -----------------------------------------------------------------------

void TlsSocket::OnReadable(uint64_t) {
  reads_below_ = false;
  if (!handshake_over()) {
    const Status below = Fill();
    if (below == Status::kFailed || below == Status::kEnded) Failed();
    Greet();
    if (handshake_over() && std::exchange(awaits_writable_, false)) readiness_.OnWritable(key_);
  }
  if (handshake_over() && std::exchange(awaits_readable_, false)) readiness_.OnReadable(key_);
  AwaitBelow();
}

void TlsSocket::OnWritable(uint64_t) {
  writes_below_ = false;
  Greet();
  const Status flushed = Flush();
  if (flushed != Status::kBlocked && shut_wanted_) socket_->ShutdownSend();
  if (handshake_over() && flushed != Status::kBlocked && std::exchange(awaits_writable_, false)) {
    readiness_.OnWritable(key_);
  }
  AwaitBelow();
}

Socket::Status TlsSocket::Fill() {
  char bytes[kReadBelow];
  const Transfer read = socket_->Read(bytes, sizeof bytes);
  if (read.status == Status::kMoved) {
    BIO_write(SSL_get_rbio(ssl_.get()), bytes, static_cast<int>(read.bytes));
  }
  return read.status;
}

Socket::Status TlsSocket::Flush() {
  char bytes[kMostWritten];
  int got = 0;
  while ((got = BIO_read(SSL_get_wbio(ssl_.get()), bytes, sizeof bytes)) > 0) {
    encrypted_.append(bytes, static_cast<size_t>(got));
  }
  size_t sent = 0;
  Transfer written{Status::kMoved};
  while (sent < encrypted_.size() && written.status == Status::kMoved) {
    written = socket_->Write(std::string_view(encrypted_).substr(sent));
    sent += written.bytes;
  }
  encrypted_.erase(0, sent);
  return written.status;
}

Socket::Status TlsSocket::Greet() {
  if (failed_) return Status::kFailed;
  if (greeted_) return Status::kMoved;
  const int done = SSL_do_handshake(ssl_.get());
  greeted_ = done == 1;
  const bool goes_on = greeted_ || SSL_get_error(ssl_.get(), done) == SSL_ERROR_WANT_READ;
  if (Flush() == Status::kFailed || !goes_on)
    return Failed();  // the alert, if there is one, is out
  return Status::kMoved;
}

Socket::Status TlsSocket::Failed() {
  if (std::exchange(failed_, true)) return Status::kFailed;
  const long verdict = SSL_get_verify_result(ssl_.get());
  if (verdict != X509_V_OK) {
    trouble_ =
        std::string("its certificate was not accepted: ") + X509_verify_cert_error_string(verdict);
  } else if (!greeted_) {
    const unsigned long error = ERR_peek_error();
    const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
    trouble_ = std::string("TLS failed: ") + (reason == nullptr ? "connection lost" : reason);
  }
  ERR_clear_error();
  return Status::kFailed;
}

void TlsSocket::AwaitBelow() {
  if (!reads_below_ && (!handshake_over() || awaits_readable_)) {
    reads_below_ = true;
    socket_->AwaitReadable();
  }
  const bool leftover = !encrypted_.empty();
  if (!writes_below_ && !failed_ && (leftover || (greeted_ && awaits_writable_))) {
    writes_below_ = true;
    socket_->AwaitWritable();
  }
}

}  // namespace pigeonhub::net
