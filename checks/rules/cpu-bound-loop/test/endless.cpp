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
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop {{.*}}without end and without a suspension point{{.*}} [nostall-cpu-bound-loop]
  co_return;
}

Task<> bad_while_true() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop {{.*}}without end
    step();
  }
  co_return;
}

Task<> bad_do_while_one() {
  do {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop {{.*}}without end
    ++Counter;
  } while (1);
  co_return;
}

Task<> bad_break_belongs_to_inner_loop() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop {{.*}}without end
    for (int I = 0; I < 3; ++I)
      if (I == Counter)
        break;
  }
  co_return;
}

Task<> bad_break_belongs_to_switch() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop {{.*}}without end
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
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop {{.*}}without end
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
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'forever' keeps the event loop busy: {{.*}}without end
  co_return;
}

template <typename T> void countUp(T &Value) {
  for (;;)
    ++Value;
}

Task<> bad_in_template() {
  countUp(Counter);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'countUp' keeps the event loop busy: {{.*}}without end
  co_return;
}

// Nobody on an event loop calls it.
void ok_no_caller() {
  for (;;)
    ++Counter;
}
