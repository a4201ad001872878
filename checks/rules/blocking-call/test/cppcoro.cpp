// RUN: %check_nostall %s
// cppcoro: what follows the pool's schedule() may wait, until the coroutine
// comes back to the I/O service.

#include <cppcoro.h>
#include <unistd.h>

using cppcoro::task;

cppcoro::static_thread_pool Pool;
cppcoro::io_service Service;

task<> step();

task<> bad_wait() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  cppcoro::sync_wait(step());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'cppcoro::sync_wait' blocks the event loop: it blocks the thread until the task has ended [nostall-blocking-call]
  Service.process_events();
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'cppcoro::io_service::process_events' blocks the event loop: {{.*}} [nostall-blocking-call]
  Service.process_pending_events();
  co_await step();
}

task<> bad_back() {
  co_await Pool.schedule();
  sleep(1);
  co_await Service.schedule();
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

task<> ok_pool() {
  co_await Pool.schedule();
  sleep(1);
}

task<> ok_resumed() {
  co_await cppcoro::resume_on(Pool, step());
  sleep(1);
}

task<> ok_started() {
  sleep(1);
  co_return;
}

int main() {
  cppcoro::sync_wait(cppcoro::schedule_on(Pool, ok_started()));
}
