# SPDX-License-Identifier: Apache-2.0
# The packages pigeonhub, pigeonctl and pigeonhub-dev: what Debian asks for beside the files, and CPack's settings.
set(debian "${CMAKE_CURRENT_SOURCE_DIR}/debian")

string(TIMESTAMP SOURCE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(package pigeonhub pigeonctl pigeonhub-dev)
  set(PACKAGE ${package})
  configure_file("${debian}/changelog.in" "${generated}/${package}.changelog" @ONLY)
  add_custom_command(OUTPUT "${generated}/${package}/changelog.gz"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${generated}/${package}"
    COMMAND gzip -9nc "${generated}/${package}.changelog" > "${generated}/${package}/changelog.gz"
    DEPENDS "${generated}/${package}.changelog" VERBATIM)
  set(copyright "${debian}/copyright")
  if(package STREQUAL "pigeonhub" AND PIGEONHUB_CONSOLE)
    set(notices "${PROJECT_BINARY_DIR}/console/site/peers/LICENSES.txt")
    set(copyright "${generated}/pigeonhub/copyright")
    add_custom_command(OUTPUT "${copyright}"
      COMMAND "${CMAKE_COMMAND}" -E make_directory "${generated}/pigeonhub"
      COMMAND "${debian}/copyright.sh" "${debian}/copyright" "${notices}" > "${copyright}"
      DEPENDS pigeonhub_console_files "${debian}/copyright" "${debian}/copyright.sh"
      VERBATIM)
    list(APPEND documents "${copyright}")
  endif()
  list(APPEND documents "${generated}/${package}/changelog.gz")
  install(FILES "${copyright}" "${generated}/${package}/changelog.gz"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" COMPONENT ${package})
endforeach()
foreach(package pigeonhub pigeonctl)
  install(FILES "${debian}/${package}.lintian-overrides"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides" RENAME ${package} COMPONENT ${package})
endforeach()
add_custom_target(debian_files DEPENDS ${documents})
add_dependencies(debian_files package_files)

set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL pigeonhub pigeonctl pigeonhub-dev)
set(CPACK_PACKAGE_CONTACT "PigeonHub maintainers <pigeonhub@users.noreply.github.com>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has a first line of its own
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PIGEONHUB_PACKAGE_NAME pigeonhub)
set(CPACK_DEBIAN_PIGEONHUB_DESCRIPTION "signaling hub for PeerPigeon WebRTC meshes
PigeonHub is where browsers and programs that use the PeerPigeon client
meet: they connect by WebSocket, discover each other by namespace, and
exchange what WebRTC needs to connect them directly. Several hubs link up
and act as one.")
set(CPACK_DEBIAN_PIGEONHUB_PACKAGE_SUGGESTS "nats-server, pigeonctl")
set(CPACK_DEBIAN_PIGEONHUB_PACKAGE_CONTROL_EXTRA
  "${debian}/postinst;${debian}/prerm;${debian}/postrm;${debian}/conffiles")

set(CPACK_DEBIAN_PIGEONCTL_PACKAGE_NAME pigeonctl)
set(CPACK_DEBIAN_PIGEONCTL_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PIGEONCTL_DESCRIPTION "command line client for PigeonHub signaling hubs
pigeonctl looks at and steers PigeonHub hubs over their control API: peers,
namespaces, hubs, events, draining. It also checks from outside whether two
peers can exchange signals through one hub or two.")

set(CPACK_DEBIAN_PIGEONHUB-DEV_PACKAGE_NAME pigeonhub-dev)
set(CPACK_DEBIAN_PIGEONHUB-DEV_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PIGEONHUB-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PIGEONHUB-DEV_PACKAGE_SUGGESTS "npm, protobuf-compiler")
set(CPACK_DEBIAN_PIGEONHUB-DEV_DESCRIPTION "control API of PigeonHub signaling hubs, as .proto files
From these files programs in other languages make what they need to ask and
steer PigeonHub hubs over gRPC or the Connect protocol. The same is there as
one descriptor set, for tools that take such a file, and as a package for
npm, with types, for programs in JavaScript and TypeScript.")

include(CPack)
