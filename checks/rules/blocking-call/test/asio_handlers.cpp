// RUN: %check_nostall %s
// Handlers of Boost.Asio in every form, on a loop and on a pool.

#include <boost/asio.hpp>
#include <functional>
#include <memory>
#include <unistd.h>

namespace asio = boost::asio;
using boost::system::error_code;

void bad_lambda(asio::steady_timer &Timer) {
  Timer.async_wait([](error_code) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
  });
}

class Session : public std::enable_shared_from_this<Session> {
public:
  void start() {
    auto Self = shared_from_this();
    Timer.async_wait([this, Self](error_code) { bad_member(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:49: warning: 'Session::bad_member' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
    Timer.async_wait(std::bind(&Session::bad_bound, this,
                               std::placeholders::_1));
    Timer.async_wait(std::bind(&Session::ok_bound, shared_from_this(),
                               std::placeholders::_1));
  }

private:
  void bad_member() { sleep(1); }
  void bad_bound(error_code) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  void ok_bound(error_code) { Timer.cancel(); }
  asio::steady_timer Timer;
};

struct BadFunctor {
  void operator()(error_code) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};
void bad_functor(asio::steady_timer &Timer) { Timer.async_wait(BadFunctor()); }

static void badFunction(error_code) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void bad_function(asio::steady_timer &Timer) {
  Timer.async_wait(&badFunction);
}

void bad_posted(asio::io_context &Context) {
  asio::post(Context, [] {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  Context.post([] {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

void ok_posted(asio::thread_pool &Pool) {
  asio::post(Pool, [] { sleep(1); });
  asio::post(Pool.get_executor(), [] { sleep(1); });
  asio::defer(Pool, [] { sleep(1); });
}

// A strand is wherever its executor is.
void bad_strand(asio::io_context &Context) {
  auto Strand = asio::make_strand(Context);
  asio::post(Strand, [] {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

void ok_strand(asio::thread_pool &Pool) {
  auto Strand = asio::make_strand(Pool);
  asio::post(Strand, [] { sleep(1); });
}

void bad_bound_to_loop(asio::steady_timer &Timer, asio::io_context &Context) {
  Timer.async_wait(asio::bind_executor(Context, [](error_code) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }));
}

void ok_bound_to_pool(asio::steady_timer &Timer, asio::thread_pool &Pool) {
  Timer.async_wait(
      asio::bind_executor(Pool, [](error_code) { sleep(1); }));
}

// A timer of the pool calls back on the pool.
void ok_timer_of_pool() {
  asio::thread_pool Pool(2);
  asio::steady_timer Timer(Pool);
  Timer.async_wait([](error_code) { sleep(1); });
}

// The work goes to the pool and its result comes back to the loop.
void bad_result_comes_back(asio::io_context &Context, asio::thread_pool &Pool) {
  asio::post(Pool, [&Context] {
    sleep(1);
    asio::post(Context, [] {
      sleep(2);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  });
}

// Kept and called later, by nobody that is seen.
std::function<void()> Kept;
void ok_kept() {
  Kept = [] { sleep(1); };
}
