// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pigeonhub {

// A server on 127.0.0.1 that gives one answer after the other, one to each connection, whatever it
// is asked. Once there is none left it answers nothing, and keeps the connection.
class LoopbackHttp {
 public:
  // Whole answers, as they go over the wire.
  explicit LoopbackHttp(std::deque<std::string> answers);
  ~LoopbackHttp();
  LoopbackHttp(const LoopbackHttp&) = delete;
  LoopbackHttp& operator=(const LoopbackHttp&) = delete;

  uint16_t port() const { return port_; }
  std::string Url(const std::string& path) const;
  // The first lines of what was asked so far.
  std::vector<std::string> asked() const;

 private:
  void Serve();

  std::deque<std::string> answers_;
  int listener_ = -1;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;  // guards all below
  std::vector<std::string> asked_;
  std::vector<int> kept_;
  std::thread thread_;
};

// An answer with this body and these header lines, each with \r\n behind it.
std::string HttpOk(const std::string& body, const std::string& headers = "");

}  // namespace pigeonhub
