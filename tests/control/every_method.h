// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

namespace pigeonhub {

// Every method of pigeonhub.v1, by service.
std::vector<const google::protobuf::MethodDescriptor*> EveryMethod();

// "PeerService/ListPeers".
std::string ShortName(const google::protobuf::MethodDescriptor& method);

// The text above the method in its .proto file, on one line. Empty, with a failure, if there is
// none.
std::string CommentOf(const google::protobuf::MethodDescriptor& method);

}  // namespace pigeonhub
