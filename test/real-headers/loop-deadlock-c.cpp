// RUN: %check_nostall %s --check nostall-loop-deadlock --real
// Loops of C libraries that are run inside of themselves, with the headers as
// Debian has them.

#include <event2/event.h>
#include <uv.h>

static void bad_handle_loop(uv_timer_t *Timer) {
  uv_run(Timer->loop, UV_RUN_DEFAULT);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_run' runs the event loop inside of itself: it is not reentrant, and must not be called from a callback [nostall-loop-deadlock]
}

static void bad_default_loop(uv_timer_t *) {
  uv_run(uv_default_loop(), UV_RUN_ONCE);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_run' runs the event loop inside of itself: {{.*}} [nostall-loop-deadlock]
}

static void ok_nowait(uv_timer_t *Timer) { uv_run(Timer->loop, UV_RUN_NOWAIT); }

static void ok_loop_of_its_own(uv_timer_t *) {
  uv_loop_t Own;
  uv_loop_init(&Own);
  uv_run(&Own, UV_RUN_DEFAULT);
  uv_loop_close(&Own);
}

static event_base *Base;

static void bad_dispatch(evutil_socket_t, short, void *) {
  event_base_dispatch(Base);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: error: 'event_base_dispatch' runs the event loop inside of itself: it fails at once, since only one call at a time can run an event_base [nostall-loop-deadlock]
}

static void bad_loop(evutil_socket_t, short, void *) {
  event_base_loop(Base, EVLOOP_ONCE);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: error: 'event_base_loop' runs the event loop inside of itself: {{.*}} [nostall-loop-deadlock]
}

static void ok_nonblocking(evutil_socket_t, short, void *) {
  event_base_loop(Base, EVLOOP_NONBLOCK);
}

int main() {
  uv_timer_t Timer;
  uv_timer_init(uv_default_loop(), &Timer);
  uv_timer_start(&Timer, bad_handle_loop, 1, 0);
  uv_timer_start(&Timer, bad_default_loop, 1, 0);
  uv_timer_start(&Timer, ok_nowait, 1, 0);
  uv_timer_start(&Timer, ok_loop_of_its_own, 1, 0);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);

  Base = event_base_new();
  event_base_once(Base, -1, EV_TIMEOUT, bad_dispatch, nullptr, nullptr);
  event_base_once(Base, -1, EV_TIMEOUT, bad_loop, nullptr, nullptr);
  event_base_once(Base, -1, EV_TIMEOUT, ok_nonblocking, nullptr, nullptr);
  event_base_dispatch(Base);
}
