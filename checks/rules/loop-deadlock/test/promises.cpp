// RUN: %check_nostall %s --check nostall-loop-deadlock
// Promises that a later turn of the loop fulfils, and packaged tasks that it
// runs.

#include <boost/asio.hpp>
#include <functional>
#include <future>
#include <memory>
#include <thread>

namespace asio = boost::asio;
asio::io_context Io;
void use(int);

static void bad_reference() {
  std::promise<int> Promise;
  asio::post(Io, [&] { Promise.set_value(1); });
  use(Promise.get_future().get());
  // CHECK-MESSAGES: :[[@LINE-1]]:28: error: 'std::future::get' deadlocks the event loop: it waits for 'std::promise::set_value' in 'lambda in bad_reference', which only this loop can run [nostall-loop-deadlock]
}

static void bad_moved() {
  std::promise<int> Promise;
  std::future<int> Result = Promise.get_future();
  asio::post(Io, [P = std::move(Promise)]() mutable { P.set_value(1); });
  use(Result.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:14: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
}

static void bad_shared() {
  auto Promise = std::make_shared<std::promise<int>>();
  asio::post(Io, [Promise] { Promise->set_value(1); });
  use(Promise->get_future().get());
  // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
}

static void answer(std::promise<int> &To) { To.set_value(1); }

static void bad_helper() {
  std::promise<int> Promise;
  Io.post([&] { answer(Promise); });
  use(Promise.get_future().get());
  // CHECK-MESSAGES: :[[@LINE-1]]:28: error: 'std::future::get' deadlocks the event loop: it waits for 'std::promise::set_value' in 'answer', {{.*}} [nostall-loop-deadlock]
}

static void bad_packaged() {
  std::packaged_task<int()> Task([] { return 1; });
  std::future<int> Result = Task.get_future();
  asio::post(Io, std::move(Task));
  use(Result.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:14: error: 'std::future::get' deadlocks the event loop: it waits for 'lambda in bad_packaged', which only this loop can run [nostall-loop-deadlock]
}

static void bad_packaged_reference() {
  std::packaged_task<int()> Task([] { return 1; });
  asio::post(Io, [&] { Task(); });
  use(Task.get_future().get());
  // CHECK-MESSAGES: :[[@LINE-1]]:25: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
}

static void ok_fulfilled_before() {
  std::promise<int> Promise;
  Promise.set_value(1);
  use(Promise.get_future().get());
}

static void ok_run_before() {
  std::packaged_task<int()> Task([] { return 1; });
  Task();
  use(Task.get_future().get());
}

static void ok_thread() {
  std::promise<int> Promise;
  std::thread Other([&] { Promise.set_value(1); });
  use(Promise.get_future().get());
  Other.detach();
}

/// One of two, and the other is a thread.
static void ok_either() {
  std::promise<int> Promise;
  asio::post(Io, [&] { Promise.set_value(1); });
  std::thread Other([&] { Promise.set_value(2); });
  use(Promise.get_future().get());
  Other.detach();
}

static void ok_pool() {
  static asio::thread_pool Pool;
  std::packaged_task<int()> Task([] { return 1; });
  std::future<int> Result = Task.get_future();
  asio::post(Pool, std::move(Task));
  use(Result.get());
}

void lend(std::promise<int> &);

/// Whoever has it may fulfil it.
static void ok_unknown() {
  std::promise<int> Promise;
  lend(Promise);
  use(Promise.get_future().get());
}

struct Session {
  std::promise<int> Connected;
  std::shared_future<int> WhenConnected = Connected.get_future().share();
  /// By then it is.
  void ok_earlier_turn() { use(WhenConnected.get()); }
  void onConnect() { Connected.set_value(1); }
};

int main() {
  Session S;
  asio::post(Io, bad_reference);
  asio::post(Io, bad_moved);
  asio::post(Io, bad_shared);
  asio::post(Io, bad_helper);
  asio::post(Io, bad_packaged);
  asio::post(Io, bad_packaged_reference);
  asio::post(Io, ok_fulfilled_before);
  asio::post(Io, ok_run_before);
  asio::post(Io, ok_thread);
  asio::post(Io, ok_either);
  asio::post(Io, ok_pool);
  asio::post(Io, ok_unknown);
  asio::post(Io, [&] { S.onConnect(); });
  asio::post(Io, [&] { S.ok_earlier_turn(); });
  Io.run();
}
