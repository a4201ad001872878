// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Code in which nothing at all suspends: flake8-async's suite of ASYNC100, by
// meaning. There a time limit can end nothing that never suspends, here a loop
// does not let others run; so each scope is the round of an endless loop.
// README.md has the numbers.

#include <coroutine_types.h>

using mock::Task;
using mock::yield;

extern int Counter, Other;

// 100.1 100.2 100.3 100.4 100.5 100.6 100.7 100.12
Task<> bad_nothing() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
  }
  co_return;
}

// 100.8
Task<> ok_one() {
  for (;;) {
    co_await yield();
  }
}

// 100.9
Task<> ok_one_and_more() {
  for (;;) {
    co_await yield();
    ++Counter;
  }
}

// 100.10
Task<> ok_in_endless_loop() {
  for (;;) {
    while (true)
      co_await yield();
    ++Counter;
  }
}

// 100.13 100.14
Task<> ok_awaited_guard(mock::AsyncMutex Mutex) {
  for (;;) {
    auto Guard = co_await Mutex.scoped_lock();
    ++Counter;
  }
}

// 100.15
Task<> ok_awaited_next(mock::AsyncGenerator<int> Numbers) {
  for (;;)
    while (int *Number = co_await Numbers.next())
      Counter += *Number;
}

// 100.16
Task<> bad_numbers_at_hand(const int (&Numbers)[8]) {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int Number : Numbers)
      Counter += Number;
  co_return;
}

// 100.17
Task<> bad_in_inner_function() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Inner = []() -> Task<> { co_await yield(); };
    Counter += sizeof(Inner);
  }
  co_return;
}

// 100.18
Task<> bad_in_conditional_inner_function() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter) {
      auto Inner = []() -> Task<> {
        if (Other)
          co_await yield();
      };
      Counter += sizeof(Inner);
    }
  }
  co_return;
}

// 100.20 100.21
Task<> ok_nested() {
  for (;;) {
    for (;;)
      co_await yield();
  }
}

// 100.27
Task<> bad_two_inner_scopes() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    { ++Counter; }
    { ++Other; }
  }
  co_return;
}

// 100.30 100.31 100.32 100.33
Task<> ok_deep() {
  for (;;) {
    {
      {
        { co_await yield(); }
      }
    }
  }
}

// 100.35
Task<> bad_around_try() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    try {
      ++Counter;
    } catch (...) {
    }
  }
  co_return;
}

// 100.38
Task<> bad_in_try() {
  try {
    for (;;)
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: this loop never ends
      ++Counter;
  } catch (...) {
  }
  co_return;
}

// 100.41
mock::AsyncGenerator<int> ok_yields() {
  for (;;)
    co_yield 1;
}

// 100.42
Task<> ok_returns_or_suspends() {
  for (;;) {
    while (true) {
      if (Counter)
        co_return;
      co_await yield();
    }
  }
}
