# SPDX-License-Identifier: Apache-2.0
# Reading the standard library, Abseil, Protobuf, gRPC and GoogleTest is a third to a half of what compiling costs here, so each of
# these sets of headers is compiled once (decision 22). A source file includes what it uses all the same: with ccache,
# whose objects serve several trees, and in ./dev lint, there are no precompiled headers.
include_guard(GLOBAL)

set(pigeonhub_standard_headers
  <algorithm> <array> <chrono> <compare> <cstdint> <deque> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <tuple> <utility> <variant> <vector> <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h>
  <absl/status/status.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_format.h>
  <absl/strings/str_join.h> <absl/strings/str_split.h>)
set(pigeonhub_rpc_headers
  <google/protobuf/duration.pb.h> <google/protobuf/map.h> <google/protobuf/repeated_field.h> <google/protobuf/timestamp.pb.h>
  <grpcpp/grpcpp.h>)
set(pigeonhub_test_headers <gmock/gmock.h> <gtest/gtest.h>)

# What carries no peer's message is shipped as it compiles soonest.
set(PIGEONHUB_QUICK_BUILD "$<$<CONFIG:RelWithDebInfo>:-O1>")

# pigeonhub_precompiled(test HEADERS <gtest/gtest.h> DEPS GTest::gtest OPTIONS -O1)
# A set of headers for pigeonhub_reuse. OPTIONS must be those of the targets that reuse it.
function(pigeonhub_precompiled set)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;DEPS;OPTIONS")
  if(NOT PIGEONHUB_PRECOMPILE)
    return()
  endif()
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/precompiled_${set}.cc" CONTENT "")
  add_library(pigeonhub_precompiled_${set} OBJECT "${CMAKE_CURRENT_BINARY_DIR}/precompiled_${set}.cc")
  target_link_libraries(pigeonhub_precompiled_${set} PRIVATE pigeonhub_options ${arg_DEPS})
  target_compile_options(pigeonhub_precompiled_${set} PRIVATE ${arg_OPTIONS})
  target_precompile_headers(pigeonhub_precompiled_${set} PRIVATE ${arg_HEADERS})
endfunction()

# Has a target compile with a set. GCC 12 sees writes and reads out of bounds in strings whose header was precompiled, now here
# and now there; a build without the sets, which ccache makes, looks for true ones.
function(pigeonhub_reuse target set)
  if(PIGEONHUB_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM pigeonhub_precompiled_${set})
    target_compile_options(${target} PRIVATE
      "$<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow;-Wno-restrict>")
  endif()
endfunction()

# Has the compiler read eight source files of a target as one (decision 22). What their templates need in common is made once.
# No two files of a target may give one name to two things, not even in unnamed namespaces.
function(pigeonhub_join target)
  if(PIGEONHUB_PRECOMPILE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    # What is in an unnamed namespace looks to GCC as if a header had it. And GCC looks for garbage less often: a tenth less time, at most
    # 1.1 GB instead of 0.9.
    target_compile_options(${target} PRIVATE
      "$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage;--param=ggc-min-heapsize=524288>")
  endif()
endfunction()
