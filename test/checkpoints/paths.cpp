// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Ways through a function on which nothing suspends: flake8-async's suite of
// ASYNC910, by meaning. That a coroutine may return without suspending stalls
// nothing; a loop around the same ways does. So each case is the round of an
// endless loop, and what returns there goes on to the next round here.
// README.md has the numbers.

#include <array>
#include <coroutine_types.h>
#include <stdexcept>

using mock::flush;
using mock::readSome;
using mock::Task;
using mock::yield;

extern int Counter, Other;

static void step() { ++Other; }

// 910.1
Task<> ok_awaits_itself() {
  for (;;)
    co_await ok_awaits_itself();
}

// 910.2 910.3 910.4 910.5 910.6 910.7
Task<> ok_empty() { co_return; }

// 910.8
Task<> bad_only_a_call() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    step();
  co_return;
}

// 910.9
Task<> bad_if() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter)
      co_await yield();
  }
}

// 910.10
Task<> ok_if_else() {
  for (;;) {
    if (Counter)
      co_await yield();
    else
      co_await flush();
  }
}

// 910.11
Task<> ok_before_if() {
  for (;;) {
    co_await yield();
    if (Counter)
      step();
  }
}

// 910.12
Task<> ok_before_if_else() {
  for (;;) {
    co_await yield();
    if (Counter)
      step();
    else
      ++Counter;
  }
}

// 910.13
Task<> ok_conditional_operator() {
  for (;;)
    Other = Counter ? co_await readSome() : co_await readSome();
}

// 910.14 differs: constant
Task<> ok_condition_never_true() {
  for (;;)
    Other = false && co_await flush() ? 1 : co_await readSome();
}

// 910.15 910.16
Task<> bad_inner_function_only() {
  for (;;) {
    co_await yield();
    auto Inner = []() -> Task<> {
      for (;;)
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: this loop never ends
        step();
      co_return;
    };
    co_await Inner();
  }
}

// 910.17 910.18
Task<> bad_inner_function_suspends() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Inner = []() -> Task<> {
      for (;;)
        co_await yield();
    };
    Counter += sizeof(Inner);
  }
  co_return;
}

// 910.19 910.20
Task<> bad_innermost_and_outermost() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Inner = [] {
      auto Innermost = []() -> Task<> {
        for (;;)
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: this loop never ends
          step();
        co_return;
      };
      return sizeof(Innermost);
    };
    Counter += sizeof(Inner);
  }
  co_return;
}

// 910.21
Task<> bad_inner_function_throws() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    auto Inner = [] { throw 1; };
    Counter += sizeof(Inner);
  }
  co_return;
}

// 910.25
Task<> ok_in_condition() {
  for (;;) {
    if (co_await flush())
      step();
  }
}

// 910.26
Task<> bad_after_false() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (false && co_await flush())
      step();
  }
}

// 910.27
Task<> bad_after_and() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter && co_await flush())
      step();
  }
}

// 910.28
Task<> ok_in_while_condition() {
  for (;;)
    while (co_await flush())
      step();
}

// 910.29
Task<> ok_in_bound() {
  for (;;)
    for (int I = 0, N = co_await readSome(); I < N; ++I)
      step();
}

// 910.30
Task<> ok_in_list() {
  for (;;) {
    const int Read = co_await readSome();
    for (int I : {0, Read}) {
      Other += I;
      break;
    }
  }
}

// 910.31
Task<> bad_while() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter)
      co_await yield();
}

// 910.32
Task<> ok_while_and_after() {
  for (;;) {
    while (Counter)
      co_await yield();
    co_await flush();
  }
}

// 910.33
Task<> ok_before_while() {
  for (;;) {
    co_await yield();
    while (Counter > 0)
      --Counter;
  }
}

// 910.34
Task<> bad_while_false() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (false)
      co_await yield();
  }
}

// 910.35
Task<> bad_over_nothing() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : std::array<int, 0>()) {
      Other += I;
      co_await yield();
    }
  }
}

// 910.36
Task<> ok_over_nothing_and_after() {
  for (;;) {
    for (int I : std::array<int, 0>()) {
      Other += I;
      co_await yield();
    }
    co_await flush();
  }
}

// 910.37
Task<> ok_left_after_or_not_left() {
  for (;;) {
    while (Counter) {
      co_await yield();
      goto Left;
    }
    co_await flush();
  Left:;
  }
}

// 910.38 differs: goto
// FN: a goto counts as a way out of every loop around it.
Task<> FN_left_before() {
  for (;;) {
    while (Counter)
      goto Left;
    co_await flush();
  Left:;
  }
}

// 910.39 differs: goto
// FN: as above.
Task<> FN_not_left() {
  for (;;) {
    while (Counter) {
      co_await yield();
      goto Left;
    }
    step();
  Left:;
  }
}

// 910.40 differs: goto
// FN: as above.
Task<> FN_left_or_not_left() {
  for (;;) {
    while (Counter)
      goto Left;
    step();
  Left:;
  }
  co_return;
}

// 910.41
Task<> ok_goes_on_and_after() {
  for (;;) {
    while (Counter) {
      co_await yield();
      continue;
    }
    co_await flush();
  }
}

// 910.42
Task<> ok_after_a_while_that_goes_on() {
  for (;;) {
    while (Counter > 0) {
      --Counter;
      continue;
    }
    co_await flush();
  }
}

// 910.43
Task<> bad_goes_on() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      co_await yield();
      continue;
    }
    step();
  }
}

// 910.44
Task<> bad_a_while_that_goes_on() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter > 0) {
      --Counter;
      continue;
    }
    step();
  }
  co_return;
}

// 910.45
Task<> ok_next_is_awaited(mock::AsyncGenerator<int> Numbers) {
  for (;;)
    while (int *Number = co_await Numbers.next())
      Other += *Number;
}

// 910.46
Task<> ok_guard_is_awaited(mock::AsyncMutex Mutex) {
  for (;;) {
    auto Guard = co_await Mutex.scoped_lock();
    step();
  }
}

// 910.47
Task<> ok_throws() {
  for (;;)
    throw std::runtime_error("");
  co_return;
}

// 910.48
Task<> ok_suspends_or_throws() {
  for (;;) {
    if (Counter)
      co_await yield();
    else
      throw std::runtime_error("");
  }
}

// 910.49 differs: exceptions
Task<> ok_await_may_throw() {
  for (;;) {
    try {
      co_await yield();
      co_await flush();
    } catch (const std::runtime_error &) {
      step();
    } catch (...) {
      throw;
    }
  }
}

// 910.50
Task<> ok_after_try() {
  for (;;) {
    try {
      step();
    } catch (const std::runtime_error &) {
      ++Counter;
    } catch (...) {
      throw;
    }
    co_await yield();
  }
}

// 910.51
Task<> ok_again_after_failure() {
  for (;;) {
    bool Failed = false;
    try {
      co_await yield();
    } catch (const std::runtime_error &) {
      Failed = true;
    } catch (...) {
      throw;
    }
    if (Failed)
      co_await flush();
  }
}

// 910.52
Task<> ok_failure_is_passed_on() {
  for (;;) {
    try {
      step();
    } catch (const std::runtime_error &) {
      throw;
    } catch (...) {
      throw;
    }
    co_await flush();
  }
}

// 910.53
Task<> ok_before_try() {
  for (;;) {
    co_await yield();
    try {
      step();
    } catch (...) {
      ++Counter;
    }
  }
}

// 910.54
Task<> bad_try_without() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    try {
      step();
    } catch (...) {
      ++Counter;
    }
  }
  co_return;
}

// 910.55
Task<> ok_again_after_any_failure() {
  for (;;) {
    bool Failed = false;
    try {
      co_await yield();
    } catch (...) {
      Failed = true;
    }
    if (Failed)
      co_await flush();
  }
}

// 910.56 910.57
Task<> ok_guard_and_next(mock::AsyncMutex Mutex,
                         mock::AsyncGenerator<int> Numbers) {
  for (;;) {
    auto Guard = co_await Mutex.scoped_lock();
    while (int *Number = co_await Numbers.next())
      Other += *Number;
  }
}

// 910.58 910.60
Task<> ok_failure_is_thrown_again() {
  for (;;) {
    try {
      co_await yield();
    } catch (...) {
      throw;
    }
  }
}

// 910.59 differs: exceptions
Task<> ok_failure_is_swallowed() {
  for (;;) {
    try {
      co_await yield();
    } catch (...) {
    }
  }
}

// 910.61
Task<> bad_goes_to_next_round() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    continue;
  co_return;
}

// 910.62
Task<> bad_goes_to_next_round_before() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter)
      continue;
    co_await yield();
  }
}

// 910.63
Task<> bad_goes_to_next_round_after() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    if (Counter) {
      co_await yield();
      continue;
    }
  }
}

// 910.64
Task<> ok_over_a_list() {
  for (;;) {
    for (int I : {1, 2, 3}) {
      Other += I;
      co_await yield();
    }
  }
}

// 910.65
Task<> ok_five_rounds() {
  for (;;)
    for (int I = 0; I < 5; ++I)
      co_await yield();
}

// 910.66
Task<> ok_five_to_ten() {
  for (;;)
    for (int I = 5; I < 10; ++I)
      co_await yield();
}

// 910.67
Task<> ok_ten_down_to_five() {
  for (;;)
    for (int I = 10; I > 5; --I)
      co_await yield();
}

// 910.68
Task<> bad_no_rounds() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 10; I < 5; ++I)
      co_await yield();
}

// 910.69 differs: constant
Task<> ok_computed_bound() {
  for (;;)
    for (int I = 0; I < 3 - 2; ++I)
      co_await yield();
}

// 910.70
Task<> ok_returns_or_loops() {
  for (;;) {
    if (Counter) {
      co_await yield();
      co_return;
    }
    while (Other)
      co_await flush();
  }
}

// 910.71
Task<> ok_returns_after_suspending() {
  for (;;) {
    if (Counter) {
      co_await yield();
      co_return;
    }
  }
}

// 910.72
Task<> ok_one_round() {
  for (;;) {
    co_await yield();
    co_return;
  }
}

// 910.79
Task<> ok_in_condition_of_constant_rounds() {
  for (;;)
    for (int I = 0; I < 10; ++I)
      if (co_await flush())
        step();
}

// 910.80
Task<> bad_under_condition_in_constant_rounds() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      if (Counter)
        co_await yield();
}

// 910.81
Task<> ok_takes_all(mock::AsyncGenerator<int> Numbers) {
  for (;;)
    while (co_await Numbers.next())
      ;
}

// 910.84
Task<> bad_while_between_tries() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    try {
      while (Counter) {
        try {
          co_await yield();
        } catch (const std::runtime_error &) {
        }
      }
    } catch (...) {
    }
  }
}

// 910.87 910.88
Task<> ok_empty_inner_function() {
  for (;;) {
    auto Inner = []() -> Task<> { co_return; };
    Counter += sizeof(Inner);
    co_await yield();
  }
}
