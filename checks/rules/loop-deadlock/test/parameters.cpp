// RUN: %check_nostall %s --check nostall-loop-deadlock
// Helpers that wait for what they are given: each caller decides.

#include <boost/asio.hpp>
#include <functional>
#include <thread>
#include <utility>

namespace asio = boost::asio;
using asio::use_future;

asio::awaitable<int> load();
void use(int);

static int wait_for(std::future<int> Result) { return Result.get(); }

template <typename F> static void run_and_wait(asio::io_context &Io, F &&Work) {
  std::promise<void> Done;
  asio::post(Io, [&] {
    Work();
    Done.set_value();
  });
  Done.get_future().wait();
}

static void call_and_wait(asio::io_context &Io, std::function<void()> Work) {
  std::promise<void> Done;
  asio::post(Io, [&] {
    Work();
    Done.set_value();
  });
  Done.get_future().wait();
}

struct Server {
  asio::io_context Io, Back;
  void start() {
    asio::post(Io, [this] { bad_helper(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'Server::bad_helper' deadlocks the event loop in 'std::future::get': it waits for the result of 'boost::asio::co_spawn', {{.*}} [nostall-loop-deadlock]
    asio::post(Io, [this] { ok_helper(); });
    asio::post(Io, [this] { bad_run_and_wait(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'Server::bad_run_and_wait' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
    asio::post(Io, [this] { ok_run_and_wait(); });
    asio::post(Io, [this] { bad_call_and_wait(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'Server::bad_call_and_wait' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
    asio::post(Io, [this] { ok_call_and_wait(); });
  }

private:
  void bad_helper() { use(wait_for(asio::co_spawn(Io, load(), use_future))); }
  void ok_helper() { use(wait_for(asio::co_spawn(Back, load(), use_future))); }
  void bad_run_and_wait() {
    run_and_wait(Io, [] { use(1); });
  }
  void ok_run_and_wait() {
    run_and_wait(Back, [] { use(1); });
  }
  void bad_call_and_wait() {
    call_and_wait(Io, [] { use(1); });
  }
  void ok_call_and_wait() {
    call_and_wait(Back, [] { use(1); });
  }
};

int main() {
  Server S;
  S.start();
  std::thread Behind([&] { S.Back.run(); });
  // Not on the loop: the other thread runs it.
  run_and_wait(S.Back, [] { use(1); });
  S.Io.run();
}
