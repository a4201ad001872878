#include "hooks.h"

#include "util.h"

#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

namespace depot {

HookRunner::HookRunner(std::string command, std::filesystem::path trace)
    : command_(std::move(command)), trace_(std::move(trace)) {}

pid_t HookRunner::spawn(const std::string &event) const {
  const pid_t child = ::fork();
  if (child < 0)
    throw CommandError("cannot start the hook");
  if (child == 0) {
    // TRAP(child-write): in the child process, the loop is in the parent
    std::ofstream trace(trace_, std::ios::app);
    trace << ::getpid() << ' ' << event << '\n';
    trace.close();
    ::execl("/bin/sh", "sh", "-c", command_.c_str(), nullptr);
    ::_exit(127);
  }
  return child;
}

int HookRunner::run(const std::string &event) const {
  const pid_t child = spawn(event);
  int status = 0;
  // PLANTED(hook-wait): waits for the hook's shell to end
  if (::waitpid(child, &status, 0) != child || !WIFEXITED(status))
    return -1;
  return WEXITSTATUS(status);
}

void HookRunner::start(const std::string &event) {
  running_.push_back(spawn(event));
}

void HookRunner::reap() {
  std::erase_if(running_, [](pid_t child) {
    // TRAP(reap-nohang): WNOHANG only asks
    return ::waitpid(child, nullptr, WNOHANG) != 0;
  });
}

void HookRunner::finish() {
  for (const pid_t child : running_)
    // TRAP(last-hooks): main calls this after io_context::run has returned
    ::waitpid(child, nullptr, 0);
  running_.clear();
}

} // namespace depot
