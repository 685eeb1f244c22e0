// SPDX-License-Identifier: Apache-2.0
//
// pigeonhub_floor READY_FILE: serves until it is ended, and says in the file where, as pigeonhub
// does.
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/bench/floor/floor.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: pigeonhub_floor READY_FILE\n", stderr);
    return 2;
  }
  pigeonhub::bench::Floor floor;
  const std::string file = argv[1];
  std::ofstream(file + ".new") << R"({"pid":)" << getpid()
                               << R"(,"signaling":[{"host":"127.0.0.1","port":)" << floor.port()
                               << "}]}\n";
  if (std::rename((file + ".new").c_str(), file.c_str()) != 0) {
    std::perror(file.c_str());
    return 1;
  }
  floor.Run();
}
