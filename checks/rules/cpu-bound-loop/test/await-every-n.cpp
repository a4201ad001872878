// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Loops that suspend every so many rounds, as the remedy says.

#include <chrono>
#include <coroutine_types.h>

using mock::Task;

extern int X;
bool rare();

Task<> ok_modulo() {
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (I % 1000 == 0)
      co_await mock::yield();
  }
}

Task<> ok_mask() {
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if ((I & 1023) == 0)
      co_await mock::yield();
  }
}

Task<> ok_modulo_negated() {
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (!(I % 1000)) {
      co_await mock::yield();
    }
  }
}

Task<> ok_continue() {
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (I % 1000 != 0)
      continue;
    co_await mock::yield();
  }
}

Task<> ok_own_counter() {
  int Done = 0;
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (++Done == 1000) {
      Done = 0;
      co_await mock::yield();
    }
  }
}

Task<> ok_countdown() {
  int Left = 1000;
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (--Left <= 0) {
      co_await mock::yield();
      Left = 1000;
    }
  }
}

struct Budget {
  int Rounds = 0;
  Task<> ok_member_counter() {
    for (int I = 0; I < 5'000'000; ++I) {
      X += I;
      if (++Rounds % 1000 == 0)
        co_await mock::yield();
    }
  }
};

Task<> ok_clock() {
  auto Last = std::chrono::steady_clock::now();
  for (int I = 0; I < 5'000'000; ++I) {
    X += I;
    if (std::chrono::steady_clock::now() - Last > std::chrono::milliseconds(2)) {
      co_await mock::yield();
      Last = std::chrono::steady_clock::now();
    }
  }
}

Task<> ok_short_circuit() {
  for (int I = 0; I < 5'000'000; ++I)
    if (I % 1000 == 0 && co_await mock::flush())
      ++X;
}

Task<> ok_endless() {
  for (unsigned I = 0;; ++I) {
    X += I;
    if (I % 1000 == 0)
      co_await mock::yield();
  }
}

Task<> ok_inner_counter() {
  for (int I = 0; I < 5000; ++I)
    for (int J = 0; J < 5000; ++J) {
      X += J;
      if (J % 1000 == 0)
        co_await mock::yield();
    }
}

// The inner loop runs at least once.
Task<> ok_await_in_constant_loop() {
  for (int I = 0; I < 5'000'000; ++I)
    for (int J = 0; J < 3; ++J)
      co_await mock::yield();
}

Task<> bad_unrelated_condition() {
  for (int I = 0; I < 5'000'000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 5000000 rounds
    X += I;
    if (rare())
      co_await mock::yield();
  }
}

Task<> bad_once() {
  for (int I = 0; I < 5'000'000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 5000000 rounds
    X += I;
    if (I == 77)
      co_await mock::yield();
  }
}

Task<> bad_continue_before() {
  for (int I = 0; I < 5'000'000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 5000000 rounds
    if (!rare())
      continue;
    if (I % 1000 == 0)
      co_await mock::yield();
  }
}

// Only the outer loop suspends.
Task<> bad_inner_alone_is_too_long() {
  for (int I = 0; I < 100; ++I) {
    for (int J = 0; J < 2'000'000; ++J)
      X += J;
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: this loop makes 2000000 rounds
    if (I % 2 == 0)
      co_await mock::yield();
  }
}

// FP: what the helper counts is not seen.
bool timeToYield();
Task<> FP_condition_in_helper() {
  for (int I = 0; I < 5'000'000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 5000000 rounds
    if (timeToYield())
      co_await mock::yield();
  }
}
