// RUN: %check_nostall %s --check nostall-loop-deadlock
// Threads that wait for the loop which waits for them.

#include <boost/asio.hpp>
#include <future>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using asio::use_future;

asio::io_context Io;
asio::awaitable<int> load();
void use(int);

static void bad_join() {
  std::thread Helper([] { asio::post(Io, use_future).get(); });
  Helper.join();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: error: 'std::thread::join' deadlocks the event loop: it waits for 'lambda in bad_join', which itself waits for this loop [nostall-loop-deadlock]
}

static int ask() { return asio::co_spawn(Io, load(), use_future).get(); }

static void bad_async() {
  use(std::async([] { return ask(); }).get());
  // CHECK-MESSAGES: :[[@LINE-1]]:40: error: 'std::future::get' deadlocks the event loop: it waits for 'lambda in bad_async', which itself waits for this loop [nostall-loop-deadlock]
}

static void bad_promise() {
  std::thread Helper([] {
    std::promise<void> Done;
    asio::post(Io, [&] { Done.set_value(); });
    Done.get_future().wait();
  });
  Helper.join();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: error: 'std::thread::join' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
}

static void bad_container() {
  std::vector<std::thread> Threads;
  Threads.emplace_back([] { asio::post(Io, use_future).get(); });
  for (std::thread &T : Threads)
    T.join();
  // CHECK-MESSAGES: :[[@LINE-1]]:7: error: 'std::thread::join' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
}

static void ok_posts_only() {
  std::thread Helper([] { asio::post(Io, [] { use(1); }); });
  Helper.join();
}

static void ok_own_loop() {
  std::thread Helper([] {
    asio::io_context Own;
    auto Result = asio::post(Own, use_future);
    Own.run();
    Result.get();
  });
  Helper.join();
}

static void ok_not_joined() {
  std::thread Helper([] { asio::post(Io, use_future).get(); });
  Helper.detach();
}

/// The loop never waits for this one.
class Worker {
public:
  void start() { Thread = std::thread([this] { run(); }); }
  void bad_stop() {
    Thread.join();
    // CHECK-MESSAGES: :{{.*}} warning: 'Worker::bad_stop' may deadlock the event loop in 'std::thread::join': it waits for 'lambda in Worker::start', which itself waits for this loop [nostall-loop-deadlock]
  }

private:
  void run() { use(ask()); }
  std::thread Thread;
};

int main() {
  Worker W;
  W.start();
  asio::post(Io, bad_join);
  asio::post(Io, bad_async);
  asio::post(Io, bad_promise);
  asio::post(Io, bad_container);
  asio::post(Io, ok_posts_only);
  asio::post(Io, ok_own_loop);
  asio::post(Io, ok_not_joined);
  asio::post(Io, [&] { W.bad_stop(); });
  Io.run();
}
