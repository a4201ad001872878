// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Loops that cannot end and never suspend.

#include <coroutine_types.h>
#include <cstdlib>

using mock::Task;

extern int Counter;
bool step();
[[noreturn]] void die();

Task<> bad_for() {
  for (;;)
    ++Counter;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop never ends and has no suspension point [nostall-cpu-bound-loop]
  co_return;
}

static void count() { ++Counter; }

Task<> bad_while_true() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    count();
  }
  co_return;
}

// What is not seen may wait, throw or end the program.
Task<> ok_unknown_function() {
  while (true)
    step();
  co_return;
}

static void unknownInside() { Counter += step(); }

Task<> ok_unknown_function_in_helper() {
  for (;;)
    unknownInside();
  co_return;
}

Task<> ok_function_pointer(void (*Function)()) {
  for (;;)
    Function();
  co_return;
}

static void next() {
  if (++Counter > 3)
    throw Counter;
}
static void nextOfNext() { next(); }

Task<> ok_helper_throws() {
  for (;;)
    nextOfNext();
  co_return;
}

static void last() {
  if (++Counter > 3)
    std::exit(0);
}

Task<> ok_helper_exits() {
  for (;;)
    last();
  co_return;
}

// Templates that nothing instantiates: what depends on the argument may be
// anything.
template <typename T> Task<> ok_pattern_await(T &Source) {
  while (true) {
    auto Value = co_await Source.next();
    Counter += Value;
  }
}

template <typename T> Task<> ok_pattern_await_in_call(T &Source) {
  for (;;)
    Source.handle(co_await Source.next());
}

template <typename T> void ok_pattern_call(T &Source) {
  while (true)
    Source.run();
}

template <typename T> Task<> ok_pattern_adl(T &Source) {
  while (true)
    run(Source);
  co_return;
}

Task<> bad_do_while_one() {
  do {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    ++Counter;
  } while (1);
  co_return;
}

Task<> bad_break_belongs_to_inner_loop() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 3; ++I)
      if (I == Counter)
        break;
  }
  co_return;
}

Task<> bad_break_belongs_to_switch() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    switch (Counter) {
    case 0:
      ++Counter;
      break;
    default:
      --Counter;
    }
  }
  co_return;
}

Task<> bad_return_belongs_to_lambda() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Three = [] { return 3; };
    Counter += Three();
  }
  co_return;
}

Task<> ok_break() {
  while (true) {
    if (step())
      break;
  }
  co_return;
}

Task<> ok_break_in_switch_in_loop() {
  while (true) {
    switch (Counter) {
    case 0:
      co_return;
    default:
      --Counter;
    }
  }
}

Task<> ok_return() {
  for (;;)
    if (step())
      co_return;
}

Task<> ok_throw() {
  for (;;)
    if (step())
      throw Counter;
  co_return;
}

Task<> ok_goto() {
  for (;;)
    if (step())
      goto Out;
Out:
  co_return;
}

Task<> ok_exit() {
  for (;;)
    if (step())
      std::exit(1);
  co_return;
}

Task<> ok_noreturn_function() {
  for (;;)
    if (step())
      die();
  co_return;
}

// The helper's own loop is shown at the call that leads to it.
static void forever() {
  for (;;)
    ++Counter;
}

Task<> bad_in_helper() {
  forever();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'forever' keeps the event loop busy: it has a loop that never ends and has no suspension point
  co_return;
}

template <typename T> void countUp(T &Value) {
  for (;;)
    ++Value;
}

Task<> bad_in_template() {
  countUp(Counter);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'countUp' keeps the event loop busy: it has a loop that never ends and has no suspension point
  co_return;
}

// Nobody on an event loop calls it.
void ok_no_caller() {
  for (;;)
    ++Counter;
}
