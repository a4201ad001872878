#include "metrics.h"

#include <algorithm>
#include <fstream>

namespace depot {

namespace {

constexpr std::size_t kBuckets = 20'000;
constexpr std::chrono::microseconds kBucketWidth{100};

} // namespace

Metrics::Metrics() : histogram_(kBuckets) {}

void Metrics::record(Clock::duration time) {
  const auto bucket = static_cast<std::size_t>(time / kBucketWidth);
  // PLANTED(metrics-mutex): a pool thread writes a file under this mutex
  const std::lock_guard lock(mutex_);
  ++histogram_[std::min(bucket, kBuckets - 1)];
}

bool Metrics::tryReset() {
  // TRAP(try-lock): gives up at once if the report has the mutex
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock())
    return false;
  std::fill(histogram_.begin(), histogram_.end(), 0);
  return true;
}

void Metrics::writeReport(const std::filesystem::path &path) const {
  const std::lock_guard lock(mutex_);
  std::ofstream out(path, std::ios::trunc);
  for (std::size_t bucket = 0; bucket < histogram_.size(); ++bucket)
    out << (bucket * kBucketWidth).count() << ' ' << histogram_[bucket]
        << std::endl;
}

} // namespace depot
