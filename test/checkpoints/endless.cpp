// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Endless loops and the suspension in them: flake8-async's suite of ASYNC913,
// by meaning. README.md has the numbers.

#include <coroutine_types.h>

using mock::Task;

extern int Counter, Other;

// 913.1
Task<> bad_nothing_in_it() {
  while (true)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    ++Counter;
  co_return;
}

// 913.2
Task<> ok_every_round() {
  while (true)
    co_await mock::yield();
}

// 913.3
Task<> bad_on_one_branch() {
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter)
      co_await mock::yield();
  }
}

// 913.4
Task<> ok_it_can_end() {
  while (true) {
    if (++Counter > 3)
      break;
  }
  co_return;
}

// 913.5 differs: nested
Task<> bad_inner_and_outer() {
  while (true)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (true)
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop never ends
      ++Counter;
  co_return;
}

// 913.6
Task<> bad_both() {
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter)
      while (true)
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: this loop never ends
        ++Other;
  }
  co_return;
}

// 913.7 differs: way-out
Task<> ok_suspends_and_returns() {
  while (true) {
    if (Counter) {
      co_await mock::yield();
      co_return;
    }
  }
}

// 913.8 differs: way-out
Task<> ok_returns() {
  while (true) {
    if (Counter)
      co_return;
  }
}

// 913.9
mock::AsyncGenerator<int> bad_yields_on_two_branches() {
  co_await mock::yield();
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter)
      co_yield 1;
    if (Other)
      co_yield 2;
  }
}

// 913.10
mock::AsyncGenerator<int> bad_yields_in_inner_loop() {
  co_await mock::yield();
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter)
      co_yield 1;
  }
}
