#pragma once

#include "async_util.h"
#include "file_io.h"
#include "net.h"

#include <filesystem>
#include <string>

namespace depot {

/// The write-ahead log: records are appended on the pool, and a timer sees to
/// it that they reach the disk.
class WriteAheadLog {
public:
  WriteAheadLog(asio::io_context &io, asio::thread_pool &pool,
                const std::filesystem::path &path);

  asio::awaitable<void> append(std::string record);

  void startFlushing();
  void stop();

private:
  void flush();

  asio::thread_pool &pool_;
  AppendFile file_;
  AsyncMutex gate_; ///< Keeps the records in the order of the commands.
  asio::steady_timer timer_;
  bool dirty_ = false;
  bool stopped_ = false;
};

} // namespace depot
