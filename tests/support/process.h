// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pigeonhub {

// A child process with its output in pipes. Killed, if it still runs, when this goes away.
class Process {
 public:
  // `variables` ("PORT=1") are its whole environment, but for what sanitizers are told by.
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::vector<std::string>& variables = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits for the next line, without its end; what is left at the end of the output.
  std::string ReadLine() { return out_.ReadLine(); }
  std::string ReadErrorLine() { return err_.ReadLine(); }
  // Everything until the end of the output.
  std::string ReadAll() { return out_.ReadAll(); }
  std::string ReadAllErrors() { return err_.ReadAll(); }
  // Reads stderr until a line contains `text`; false if none does.
  bool WaitForError(const std::string& text);

  void Signal(int number);
  // Waits for its end: the exit code, or minus the signal that ended it.
  int Wait();
  pid_t pid() const { return pid_; }

 private:
  class Pipe {
   public:
    ~Pipe();
    void Open();
    int write_end() const { return ends_[1]; }
    void CloseWriteEnd();
    std::string ReadLine();
    std::string ReadAll();

   private:
    bool ReadMore();
    int ends_[2] = {-1, -1};
    std::string buffer_;
  };

  Pipe out_;
  Pipe err_;
  pid_t pid_ = -1;
  bool waited_ = false;
};

}  // namespace pigeonhub
