// RUN: %check_nostall %s --check nostall-loop-deadlock
// A coroutine is run to its end on the loop that has to resume it. How many
// threads a libcoro scheduler has is not seen.

#include <coroutine_types.h>

namespace coro {
template <typename T> struct task : mock::Task<T> {
  using mock::Task<T>::Task;
  struct promise_type : mock::Task<T>::promise_type {
    task get_return_object();
  };
};
class io_scheduler {
public:
  mock::Awaitable<> schedule();
  mock::Awaitable<> yield_for(int Milliseconds);
  bool spawn(task<void> &&Task) { return true; }
};
class thread_pool {
public:
  mock::Awaitable<> schedule();
};
template <typename Awaited> void sync_wait(Awaited &&A);
} // namespace coro

void use(int);

coro::task<void> takes_turn(coro::io_scheduler &Scheduler) {
  co_await Scheduler.schedule();
  use(1);
}

coro::task<void> sleeps(coro::io_scheduler &Scheduler) {
  co_await Scheduler.yield_for(10);
}

coro::task<void> calls(coro::io_scheduler &Scheduler) {
  co_await sleeps(Scheduler);
}

coro::task<void> computes() {
  use(1);
  co_return;
}

coro::task<void> on_pool(coro::thread_pool &Pool) {
  co_await Pool.schedule();
  use(1);
}

coro::task<void> serve(coro::io_scheduler &Scheduler,
                       coro::io_scheduler &Another, coro::thread_pool &Pool) {
  co_await Scheduler.schedule();
  coro::sync_wait(takes_turn(Scheduler));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'coro::sync_wait' may deadlock the event loop: it waits for 'takes_turn', which only this loop can resume [nostall-loop-deadlock]
  coro::sync_wait(calls(Scheduler));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'coro::sync_wait' may deadlock the event loop: it waits for 'calls', which only this loop can resume [nostall-loop-deadlock]
  coro::sync_wait(computes());
  coro::sync_wait(on_pool(Pool));
  coro::sync_wait(takes_turn(Another));
}

int main() {
  coro::io_scheduler Scheduler, Another;
  coro::thread_pool Pool;
  Scheduler.spawn(serve(Scheduler, Another, Pool));
}
