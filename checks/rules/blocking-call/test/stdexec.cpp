// RUN: %check_nostall %s
// stdexec: sync_wait blocks; a task moves only where it is told to.

#include <stdexec.h>
#include <unistd.h>

exec::static_thread_pool Pool(4);
stdexec::run_loop Loop;

exec::task<int> step();

exec::task<int> bad_wait() {
  stdexec::sync_wait(step());
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'stdexec::sync_wait_t::operator()' blocks the event loop: it blocks the thread until the sender has completed [nostall-blocking-call]
  Loop.run();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'stdexec::run_loop::run' blocks the event loop: {{.*}} [nostall-blocking-call]
  co_return co_await step();
}

exec::task<int> ok_moved() {
  co_await exec::reschedule_coroutine_on(Pool.get_scheduler());
  sleep(1);
  co_return 0;
}
