#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <vector>

namespace depot {

/// How long the commands took.
class Metrics {
public:
  using Clock = std::chrono::steady_clock;

  Metrics();

  void record(Clock::duration time);
  /// Forgets everything, unless a report is just being written.
  bool tryReset();
  /// Takes its time: call it on the pool.
  void writeReport(const std::filesystem::path &path) const;

  /// Runs `f` here and now, and records how long that took.
  template <typename F> auto timed(F f) {
    const auto start = Clock::now();
    auto result = f();
    record(Clock::now() - start);
    return result;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::uint64_t> histogram_;
};

} // namespace depot
