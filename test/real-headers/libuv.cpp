// RUN: %check_nostall %s --real

#include <unistd.h>
#include <uv.h>

static void bad_timer(uv_timer_t *Timer) {
  uv_sleep(10);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_sleep' blocks{{.*}} [nostall-blocking-call]
  uv_fs_t Request;
  uv_fs_unlink(Timer->loop, &Request, "a", nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_fs_unlink' may block{{.*}} [nostall-blocking-call]
}

static void ok_work(uv_work_t *) { sleep(1); }
static void bad_done(uv_work_t *, int) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks{{.*}} [nostall-blocking-call]
}
static void ok_unlinked(uv_fs_t *) {}

void start(uv_loop_t *Loop, uv_timer_t *Timer, uv_work_t *Work, uv_fs_t *Fs) {
  sleep(1);
  uv_timer_start(Timer, bad_timer, 0, 100);
  uv_queue_work(Loop, Work, ok_work, bad_done);
  uv_fs_unlink(Loop, Fs, "a", ok_unlinked);
}
