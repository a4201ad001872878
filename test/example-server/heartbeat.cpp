#include "heartbeat.h"

#include <chrono>
#include <fstream>

namespace depot {

std::uint64_t SessionBoard::opened() {
  // TRAP(short-mutex): whoever holds it only counts or copies two numbers
  const std::lock_guard lock(mutex_);
  ++counts_.open;
  return ++counts_.total;
}

void SessionBoard::closed() {
  const std::lock_guard lock(mutex_);
  --counts_.open;
}

SessionCounts SessionBoard::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Heartbeat::Heartbeat(const SessionBoard &board, std::filesystem::path path)
    : board_(board), path_(std::move(path)),
      thread_([this](std::stop_token stop) { beat(stop); }) {}

void Heartbeat::beat(std::stop_token stop) const {
  while (!stop.stop_requested()) {
    const SessionCounts counts = board_.counts();
    std::ofstream out(path_, std::ios::trunc);
    out << counts.open << ' ' << counts.total << '\n';
    out.close();
    // TRAP(heartbeat-sleep): the body of the heartbeat's own std::jthread
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

} // namespace depot
