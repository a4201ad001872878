// RUN: %check_nostall %s
// Branches on the question whether this is the loop's thread.

#include <boost/asio.hpp>
#include <future>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]
namespace asio = boost::asio;

static asio::io_context Context;

// Called from anywhere; waits only where it may.
ON_LOOP int ok_ask(std::future<int> &F) {
  if (Context.get_executor().running_in_this_thread())
    return -1;
  return F.get();
}

ON_LOOP int ok_ask_else(std::future<int> &F) {
  if (!Context.get_executor().running_in_this_thread())
    return F.get();
  else
    return 0;
}

ON_LOOP int bad_ask(std::future<int> &F) {
  if (Context.get_executor().running_in_this_thread())
    return F.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
  return 0;
}

ON_LOOP int bad_ask_both(std::future<int> &F) {
  int Extra = 0;
  if (Context.get_executor().running_in_this_thread())
    Extra = 1;
  return F.get() + Extra;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// What is called from the guarded branch is off the loop as well.
static void settle() { sleep(1); }
ON_LOOP void ok_through_call() {
  if (!Context.get_executor().running_in_this_thread())
    settle();
}

static void settleAnyhow() { sleep(2); }
ON_LOOP void bad_through_call() {
  bool Here = Context.get_executor().running_in_this_thread();
  if (Here)
    settleAnyhow();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'settleAnyhow' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// The usual way to call across threads and wait for the result.
template <typename F> auto callOnLoop(F Function) {
  if (Context.get_executor().running_in_this_thread())
    return Function();
  std::promise<decltype(Function())> Promise;
  auto Result = Promise.get_future();
  asio::post(Context, [&] { Promise.set_value(Function()); });
  return Result.get();
}
ON_LOOP int ok_calls_on_loop() {
  return callOnLoop([] { return 1; });
}
