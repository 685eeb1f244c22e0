// SPDX-License-Identifier: Apache-2.0
//
// Stands in for the search for the end of a line in the overlay's copy of http/impl/request.hpp:
// the same answer, without a look at each byte by itself.

#ifndef WEBSOCKETPP_HTTP_LINE_END_HPP
#define WEBSOCKETPP_HTTP_LINE_END_HPP

#include <string>

namespace websocketpp {
namespace http {
namespace parser {

// The carriage return of the first line end in [begin, text.end()), or text.end().
inline std::string::iterator find_line_end(std::string& text, std::string::iterator begin) {
  std::string::size_type const at =
      text.find("\r\n", static_cast<std::string::size_type>(begin - text.begin()));
  return at == std::string::npos ? text.end()
                                 : text.begin() + static_cast<std::string::difference_type>(at);
}

}  // namespace parser
}  // namespace http
}  // namespace websocketpp

#endif  // WEBSOCKETPP_HTTP_LINE_END_HPP
