// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "control/call/inside_stream.h"
#include "control/call/rpc_error.h"
#include "control/web/answer_head.h"
#include "control/web/certificate_names.h"
#include "control/web/connect_answer.h"
#include "server/base/forwarding.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

namespace io = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using io::ip::tcp;

// On a connection on which nothing comes or goes.
using SecondsUntilProbe = io::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

constexpr uint32_t kMostHead = 16 << 10;
// What is read ahead of a client that sends requests without waiting for answers.
constexpr size_t kMostAhead = size_t{64} << 10;
constexpr size_t kPiece = size_t{256} << 10;
// Of what a client sends that was told to go. Who sends a little more than may be is to read why.
constexpr size_t kMostDropped = 2 * WebDesk::kMostMessage;
constexpr auto kStreamPatience = std::chrono::seconds(20);  // between two looks at a silent stream

std::string_view Chars(beast::string_view text) { return {text.data(), text.size()}; }

// The views are those of `message`.
template <typename Message>
WebRequest RequestOf(const Message& message) {
  WebRequest request;
  request.method = Chars(message.method_string());
  const std::string_view target = Chars(message.target());
  const size_t query = std::min(target.find('?'), target.size());
  request.path = target.substr(0, query);
  request.query = target.substr(std::min(query + 1, target.size()));
  for (const auto& field : message) {
    request.is_forwarded = request.is_forwarded || SaysForwarded(Chars(field.name_string()));
  }
  request.header = [&message](std::string_view name) {
    return Chars(message[beast::string_view(name.data(), name.size())]);
  };
  return request;
}

WebAnswer Refusal(int status, const std::string& line, WebRefusal refusal) {
  return {status, "text/plain; charset=utf-8", line + '\n', {}, refusal};
}

std::string AddressOf(const tcp::socket& socket) {
  error_code none;
  const tcp::endpoint from = socket.remote_endpoint(none);
  if (none) return {};
  const std::string host = from.address().to_string();
  return from.address().is_v4() ? "ipv4:" + host + ':' + std::to_string(from.port())
                                : "ipv6:[" + host + "]:" + std::to_string(from.port());
}

template <typename Stream>
class Connection final : public std::enable_shared_from_this<Connection<Stream>> {
 public:
  Connection(Stream stream, std::shared_ptr<io::ssl::context> tls, SharedBudget::Part place,
             WebPort& port)
      : tls_(std::move(tls)),
        stream_(std::move(stream)),
        farewell_(stream_.get_executor()),
        place_(std::move(place)),
        port_(port) {
    peer_.address = AddressOf(lowest().socket());
  }

  void Start() {
    if constexpr (kIsTls) {
      lowest().expires_after(port_.limits.request);
      stream_.async_handshake(
          io::ssl::stream_base::server,
          [self = this->shared_from_this()](error_code error) { self->OnHandshake(error); });
    } else {
      Await(port_.limits.request);
    }
  }

 private:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;
  using Next = void (Connection::*)();

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  void OnHandshake(error_code error) {
    if constexpr (kIsTls) {
      if (error) return OnNoTls(error);
      const X509* certificate = SSL_get0_peer_certificate(stream_.native_handle());
      if (certificate != nullptr && SSL_get_verify_result(stream_.native_handle()) == X509_V_OK) {
        peer_.has_certificate = true;
        peer_.certificate_names = CertificateNames(*certificate);
      }
      Await(port_.limits.request);
    }
  }

  // Somebody who forgot the s of https is told so, in what he speaks.
  void OnNoTls(error_code error) {
    port_.counters.CountRefusal(error == beast::error::timeout ? WebRefusal::kSlow
                                                               : WebRefusal::kNoHttp);
    const bool speaks_http =
        error.category() == io::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
    if (!speaks_http) return;
    const WebAnswer answer =
        Refusal(400, "this port speaks TLS; ask https://", WebRefusal::kNoHttp);
    port_.counters.CountAnswer(answer.status);
    out_ = AnswerHead(answer, WebFraming::kLength, false) + answer.body;
    lowest().expires_after(port_.limits.farewell);
    io::async_write(lowest(), io::buffer(out_),
                    [self = this->shared_from_this()](error_code /*error*/, size_t) {});
  }

  // Waits for a request to begin. What was read ahead may be one.
  void Await(std::chrono::milliseconds limit) {
    if (ahead_.size() > 0) return ReadHead();
    lowest().expires_after(limit);
    stream_.async_read_some(ahead_.prepare(4096),
                            [self = this->shared_from_this()](error_code error, size_t size) {
                              if (error) return self->End();
                              self->ahead_.commit(size);
                              self->ReadHead();
                            });
  }

  void ReadHead() {
    parser_.emplace();
    parser_->header_limit(kMostHead);
    parser_->body_limit(WebDesk::kMostMessage);
    lowest().expires_after(port_.limits.request);
    http::async_read_header(stream_, ahead_, *parser_,
                            [self = this->shared_from_this()](error_code error, size_t) {
                              if (error) return self->OnBroken(error);
                              self->OnHead();
                            });
  }

  void OnHead() {
    const auto& head = parser_->get();
    is_head_ = head.method() == http::verb::head;
    if (head.count(http::field::host) > 1) {
      return Refuse(Refusal(400, "a request has one header Host", WebRefusal::kNoHttp));
    }
    // A proxy in between may find the end of such a body elsewhere than we do.
    if (head.count(http::field::transfer_encoding) > 0 && !parser_->chunked()) {
      return Refuse(
          Refusal(400, "a body comes in chunks, or with its Content-Length", WebRefusal::kNoHttp));
    }
    const size_t most = port_.desk.MostBody(RequestOf(head), peer_);
    parser_->body_limit(most);
    const auto length = parser_->content_length();
    if (length && *length > most) return RefuseBody();
    const size_t size = parser_->is_done() ? 0 : static_cast<size_t>(length.value_or(most));
    // What is small is taken of everybody, whoever else sends much: all connections together do not
    // come to much.
    body_ = port_.bodies.Take(size > WebDesk::kMostFromStranger ? size : 0);
    if (!body_) {
      return Refuse(
          Refusal(503, "too much is being sent here; try again in a second", WebRefusal::kBody));
    }
    const std::string_view expects = Chars(head[http::field::expect]);
    if (expects.empty() || parser_->is_done()) return ReadBody();
    if (!EqualsIgnoringCase(expects, "100-continue")) {
      return Refuse(
          Refusal(417, "a request expects nothing but 100-continue", WebRefusal::kNoHttp));
    }
    out_ = "HTTP/1.1 100 Continue\r\n\r\n";
    io::async_write(stream_, io::buffer(out_),
                    [self = this->shared_from_this()](error_code error, size_t) {
                      if (error) return self->End();
                      self->ReadBody();
                    });
  }

  // The time of the request goes on.
  void ReadBody() {
    http::async_read(stream_, ahead_, *parser_,
                     [self = this->shared_from_this()](error_code error, size_t) {
                       if (error) return self->OnBroken(error);
                       self->OnRequest();
                     });
  }

  void OnBroken(error_code error) {
    if (error == beast::error::timeout) {
      port_.counters.CountRefusal(WebRefusal::kSlow);
      return End();
    }
    if (error == http::error::body_limit) return RefuseBody();
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      return Refuse(Refusal(431, "the headers of a request are at most 16 KiB", WebRefusal::kHead));
    }
    const bool no_http =
        error.category() == http::make_error_code(http::error::bad_version).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message;
    if (!no_http) return End();
    Refuse(Refusal(400,
                   "this is no request of HTTP/1.1 (" + error.message() +
                       "); this port serves the console, and gRPC is at another",
                   WebRefusal::kNoHttp));
  }

  void RefuseBody() {
    Refuse(Refusal(413,
                   "the body is too large: at most 4 MiB, and 16 KiB from whom the hub does not "
                   "know",
                   WebRefusal::kBody));
  }

  // Answers, and ends the connection: what follows on it cannot be read.
  void Refuse(WebAnswer answer) {
    keeps_ = false;
    AddCommonHeaders(answer);
    Answer(std::move(answer));
  }

  void OnRequest() {
    message_ = parser_->release();
    parser_.reset();
    keeps_ = message_.version() >= 11 && message_.keep_alive();
    WebRequest request = RequestOf(message_);
    request.body = message_.body();
    auto decision = port_.desk.Decide(request, peer_);
    if (const auto* answer = std::get_if<WebAnswer>(&decision)) return Answer(*answer);
    auto& call = std::get<WebCall>(decision);
    std::string().swap(message_.body());
    call_ = std::move(call.call);
    InsideCalls::Call inside{call_.name(), std::move(call_.request), std::move(call.caller)};
    if (call_.timeout) inside.deadline = std::chrono::system_clock::now() + *call_.timeout;
    if (call_.is_stream()) {
      OpenStream(std::move(inside));
    } else {
      Ask(std::move(inside));
    }
  }

  void Ask(InsideCalls::Call inside) {
    // The answer comes on a thread of gRPC.
    port_.inside.Ask(std::move(inside), [self = this->shared_from_this()](
                                            const grpc::Status& status, std::string response) {
      io::post(self->stream_.get_executor(),
               [self, status, response = std::move(response)]() mutable {
                 self->body_.reset();
                 WebAnswer answer = UnaryAnswer(self->call_, status, response);
                 AddCommonHeaders(answer);
                 self->Answer(std::move(answer));
               });
    });
  }

  void Answer(WebAnswer answer) {
    body_.reset();
    port_.counters.CountAnswer(answer.status);
    if (answer.refusal) port_.counters.CountRefusal(*answer.refusal);
    out_ = AnswerHead(answer, WebFraming::kLength, keeps_);
    if (!is_head_ && answer.status != 204 && answer.status != 304) out_ += answer.body;
    Write(keeps_ ? &Connection::AwaitNext : &Connection::SayGoodbye);
  }

  void AwaitNext() {
    std::string().swap(out_);
    Await(port_.limits.idle);
  }

  // Writes out_, each piece in its time.
  void Write(Next next, size_t from = 0) {
    if (from == out_.size()) return (this->*next)();
    const size_t size = std::min(kPiece, out_.size() - from);
    lowest().expires_after(port_.limits.piece);
    io::async_write(
        stream_, io::buffer(out_.data() + from, size),
        [self = this->shared_from_this(), next, from](error_code error, size_t written) {
          if (error == beast::error::timeout) self->CountStuck();
          if (error) return self->End();
          if (!self->ended_) self->Write(next, from + written);
        });
  }
  void CountStuck() { port_.counters.CountRefusal(WebRefusal::kStuck); }

  void OpenStream(InsideCalls::Call inside) {
    stream_place_ = port_.streams.Take(1);
    if (!stream_place_) {
      const grpc::Status status =
          RpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, v1::REASON_TOO_MANY_WATCHERS,
                   "the console port has as many streams as it may have; try again later")
              .RetryAfter(std::chrono::seconds(5));
      WebAnswer answer = RefusalAnswer({status, true, call_.codec});
      answer.refusal = WebRefusal::kStreams;
      AddCommonHeaders(answer);
      return Answer(std::move(answer));
    }
    body_.reset();
    // Its end is the end of the connection, as what comes there meanwhile is dropped.
    keeps_ = false;
    chunked_ = message_.version() >= 11;
    WebAnswer head = StreamHead(call_);
    AddCommonHeaders(head);
    port_.counters.CountAnswer(head.status);
    out_ = AnswerHead(head, chunked_ ? WebFraming::kChunked : WebFraming::kClose, keeps_);
    inside_ = port_.inside.Watch(std::move(inside));
    lowest().expires_never();
    Listen();
    Write(&Connection::Pull);
  }

  // The other half is read all the time, to notice when the browser goes.
  void Listen() {
    stream_.async_read_some(io::buffer(dropped_),
                            [self = this->shared_from_this()](error_code error, size_t) {
                              if (error == io::error::eof) return self->AwaitReset();
                              if (error) return self->End();
                              self->Listen();
                            });
  }

  // The client ended its half. It may read on (RFC 9112, 9.6), or be gone: then what is written
  // next brings a reset, and where nothing is written the system's probe does.
  void AwaitReset() {
    lowest().socket().async_wait(
        tcp::socket::wait_error,
        [self = this->shared_from_this()](error_code /*error*/) { self->End(); });
  }

  void Pull() {
    inside_->Take(kStreamPatience, [self = this->shared_from_this()](InsideStream::Taken taken) {
      io::post(self->stream_.get_executor(),
               [self, taken = std::move(taken)] { self->OnTaken(taken); });
    });
  }

  void OnTaken(const InsideStream::Taken& taken) {
    if (ended_) return;
    std::string piece;
    for (const std::string& message : taken.messages) piece += StreamMessage(call_, message);
    if (taken.end) piece += StreamEnd(*taken.end);
    if (piece.empty()) return Pull();
    out_ = chunked_ ? Chunk(piece) : std::move(piece);
    if (taken.end && chunked_) out_ += kLastChunk;
    Write(taken.end ? &Connection::SayGoodbye : &Connection::Pull);
  }

  // Ends our half, and waits a little until the client has ended its own: a connection that is
  // closed while something comes takes away what was said last.
  void SayGoodbye() {
    farewell_.expires_after(port_.limits.farewell);
    farewell_.async_wait([self = this->shared_from_this()](error_code error) {
      if (!error) self->End();
    });
    if (inside_ == nullptr) lowest().expires_never();
    if constexpr (kIsTls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->End(); });
    } else {
      error_code none;
      lowest().socket().shutdown(tcp::socket::shutdown_send, none);
      if (inside_ == nullptr) Drop(0);
    }
  }

  void Drop(size_t so_far) {
    stream_.async_read_some(io::buffer(dropped_), [self = this->shared_from_this(), so_far](
                                                      error_code error, size_t size) {
      if (error || so_far + size > kMostDropped) return self->End();
      self->Drop(so_far + size);
    });
  }

  void End() {
    if (std::exchange(ended_, true)) return;
    farewell_.cancel();
    lowest().close();
    if (inside_ != nullptr) inside_->Cancel();
  }

  const std::shared_ptr<io::ssl::context> tls_;  // of stream_
  Stream stream_;
  io::steady_timer farewell_;
  const SharedBudget::Part place_;
  WebPort& port_;
  WebPeer peer_;

  beast::flat_buffer ahead_{kMostAhead};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::request<http::string_body> message_;
  std::optional<SharedBudget::Part> body_;
  bool is_head_ = false;  // it asks for no body
  bool keeps_ = true;     // the connection, after the answer
  std::string out_;       // what is being written

  ConnectCall call_;
  std::shared_ptr<InsideStream> inside_;
  std::optional<SharedBudget::Part> stream_place_;
  bool chunked_ = true;
  std::array<char, 4096> dropped_;
  bool ended_ = false;
};

}  // namespace

void ServeConnection(tcp::socket socket, std::shared_ptr<io::ssl::context> tls,
                     SharedBudget::Part place, WebPort& port) {
  error_code none;
  socket.set_option(tcp::no_delay(true), none);
  socket.set_option(io::socket_base::keep_alive(true), none);
  socket.set_option(SecondsUntilProbe(30), none);
  beast::tcp_stream stream(std::move(socket));
  const auto executor = stream.get_executor();
  if (tls == nullptr) {
    const auto connection = std::make_shared<Connection<PlainStream>>(std::move(stream), nullptr,
                                                                      std::move(place), port);
    io::post(executor, [connection] { connection->Start(); });
  } else {
    io::ssl::context& context = *tls;
    const auto connection = std::make_shared<Connection<TlsStream>>(
        TlsStream(std::move(stream), context), std::move(tls), std::move(place), port);
    io::post(executor, [connection] { connection->Start(); });
  }
}

}  // namespace pigeonhub
