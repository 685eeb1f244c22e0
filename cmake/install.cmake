# SPDX-License-Identifier: Apache-2.0
# Installs the library for programs that embed a hub: the archives, include/pigeonhub and the CMake package PigeonHub.
# `cmake --install BUILD --component embedding` installs these alone.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/PigeonHub")

get_property(libraries GLOBAL PROPERTY PIGEONHUB_INSTALLED_LIBRARIES)
install(TARGETS ${libraries} EXPORT PigeonHubTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT embedding)
install(DIRECTORY server/include/pigeonhub DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT embedding)
install(EXPORT PigeonHubTargets NAMESPACE PigeonHub:: DESTINATION "${package_dir}" COMPONENT embedding)

configure_package_config_file(cmake/PigeonHubConfig.cmake.in "${PROJECT_BINARY_DIR}/PigeonHubConfig.cmake"
  INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a new minor version may change what a program calls.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/PigeonHubConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/PigeonHubConfig.cmake"
  "${PROJECT_BINARY_DIR}/PigeonHubConfigVersion.cmake"
  cmake/FindCares.cmake
  cmake/FindNats.cmake
  DESTINATION "${package_dir}" COMPONENT embedding)
