// SPDX-License-Identifier: Apache-2.0
//
// What somebody reads who opens the address of the hub in a browser.
#pragma once

#include "pigeonhub/http.h"

namespace pigeonhub {

struct FrontPage {
  bool has_client = false;  // /client.js and what belongs to it
  bool has_ice = false;
  bool is_dev = false;
  bool secure = false;  // wss://
};

// Every path gets it, as at the reference server, whose line is the first one; with is_dev those
// that nobody serves get HTTP 404.
Response FrontPageAnswer(const FrontPage& page, const Request& request);

}  // namespace pigeonhub
