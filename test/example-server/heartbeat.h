#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <thread>

namespace depot {

struct SessionCounts {
  std::uint64_t open = 0;
  std::uint64_t total = 0;
};

/// How many sessions there are; the heartbeat's thread looks at it.
class SessionBoard {
public:
  /// Returns the number of the new session.
  std::uint64_t opened();
  void closed();
  SessionCounts counts() const;

private:
  mutable std::mutex mutex_;
  SessionCounts counts_;
};

/// Tells the supervisor, by way of a file, that the process is alive.
class Heartbeat {
public:
  Heartbeat(const SessionBoard &board, std::filesystem::path path);

private:
  void beat(std::stop_token stop) const;

  const SessionBoard &board_;
  const std::filesystem::path path_;
  std::jthread thread_;
};

} // namespace depot
