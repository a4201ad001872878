// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Whole findings, word for word.

#include <atomic>
#include <coroutine_types.h>
#include <unistd.h>

extern int X;
std::atomic<bool> Ready;

static void sum() {
  for (int I = 0; I < 4'000'000; ++I)
    X += I;
}

static void report() { sum(); }

mock::Task<> bad_loop_in_helper() {
  report();
  co_return;
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: 'report' keeps the event loop busy: it makes 4000000 rounds without a suspension point (an estimated {{[0-9.]+}} ms) [nostall-cpu-bound-loop]
// CHECK-NOTES: :[[@LINE-5]]:14: note: 'bad_loop_in_helper' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-5]]:3: note: calls 'report'
// CHECK-NOTES: :[[@LINE-9]]:24: note: calls 'sum'
// CHECK-NOTES: :[[@LINE-14]]:3: note: this loop makes 4000000 rounds without a suspension point (an estimated {{[0-9.]+}} ms)
// CHECK-NOTES: :[[@LINE-8]]:3: note: instead: suspend every so many rounds, or move the work to a worker thread

mock::Task<> bad_endless() {
  for (;;)
    ++X;
  co_return;
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop never ends and has no suspension point [nostall-cpu-bound-loop]
// CHECK-NOTES: :[[@LINE-6]]:14: note: 'bad_endless' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-6]]:3: note: this loop never ends and has no suspension point
// CHECK-NOTES: :[[@LINE-7]]:3: note: instead: suspend every so many rounds, or move the work to a worker thread

mock::Task<> bad_spin() {
  while (!Ready.load())
    ;
  co_return;
}
// CHECK-NOTES: :[[@LINE-4]]:3: warning: this loop spins until another thread changes a variable, and the event loop with it [nostall-cpu-bound-loop]
// CHECK-NOTES: :[[@LINE-6]]:14: note: 'bad_spin' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-6]]:3: note: this loop spins until another thread changes a variable, and the event loop with it
// CHECK-NOTES: :[[@LINE-7]]:3: note: instead: suspend every so many rounds, or move the work to a worker thread

mock::Task<> bad_call() {
  crypt("pw", "$6$salt");
  co_return;
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: 'crypt' keeps the event loop busy: it derives a key in a way that is slow by design [nostall-cpu-bound-loop]
// CHECK-NOTES: :[[@LINE-5]]:14: note: 'bad_call' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-5]]:3: note: calls 'crypt'
// CHECK-NOTES: :[[@LINE-6]]:3: note: instead: hash passwords on a worker thread
