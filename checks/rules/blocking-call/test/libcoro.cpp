// RUN: %check_nostall %s
// libcoro: a thread pool's coroutines may wait, a scheduler's may not.

#include <libcoro.h>
#include <unistd.h>

using namespace std::chrono_literals;

coro::thread_pool Pool;
coro::scheduler Scheduler;

coro::task<> step();

coro::task<> bad_wait() {
  co_await Scheduler.schedule();
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  coro::sync_wait(step());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'coro::sync_wait' blocks the event loop: {{.*}} [nostall-blocking-call]
  Scheduler.process_events(100ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'coro::scheduler::process_events' blocks the event loop: it waits for events [nostall-blocking-call]
  Scheduler.process_events(0ms);
  Scheduler.process_events();
  Pool.shutdown();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'coro::thread_pool::shutdown' blocks the event loop: {{.*}} [nostall-blocking-call]
}

coro::task<> bad_after_delay() {
  co_await Pool.schedule();
  sleep(1);
  co_await Scheduler.schedule_after(10ms);
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

coro::task<> ok_started() {
  sleep(1);
  co_return;
}

void start() {
  Scheduler.spawn_detached(bad_wait());
  Pool.spawn_detached(ok_started());
}
