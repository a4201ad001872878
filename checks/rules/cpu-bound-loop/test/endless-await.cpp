// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Endless loops that suspend: in every round, or only in some.

#include <coroutine_types.h>

using mock::Task;

extern int Counter;

Task<> ok_await() {
  while (true)
    co_await mock::yield();
}

Task<> ok_await_in_condition() {
  while (co_await mock::readSome() >= 0 || true)
    ++Counter;
}

Task<> ok_await_in_initialiser() {
  for (;;) {
    int Read = co_await mock::readSome();
    Counter += Read;
  }
}

Task<> ok_await_in_argument() {
  auto Add = [](int N) { Counter += N; };
  for (;;)
    Add(co_await mock::readSome());
}

Task<> ok_await_on_both_branches() {
  while (true) {
    if (Counter > 3)
      co_await mock::yield();
    else
      co_await mock::flush();
  }
}

Task<> bad_await_on_one_branch() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter > 3)
      co_await mock::yield();
    else
      ++Counter;
  }
}

Task<> ok_continue_after_await() {
  while (true) {
    co_await mock::yield();
    if (Counter > 3)
      continue;
    ++Counter;
  }
}

Task<> bad_continue_before_await() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter > 3)
      continue;
    co_await mock::yield();
  }
}

Task<> bad_short_circuit() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter > 3 && co_await mock::flush())
      ++Counter;
  }
}

Task<> ok_await_in_inner_do() {
  while (true)
    do
      co_await mock::yield();
    while (Counter);
}

// The inner loop may run no round at all.
Task<> bad_await_in_inner_for() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < Counter; ++I)
      co_await mock::yield();
  }
}

Task<> ok_await_in_every_case() {
  while (true) {
    switch (Counter) {
    case 0:
      co_await mock::yield();
      break;
    default:
      co_await mock::flush();
    }
  }
}

Task<> bad_await_in_one_case() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    switch (Counter) {
    case 0:
      co_await mock::yield();
      break;
    }
  }
}

Task<> ok_await_in_try() {
  while (true) {
    try {
      co_await mock::yield();
    } catch (...) {
      ++Counter;
    }
  }
}

Task<> bad_await_before() {
  co_await mock::yield();
  for (;;)
    ++Counter;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop never ends
}

// The lambda's suspension point is not this coroutine's.
Task<> bad_await_in_lambda() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Later = []() -> Task<> { co_await mock::yield(); };
    Counter += sizeof(Later);
  }
  co_return;
}

mock::Generator<int> ok_yield() {
  for (int I = 0;; ++I)
    co_yield I;
}

mock::AsyncGenerator<int> ok_async_yield() {
  for (int I = 0;; ++I)
    co_yield I;
}

mock::AsyncGenerator<int> bad_async_yield_on_one_branch() {
  for (int I = 0;; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (I & Counter)
      co_yield I;
  }
}
