// RUN: %check_nostall %s
// One finding for one blocking call, however many ways lead to it; and ways
// that go round in circles.

#include <unistd.h>
#include <uv.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

//===----------------------------------------------------------------------===//
// Many roots, one sink
//===----------------------------------------------------------------------===//

static void shared() { fsync(3); }
static void between() { shared(); }

ON_LOOP void bad_first() {
  shared();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'shared' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}
ON_LOOP void bad_second() { shared(); }
ON_LOOP void bad_third() { between(); }
ON_LOOP void bad_twice() {
  shared();
  shared();
}

// Two sinks in one function are two findings.
static void both() {
  fdatasync(3);
  sleep(1);
}
ON_LOOP void bad_both() {
  both();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'both' blocks the event loop in 'fdatasync': {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: 'both' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// Every instantiation of a template is the same code.
template <typename T> struct Timer {
  void pause(T Time) { usleep(100000 + Time); }
};
ON_LOOP void bad_instantiations() {
  Timer<int>().pause(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'Timer::pause' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
  Timer<long>().pause(1);
}

// The same function given to several places.
static void onTimer(uv_timer_t *) {
  uv_sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void starts(uv_timer_t *A, uv_timer_t *B) {
  uv_timer_start(A, onTimer, 0, 0);
  uv_timer_start(B, onTimer, 0, 0);
}

//===----------------------------------------------------------------------===//
// Recursion
//===----------------------------------------------------------------------===//

struct Node {
  Node *Left, *Right;
  int Fd;
};
static void syncAll(Node *N) {
  if (!N)
    return;
  syncAll(N->Left);
  fsync(N->Fd);
  syncAll(N->Right);
}
ON_LOOP void bad_recursive(Node *N) {
  syncAll(N);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'syncAll' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}

static void odd(int N);
static void even(int N) {
  if (N)
    odd(N - 1);
}
static void odd(int N) {
  usleep(10000);
  if (N)
    even(N - 1);
}
ON_LOOP void bad_mutual() {
  even(10);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'even' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
}

static void ping(int N);
static void pong(int N) { ping(N - 1); }
static void ping(int N) {
  if (N)
    pong(N - 1);
}
ON_LOOP void ok_mutual() { ping(10); }

// A parameter that decides, handed round and round.
static void retry(unsigned Seconds, int Times) {
  sleep(Seconds);
  if (Times)
    retry(Seconds, Times - 1);
}
ON_LOOP void bad_parameter() {
  retry(1, 3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'retry' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

static void poke(unsigned Seconds, int Times) {
  sleep(Seconds);
  if (Times)
    poke(Seconds, Times - 1);
}
ON_LOOP void ok_parameter() { poke(0, 3); }

// The callback that starts itself again.
static void again(uv_timer_t *Timer) {
  uv_timer_start(Timer, again, 100, 0);
  fsync(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void begin(uv_timer_t *Timer) { again(Timer); }
