// Where nothing is certain: none of these has a fix.
#include <utility>

#include <boost/asio.hpp>

#include <chrono>
#include <mutex>
#include <thread>

#include <unistd.h>

namespace net = boost::asio;

#define NAP sleep(1)

static void helper() { sleep(1); }

// Any type may come.
template <typename T> net::awaitable<T> in_template(T Seconds) {
  sleep(1);
  co_return Seconds;
}

static std::mutex Mutex;

net::awaitable<void> naps(std::chrono::duration<double> Some, double Much) {
  NAP;
  helper();
  [] { sleep(1); }();
  // Nothing may suspend in a handler.
  try {
    co_await net::post(net::use_awaitable);
  } catch (...) {
    sleep(1);
  }
  // Nor in the initializer of a static variable.
  static unsigned Once = sleep(1);
  // The rest of the time is asked for.
  unsigned Rest = sleep(1);
  // It is rounded down.
  sleep(Much);
  // So is this.
  std::this_thread::sleep_for(Some);
  // The lock would be held while others run.
  std::lock_guard<std::mutex> Lock(Mutex);
  sleep(1 + Once + Rest);
}

// Not the type that is awaited there.
net::awaitable<void, net::io_context::executor_type> other_executor() {
  sleep(1);
  co_return;
}

// Something would be lost.
net::awaitable<void> comments() {
  sleep(/* a moment */ 1);
  sleep(1 // a moment
  );
  co_return;
}

// No coroutine.
void callback(net::io_context &Io) {
  net::post(Io, [] { sleep(1); });
}

net::awaitable<int> uses() { return in_template(1); }
