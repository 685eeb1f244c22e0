# SPDX-License-Identifier: Apache-2.0
# The control API's contract as a package for npm: what the console is made from, as JavaScript with types. Programs import its
# services by the names of their files: import { ServerService } from 'pigeonhub-api/pigeonhub/v1/server_service'.
set(npm_package "${PROJECT_BINARY_DIR}/packages/npm")
set(console "${PROJECT_SOURCE_DIR}/console")

file(READ "${console}/package.json" console_package)
string(JSON PROTOBUF_ES_VERSION GET "${console_package}" dependencies @bufbuild/protobuf)
configure_file(npm/package.json.in "${npm_package}/package.json" @ONLY)

file(GLOB other_files RELATIVE "${contract}" CONFIGURE_DEPENDS "${contract}/google/rpc/*.proto")
# The target brings the npm packages of the console, of which the plugin is one.
add_custom_command(OUTPUT "${npm_package}/made"
  COMMAND protobuf::protoc -I . "--plugin=protoc-gen-es=${console}/node_modules/.bin/protoc-gen-es" "--es_out=${npm_package}"
    --es_opt=target=js+dts,import_extension=js ${services} ${other_files}
  COMMAND "${CMAKE_COMMAND}" -E touch "${npm_package}/made"
  DEPENDS ${service_files} pigeonhub_console_files
  WORKING_DIRECTORY "${contract}" VERBATIM)
add_custom_target(contract_npm DEPENDS "${npm_package}/made")
add_dependencies(package_files contract_npm)
install(DIRECTORY "${npm_package}" DESTINATION "${CMAKE_INSTALL_DATADIR}/pigeonhub" COMPONENT pigeonhub-dev
  FILES_MATCHING PATTERN "*.js" PATTERN "*.d.ts" PATTERN "package.json")
