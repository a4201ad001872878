// RUN: %check_nostall %s
// Callbacks of libuv, the work queue, and the file functions, which do the
// work in the call when they are given no callback.

#include <cstdlib>
#include <uv.h>
#include <unistd.h>

static void onTimer(uv_timer_t *) {
  uv_sleep(100);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
}

static void work(uv_work_t *) { sleep(1); }

static void afterWork(uv_work_t *, int) {
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
}

void bad_callbacks(uv_loop_t *Loop, uv_timer_t *Timer, uv_work_t *Work,
                   uv_poll_t *Poll, uv_async_t *Async, uv_handle_t *Handle) {
  uv_timer_start(Timer, onTimer, 100, 0);
  uv_queue_work(Loop, Work, work, afterWork);
  uv_poll_start(Poll, 1, [](uv_poll_t *, int, int) {
    system("logger readable");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'system' blocks the event loop: it runs a command and waits for its end [nostall-blocking-call]
  });
  uv_async_init(Loop, Async, [](uv_async_t *) {
    sleep(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  uv_close(Handle, [](uv_handle_t *) {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// Of two callbacks of one stream the second one is at fault.
static void onAlloc(uv_handle_t *, size_t Size, uv_buf_t *Buffer) {
  Buffer->base = static_cast<char *>(malloc(Size));
  Buffer->len = Size;
}
static void onRead(uv_stream_t *, ssize_t, const uv_buf_t *Buffer) {
  fsync(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
  free(Buffer->base);
}
void bad_read(uv_stream_t *Stream) { uv_read_start(Stream, onAlloc, onRead); }

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static void ok_onStat(uv_fs_t *Request) { uv_async_send(nullptr); }

static void bad_files(uv_timer_t *) {
  uv_fs_t Request;
  uv_fs_open(nullptr, &Request, "/etc/app.conf", 0, 0, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_fs_open' may block the event loop: it waits for the file system, as it has no callback [nostall-blocking-call]
  uv_fs_fsync(nullptr, &Request, 3, NULL);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_fs_fsync' blocks the event loop: it waits until the disk has written the data, as it has no callback [nostall-blocking-call]
  uv_fs_stat(nullptr, &Request, "/etc/app.conf", nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_fs_stat' may block the event loop: {{.*}} [nostall-blocking-call]
}

static void ok_files(uv_timer_t *Timer) {
  static uv_fs_t Request;
  uv_fs_stat(uv_default_loop(), &Request, "/etc/app.conf", ok_onStat);
  uv_fs_fsync(uv_default_loop(), &Request, 3,
              [](uv_fs_t *Done) { free(Done->data); });
}

// The callback is a parameter: whoever passes none waits.
static int statWith(uv_fs_t *Request, uv_fs_cb Callback) {
  return uv_fs_stat(uv_default_loop(), Request, "/etc/app.conf", Callback);
}
static void bad_forwards(uv_timer_t *) {
  uv_fs_t Request;
  statWith(&Request, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'statWith' may block the event loop in 'uv_fs_stat': {{.*}} [nostall-blocking-call]
}
static void ok_forwards(uv_timer_t *) {
  static uv_fs_t Request;
  statWith(&Request, ok_onStat);
}

static void bad_onStat(uv_fs_t *) {
  sleep(5);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

void files(uv_timer_t *Timer) {
  uv_timer_start(Timer, bad_files, 0, 0);
  uv_timer_start(Timer, ok_files, 0, 0);
  uv_timer_start(Timer, bad_forwards, 0, 0);
  uv_timer_start(Timer, ok_forwards, 0, 0);
  static uv_fs_t Request;
  uv_fs_stat(uv_default_loop(), &Request, "/", bad_onStat);
}

//===----------------------------------------------------------------------===//
// Other ways in and out
//===----------------------------------------------------------------------===//

// Stored in a struct of the library.
static void bad_onExit(uv_process_t *, int64_t, int) {
  sleep(6);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void spawn(uv_loop_t *Loop, uv_process_t *Process) {
  uv_process_options_t Options = {};
  Options.exit_cb = bad_onExit;
  uv_spawn(Loop, Process, &Options);
}

// A thread of its own.
static void ok_thread(void *) { sleep(7); }
static void bad_joins(uv_timer_t *) {
  uv_thread_t Thread;
  uv_thread_create(&Thread, ok_thread, nullptr);
  uv_thread_join(&Thread);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_thread_join' blocks the event loop: it waits for the thread to end [nostall-blocking-call]
}
void threads(uv_timer_t *Timer) { uv_timer_start(Timer, bad_joins, 0, 0); }

// The loop itself, inside of a callback and outside of it.
static void bad_nested(uv_timer_t *) {
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_run' runs the event loop inside of itself: {{.*}} [nostall-loop-deadlock]
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
}

int main() {
  uv_timer_t Timer;
  uv_timer_start(&Timer, bad_nested, 0, 0);
  sleep(1);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
