// RUN: %check_nostall %s --check nostall-loop-deadlock
// What is known to be missed, or to be reported without need.

#include <boost/asio.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

namespace asio = boost::asio;
using asio::use_future;

asio::io_context Io;
asio::awaitable<int> load();
void use(int);

/// Condition variables and latches have no future to follow.
static void FN_condition_variable() {
  std::mutex Guard;
  std::condition_variable Changed;
  bool Done = false;
  asio::post(Io, [&] {
    std::lock_guard Hold(Guard);
    Done = true;
    Changed.notify_one();
  });
  std::unique_lock Hold(Guard);
  Changed.wait(Hold, [&] { return Done; });
}

/// A coroutine on a pool, which needs the loop.
static asio::awaitable<int> asks() {
  co_return co_await asio::co_spawn(Io, load(), asio::use_awaitable);
}
static void FN_pool_waits() {
  static asio::thread_pool Pool;
  use(asio::co_spawn(Pool, asks(), use_future).get());
}

/// Where the result was started in an earlier turn, nothing shows that it is
/// not there.
static std::future<int> Earlier;
static void FN_earlier_turn() { use(Earlier.get()); }
static void start_earlier() { Earlier = asio::co_spawn(Io, load(), use_future); }

void run_on_threads(asio::io_context &);

/// Other threads run the loop as well, as a function does whose body is not
/// seen.
static asio::io_context Elsewhere;
static void FP_several_threads() {
  use(asio::co_spawn(Elsewhere, load(), use_future).get());
  // CHECK-MESSAGES: :[[@LINE-1]]:53: error: {{.*}} [nostall-loop-deadlock]
}

/// A comparison by an overloaded operator is no condition that is followed,
/// other than the result of a function that makes it.
static std::thread::id LoopThread;
static void FP_not_this_thread() {
  if (std::this_thread::get_id() != LoopThread)
    use(asio::co_spawn(Io, load(), use_future).get());
  // CHECK-MESSAGES: :[[@LINE-1]]:48: error: {{.*}} [nostall-loop-deadlock]
}

int main() {
  asio::post(Io, FP_not_this_thread);
  asio::post(Io, FN_condition_variable);
  asio::post(Io, FN_pool_waits);
  asio::post(Io, start_earlier);
  asio::post(Io, FN_earlier_turn);
  asio::post(Elsewhere, FP_several_threads);
  run_on_threads(Elsewhere);
  Elsewhere.run();
  Io.run();
}
