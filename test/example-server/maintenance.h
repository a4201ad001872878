#pragma once

#include <filesystem>

namespace depot {

/// A lock file shared with the offline tools: who has it may rebuild the files.
class MaintenanceLock {
public:
  explicit MaintenanceLock(const std::filesystem::path &path);
  ~MaintenanceLock();
  MaintenanceLock(const MaintenanceLock &) = delete;
  MaintenanceLock &operator=(const MaintenanceLock &) = delete;

  /// Tries for a moment; false if a tool has the lock all that time.
  bool acquire();
  void release();

private:
  bool acquireOnce();

  int fd_;
};

} // namespace depot
