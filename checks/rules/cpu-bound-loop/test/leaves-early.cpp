// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix RARELY \
// RUN:   --option nostall-cpu-bound-loop.Tier=rarely %s
// A constant bound that is only a limit: the loop ends before.

#include <coroutine_types.h>

using mock::Task;

extern int X;
int next();

Task<> ok_return() {
  for (int I = 0; I < 5'000'000; ++I)
    // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: this loop makes up to 5000000 rounds without a suspension point
    if (next())
      co_return;
}

Task<> ok_break() {
  for (int Port = 1024; Port < 2'000'000; ++Port)
    // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: this loop makes up to 1998976 rounds
    if (next() == Port)
      break;
  co_return;
}

Task<> ok_break_in_inner_loop() {
  for (int I = 0; I < 10'000; ++I)
    // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: this loop makes up to 10000000 rounds
    for (int J = 0; J < 1000; ++J)
      if (next() == J)
        break;
  co_return;
}

static bool search() {
  for (int I = 0; I < 5'000'000; ++I)
    if (next() == I)
      return true;
  return false;
}

Task<> ok_in_helper() {
  X = search();
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:7: warning: 'search' keeps the event loop busy: it makes up to 5000000 rounds
  co_return;
}

// An error is no usual way out.
Task<> bad_throw() {
  for (int I = 0; I < 5'000'000; ++I)
    if (next() < 0)
      throw I;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop makes 5000000 rounds
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop makes 5000000 rounds
  co_return;
}

// The break is another statement's.
Task<> bad_break_in_switch() {
  for (int I = 0; I < 5'000'000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 5000000 rounds
    // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
    switch (I & 3) {
    case 0:
      ++X;
      break;
    }
  }
  co_return;
}

// The inner loop alone is too long, however often the outer one runs.
Task<> bad_inner_is_certain() {
  for (int I = 0; I < 1000; ++I) {
    // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: this loop makes up to 3000000000 rounds
    for (int J = 0; J < 3'000'000; ++J)
      X += J;
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: this loop makes 3000000 rounds
    // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:5: warning: this loop makes 3000000 rounds
    if (next())
      break;
  }
  co_return;
}
