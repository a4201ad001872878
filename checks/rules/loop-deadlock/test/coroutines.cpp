// RUN: %check_nostall %s --check nostall-loop-deadlock
// Waits in coroutines: the loop is the one that they were spawned on.

#include <boost/asio.hpp>

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::use_future;

asio::awaitable<int> load();
void use(int);

asio::awaitable<void> bad_own_executor() {
  auto Executor = co_await asio::this_coro::executor;
  auto Result = asio::co_spawn(Executor, load(), use_future);
  use(Result.get());
  // CHECK-NOTES: :[[@LINE-1]]:14: error: 'std::future::get' deadlocks the event loop: it waits for the result of 'boost::asio::co_spawn', which only this loop can bring about [nostall-loop-deadlock]
  // CHECK-NOTES: :{{.*}}: note: 'bad_own_executor' is given to 'boost::asio::co_spawn' here
  // CHECK-NOTES: :[[@LINE-6]]:23: note: 'bad_own_executor' is a coroutine
  // CHECK-NOTES: :[[@LINE-4]]:14: note: calls 'std::future::get'
  // CHECK-NOTES: :[[@LINE-6]]:17: note: 'boost::asio::co_spawn' gives the work to this loop here
  // CHECK-NOTES: :[[@LINE-6]]:14: note: instead: co_await the operation with use_awaitable in place of use_future, or go on in its handler; get() is for other threads
}

asio::awaitable<void> inner(asio::io_context &Io) {
  use(asio::co_spawn(Io, load(), use_future).get());
  // CHECK-NOTES: :[[@LINE-1]]:46: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
  // CHECK-NOTES: :{{.*}}: note: 'inner' is started here
  // CHECK-NOTES: :[[@LINE-4]]:23: note: 'inner' is a coroutine
  // CHECK-NOTES: :[[@LINE-4]]:46: note: calls 'std::future::get'
  // CHECK-NOTES: :[[@LINE-5]]:7: note: 'boost::asio::co_spawn' gives the work to this loop here
  // CHECK-NOTES: :[[@LINE-6]]:46: note: instead: {{.*}}
  co_return;
}

asio::awaitable<void> bad_awaited(asio::io_context &Io) { co_await inner(Io); }

asio::awaitable<void> ok_awaits() {
  auto Executor = co_await asio::this_coro::executor;
  use(co_await asio::co_spawn(Executor, load(), use_awaitable));
}

/// The loop runs in between; it may have done it.
asio::awaitable<void> ok_loop_ran() {
  auto Executor = co_await asio::this_coro::executor;
  auto Result = asio::co_spawn(Executor, load(), use_future);
  asio::steady_timer Timer(Executor);
  co_await Timer.async_wait(use_awaitable);
  use(Result.get());
}

asio::awaitable<void> ok_pool(asio::thread_pool &Pool) {
  use(asio::co_spawn(Pool, load(), use_future).get());
  co_return;
}

/// Nothing shows on which loop it runs.
asio::awaitable<void> ok_start_unknown(asio::any_io_executor Executor) {
  use(asio::co_spawn(Executor, load(), use_future).get());
  co_return;
}

int main() {
  asio::io_context Io, Other;
  asio::thread_pool Pool;
  asio::co_spawn(Io, bad_own_executor(), asio::detached);
  asio::co_spawn(Io, bad_awaited(Io), asio::detached);
  asio::co_spawn(Io, ok_awaits(), asio::detached);
  asio::co_spawn(Io, ok_loop_ran(), asio::detached);
  asio::co_spawn(Io, ok_pool(Pool), asio::detached);
  Io.run();
}
