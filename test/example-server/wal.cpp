#include "wal.h"

#include <chrono>
#include <mutex>

namespace depot {

namespace {

constexpr std::chrono::milliseconds kFlushPeriod{200};

} // namespace

WriteAheadLog::WriteAheadLog(asio::io_context &io, asio::thread_pool &pool,
                             const std::filesystem::path &path)
    : pool_(pool), file_(path), gate_(io), timer_(io) {}

asio::awaitable<void> WriteAheadLog::append(std::string record) {
  // TRAP(async-lock): AsyncMutex::lock only suspends the coroutine
  co_await gate_.lock();
  const std::lock_guard release(gate_, std::adopt_lock);
  auto write = [this, record = std::move(record)] {
    file_.append(record);
    return true;
  };
  co_await runInPool(pool_, std::move(write));
  dirty_ = true;
}

void WriteAheadLog::startFlushing() {
  timer_.expires_after(kFlushPeriod);
  timer_.async_wait([this](const boost::system::error_code &error) {
    if (error || stopped_)
      return;
    flush();
    startFlushing();
  });
}

void WriteAheadLog::flush() {
  if (!dirty_)
    return;
  dirty_ = false;
  file_.sync();
}

void WriteAheadLog::stop() {
  stopped_ = true;
  timer_.cancel();
}

} // namespace depot
