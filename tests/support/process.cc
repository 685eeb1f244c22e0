// SPDX-License-Identifier: Apache-2.0

#include "tests/support/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string_view>
#include <utility>

namespace pigeonhub {
namespace {

std::vector<std::string> Environment(std::vector<std::string> variables) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::string_view(*variable).find("SAN_OPTIONS=") != std::string_view::npos) {
      variables.emplace_back(*variable);
    }
  }
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::vector<std::string>& variables) {
  out_.Open();
  err_.Open();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out_.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err_.write_end(), STDERR_FILENO);

  // Whoever started the tests may ignore these (nohup, a shell's background), and that is
  // inherited.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> argv{program};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  std::vector<std::string> envp = Environment(variables);
  EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &files, &attributes, Pointers(argv).data(),
                        Pointers(envp).data()),
            0)
      << program;
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  out_.CloseWriteEnd();
  err_.CloseWriteEnd();
}

Process::~Process() {
  if (waited_ || pid_ <= 0) return;
  Signal(SIGKILL);
  Wait();
}

bool Process::WaitForError(const std::string& text) {
  for (;;) {
    const std::string line = ReadErrorLine();
    if (line.find(text) != std::string::npos) return true;
    if (line.empty()) return false;
  }
}

void Process::Signal(int number) { EXPECT_EQ(kill(pid_, number), 0); }

int Process::Wait() {
  int status = 0;
  EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
  waited_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Process::Pipe::~Pipe() {
  CloseWriteEnd();
  close(ends_[0]);
}

void Process::Pipe::Open() { ASSERT_EQ(pipe2(ends_, O_CLOEXEC), 0); }

void Process::Pipe::CloseWriteEnd() {
  if (ends_[1] >= 0) close(std::exchange(ends_[1], -1));
}

std::string Process::Pipe::ReadLine() {
  size_t end;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (!ReadMore()) return std::exchange(buffer_, {});
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  return line;
}

std::string Process::Pipe::ReadAll() {
  while (ReadMore()) {
  }
  return std::exchange(buffer_, {});
}

bool Process::Pipe::ReadMore() {
  char bytes[4096];
  const ssize_t count = read(ends_[0], bytes, sizeof bytes);
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(count));
  return true;
}

}  // namespace pigeonhub
