# SPDX-License-Identifier: Apache-2.0
# c-ares, as Cares::cares. Debian's package has no CMake file of its own. The module that gRPC brings is not used: a program
# without gRPC has none, and that module fails where the target c-ares::cares is there already.
include(FindPackageHandleStandardArgs)

find_path(CARES_INCLUDE_DIR ares.h)
find_library(CARES_LIBRARY cares)
mark_as_advanced(CARES_INCLUDE_DIR CARES_LIBRARY)
find_package_handle_standard_args(Cares REQUIRED_VARS CARES_LIBRARY CARES_INCLUDE_DIR)

if(Cares_FOUND AND NOT TARGET Cares::cares)
  add_library(Cares::cares UNKNOWN IMPORTED)
  set_target_properties(Cares::cares PROPERTIES
    IMPORTED_LOCATION "${CARES_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${CARES_INCLUDE_DIR}")
endif()
