#pragma once

#include "net.h"

#include <chrono>
#include <exception>
#include <type_traits>

namespace depot {

/// Runs `work` on the pool; the awaiting coroutine goes on, on its own
/// executor, with the result.
template <typename F>
asio::awaitable<std::invoke_result_t<F>> runInPool(asio::thread_pool &pool,
                                                   F work) {
  using Result = std::invoke_result_t<F>;
  static_assert(!std::is_void_v<Result>, "the work has to return a value");
  auto start = [&pool, work = std::move(work)](auto handler) mutable {
    auto job = [handler = std::move(handler),
                work = std::move(work)]() mutable {
      std::exception_ptr error;
      Result result{};
      try {
        result = work();
      } catch (...) {
        error = std::current_exception();
      }
      auto executor = asio::get_associated_executor(handler);
      asio::post(executor, [handler = std::move(handler), error,
                            result = std::move(result)]() mutable {
        handler(error, std::move(result));
      });
    };
    asio::post(pool, std::move(job));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>,
                              void(std::exception_ptr, Result)>(
      std::move(start), asio::use_awaitable);
}

/// Suspends the calling coroutine; the loop goes on with other work.
inline asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

/// A mutex for coroutines of one thread: lock() suspends, it never blocks.
class AsyncMutex {
public:
  explicit AsyncMutex(asio::io_context &io)
      : wake_(io, asio::steady_timer::time_point::max()) {}

  asio::awaitable<void> lock() {
    while (held_) {
      boost::system::error_code woken;
      co_await wake_.async_wait(
          asio::redirect_error(asio::use_awaitable, woken));
    }
    held_ = true;
  }

  void unlock() {
    held_ = false;
    wake_.cancel_one();
  }

private:
  asio::steady_timer wake_;
  bool held_ = false;
};

} // namespace depot
