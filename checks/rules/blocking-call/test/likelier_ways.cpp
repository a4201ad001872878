// RUN: %check_nostall %s
// Of several ways to one blocking call the likeliest is shown: not the one on
// the way out of the program, not the one under more conditions, though they
// are shorter.

#include <cstdlib>
#include <unistd.h>
#include <uv.h>

static void save(int Fd) { fsync(Fd); }

[[noreturn]] static void dieSaving(int Fd) {
  save(Fd);
  exit(1);
}
static void report();
static void onFirst(uv_timer_t *) {
  report();
  dieSaving(3);
}

static void onRead(uv_timer_t *Timer) {
  if (!Timer) {
    save(3);
    abort();
  }
}
static bool isDue(uv_timer_t *Timer);
static void onMany(uv_timer_t *Timer) {
  if (Timer->data)
    if (isDue(Timer))
      if (Timer != nullptr && isDue(Timer + 1))
        if (isDue(Timer + 2))
          if (isDue(Timer + 3))
            save(3);
}
static void later() { save(4); }
static void onTimer(uv_timer_t *) {
  later();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'later' blocks the event loop in 'fsync': it {{.*}} [nostall-blocking-call]
  }
// The program's own way to end, which nothing declares.
static void panic(int Fd) {
  fdatasync(Fd);
  exit(2);
}
static void check(uv_timer_t *Timer) {
  if (!Timer->data)
    panic(3);
}
static void ok_panics(uv_timer_t *Timer) {
  check(Timer);
  report();
}
void start(uv_timer_t *Timer) {
  uv_timer_start(Timer, ok_panics, 0, 0);
  uv_timer_start(Timer, onRead, 0, 0);
  uv_timer_start(Timer, onMany, 0, 0);
  uv_timer_start(Timer, onTimer, 0, 0);
  uv_timer_start(Timer, onFirst, 0, 0);
}
