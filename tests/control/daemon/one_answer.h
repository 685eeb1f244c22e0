// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <thread>

namespace pigeonhub {

// Listens on 127.0.0.1, reads the head of one request, answers it as told, and closes. With an
// empty answer it says nothing until this goes away.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer);
  ~OneAnswer();
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  uint16_t port() const { return port_; }
  // Both wait until the head was read.
  std::string request();
  std::string request_line();

 private:
  void Serve();

  const std::string answer_;
  int listening_ = -1;
  int connection_ = -1;
  uint16_t port_ = 0;
  std::string request_;
  std::thread thread_;
};

}  // namespace pigeonhub
