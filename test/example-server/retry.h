#pragma once

#include <chrono>
#include <thread>

namespace depot {

/// Calls `attempt` until it returns true, at most `tries` times.
template <typename F>
bool retry(int tries, std::chrono::milliseconds pause, F attempt) {
  for (int n = 1; !attempt(); ++n) {
    if (n >= tries)
      return false;
    // PLANTED(retry-sleep): sleeps on the loop's thread between two attempts
    std::this_thread::sleep_for(pause);
  }
  return true;
}

} // namespace depot
