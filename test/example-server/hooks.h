#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace depot {

/// Runs the operator's shell command when something has happened.
class HookRunner {
public:
  HookRunner(std::string command, std::filesystem::path trace);

  /// Runs the hook to its end; its exit status, or -1.
  int run(const std::string &event) const;

  /// Starts the hook; reap() collects it some time later.
  void start(const std::string &event);
  void reap();
  /// Waits for the hooks that still run.
  void finish();

private:
  pid_t spawn(const std::string &event) const;

  const std::string command_;
  const std::filesystem::path trace_;
  std::vector<pid_t> running_;
};

} // namespace depot
