// RUN: %check_nostall %s
// Coroutines in every form, and what blocks in every place of one.

#include <boost/asio.hpp>
#include <stdexcept>
#include <unistd.h>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;

static asio::io_context Context;

awaitable<void> pauseOnTimer() {
  asio::steady_timer Timer(co_await asio::this_coro::executor);
  co_await Timer.async_wait(use_awaitable);
}

static bool ok_quick() { return true; }

awaitable<void> bad_in_handler() {
  try {
    co_await pauseOnTimer();
  } catch (const std::exception &) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

static int measure() {
  usleep(100000);
  return 1;
}
awaitable<int> bad_in_return() {
  co_return measure();
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'measure' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
}

static asio::steady_timer makeTimer() {
  sleep(2);
  return asio::steady_timer(Context);
}
awaitable<void> bad_in_operand() {
  co_await makeTimer().async_wait(use_awaitable);
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'makeTimer' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

awaitable<void> bad_in_condition() {
  while (co_await bad_in_return() > 0 && fsync(3) == 0)
    // CHECK-MESSAGES: :[[@LINE-1]]:42: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
    co_await pauseOnTimer();
}

struct Session {
  awaitable<void> bad_member() {
    sleep(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    co_return;
  }
  awaitable<void> ok_member() {
    if (ok_quick())
      co_await pauseOnTimer();
  }
};

struct Protocol {
  virtual ~Protocol() = default;
  virtual awaitable<void> handle() = 0;
};
struct SlowProtocol : Protocol {
  awaitable<void> handle() override {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    co_return;
  }
};

template <typename T> awaitable<T> bad_template(T Value) {
  sleep(5);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  co_return Value;
}

struct Flushes {
  ~Flushes() { fdatasync(3); }
};
awaitable<void> bad_at_end_of_scope() {
  Flushes F;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'Flushes::~Flushes' blocks the event loop in 'fdatasync': {{.*}} [nostall-blocking-call]
  co_await pauseOnTimer();
}

awaitable<void> calls(Session &S, Protocol &P) {
  co_await bad_in_handler();
  co_await bad_in_operand();
  co_await bad_in_condition();
  co_await S.bad_member();
  co_await S.ok_member();
  co_await P.handle();
  co_await bad_template(1);
  co_await bad_template('a');
  co_await bad_at_end_of_scope();
  auto Local = [](int N) -> awaitable<void> {
    sleep(6);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    co_return;
  };
  co_await Local(1);
}

int main() {
  Session S;
  SlowProtocol P;
  asio::co_spawn(Context, calls(S, P), asio::detached);
  Context.run();
}
