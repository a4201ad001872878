#include "maintenance.h"

#include "retry.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace depot {

MaintenanceLock::MaintenanceLock(const std::filesystem::path &path)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (fd_ < 0)
    throw std::system_error(errno, std::generic_category(), path.string());
}

MaintenanceLock::~MaintenanceLock() { ::close(fd_); }

bool MaintenanceLock::acquireOnce() {
  // TRAP(flock-nonblocking): LOCK_NB, so it fails rather than waits
  return ::flock(fd_, LOCK_EX | LOCK_NB) == 0;
}

bool MaintenanceLock::acquire() {
  return retry(4, std::chrono::milliseconds(40),
               [this] { return acquireOnce(); });
}

void MaintenanceLock::release() { ::flock(fd_, LOCK_UN); }

} // namespace depot
