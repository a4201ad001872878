// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Ways from one yield to the next: flake8-async's suite of ASYNC911, by
// meaning, where it has a loop. There a yield is no suspension of the loop, so
// a plain call, emit(), stands for it here. README.md has the numbers.

#include <array>
#include <coroutine_types.h>
#include <map>
#include <set>
#include <string>
#include <vector>

using mock::flush;
using mock::readSome;
using mock::Task;
using mock::yield;

extern int Counter, Other;

static void emit() { ++Other; }

// 911.11 911.13 911.14
Task<> ok_emits_what_it_awaits(mock::AsyncGenerator<int> Numbers) {
  for (;;)
    while (co_await Numbers.next())
      emit();
}

// 911.15 911.18 911.20 911.21
Task<> bad_emits_in_a_loop() {
  co_await yield();
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    emit();
}

// 911.16 911.34
Task<> bad_perhaps_no_round() {
  for (;;)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      co_await yield();
      emit();
    }
}

// 911.17
Task<> ok_awaits_after_the_loop() {
  for (;;) {
    while (Counter > 0)
      --Counter;
    co_await yield();
    emit();
  }
}

// 911.19
Task<> bad_emits_without_a_round() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      co_await yield();
      emit();
    }
    emit();
  }
}

// 911.24
Task<> bad_goes_on_before() {
  co_await yield();
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    emit();
    if (Counter)
      continue;
    co_await yield();
  }
}

// 911.25
Task<> bad_goes_on_twice() {
  co_await yield();
  while (true) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    emit();
    if (Counter)
      continue;
    co_await yield();
    if (Other)
      continue;
    while (Counter) {
      emit();
      co_await yield();
    }
  }
}

// 911.26 differs: goto
// FN: a goto counts as a way out of every loop around it.
Task<> FN_left_before() {
  for (;;) {
    while (Counter > 0) {
      if (--Counter == 7)
        goto Left;
    }
    co_await yield();
  Left:
    emit();
  }
}

// 911.27
Task<> bad_breaks_before() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      emit();
      if (Other)
        break;
      co_await yield();
    }
  }
}

// 911.28
Task<> ok_left_after() {
  for (;;) {
    while (Counter) {
      co_await yield();
      if (Other)
        goto Left;
    }
    co_await flush();
  Left:
    emit();
  }
}

// 911.29 differs: goto
// FN: as above.
Task<> FN_left_perhaps_before() {
  for (;;) {
    while (Counter) {
      if (Other)
        goto Left;
      co_await yield();
    }
    co_await flush();
  Left:
    emit();
  }
}

// 911.30
Task<> bad_inner_loop_after_break() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      emit();
      if (Other)
        break;
      co_await yield();
      while (Counter > 3) {
        emit();
        co_await yield();
      }
      emit();
      co_await yield();
    }
    emit();
  }
}

// 911.31
Task<> bad_two_breaks() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      emit();
      if (Other)
        break;
      co_await yield();
      emit();
      co_await yield();
      if (Other > 3)
        break;
    }
    emit();
  }
}

// 911.32
Task<> bad_breaks_or_no_round() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (Counter) {
      co_await yield();
      if (Other)
        break;
      emit();
      break;
    }
  }
}

// 911.33
Task<> ok_endless() {
  while (true) {
    co_await yield();
    emit();
  }
}

// 911.35 differs: also-913
Task<> bad_endless_before() {
  while (true)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    ++Counter;
  emit();
  co_await yield();
}

// 911.36
Task<> ok_endless_in_endless() {
  co_await yield();
  while (true) {
    emit();
    while (true) {
      co_await yield();
      emit();
    }
  }
}

// 911.67.1
Task<> ok_list() {
  for (;;) {
    for (int I : {1, 2, 3}) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.2 911.67.5
Task<> ok_list_left_after() {
  for (;;) {
    for (int I : {1, 2, 3}) {
      co_await yield();
      if (Counter == I)
        goto Left;
    }
    emit();
    co_await yield();
  Left:
    emit();
  }
}

// 911.67.3 911.67.4
Task<> bad_list_goes_on_before() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : {1, 2, 3}) {
      if (Counter == I)
        continue;
      co_await yield();
    }
    emit();
  }
}

// 911.67.6
Task<> ok_array() {
  for (;;) {
    for (int I : std::array<int, 3>{1, 2, 3}) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.7
Task<> ok_array_of_awaited() {
  for (;;) {
    int Read[] = {co_await readSome(), co_await readSome()};
    for (int I : Read) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.8
Task<> ok_array_of_one_empty() {
  for (;;) {
    for (const std::string &S : std::array<std::string, 1>()) {
      Other += S.size();
      co_await yield();
    }
    emit();
  }
}

// 911.67.9 911.67.10 911.67.11
Task<> ok_literal() {
  for (;;) {
    for (char C : "hello") {
      Other += C;
      co_await yield();
    }
    emit();
  }
}

// 911.67.12 differs: size
// FP: how many elements a container is made with is not known.
Task<> FP_set() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : std::set<int>{1, 2, 3}) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.13
Task<> bad_empty_array() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : std::array<int, 0>()) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.14 differs: size
// FP: as above.
Task<> FP_map() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (auto &[From, To] : std::map<int, int>{{1, 2}, {3, 4}}) {
      Other += From + To;
      co_await yield();
    }
    emit();
  }
}

// 911.67.15 differs: size
// FN: the iterators of a std::string are compiled elsewhere, and what is not
// shown might leave the loop.
Task<> FN_text_of_unknown_size(const std::string &Text) {
  for (;;) {
    for (char C : Text) {
      Other += C;
      co_await yield();
    }
    emit();
  }
}

// 911.67.16 911.67.17
Task<> bad_no_rounds() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 0; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.26 911.67.32
Task<> bad_empty_vector() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : std::vector<int>()) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.31
// FP: as above, and ASYNC911 has the same.
Task<> FP_vector_of_two() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : std::vector<int>{1, 2}) {
      Other += I;
      co_await yield();
    }
    emit();
  }
}

// 911.67.33
Task<> ok_left_after_awaiting() {
  for (;;) {
    while (true) {
      co_await yield();
      if (Counter)
        break;
    }
    emit();
  }
}

// 911.67.34
Task<> bad_left_before_awaiting() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (true) {
      if (Counter)
        break;
      co_await yield();
    }
    emit();
  }
}

// 911.67.35
Task<> ok_goes_on_or_left_after() {
  for (;;) {
    while (true) {
      if (Counter)
        continue;
      co_await yield();
      if (Other)
        break;
    }
    emit();
  }
}

// 911.67.36
Task<> bad_while_false() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    while (false)
      co_await yield();
    emit();
  }
}

// 911.67.37
Task<> ok_while_literal() {
  for (;;) {
    while ("hello")
      co_await yield();
    emit();
  }
}

// 911.67.40 911.67.41 911.67.42
Task<> ok_constant_rounds() {
  for (;;) {
    for (int I = 0; I < 0x23; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.43 911.67.52 911.67.53 differs: constant
Task<> ok_computed_rounds() {
  for (;;) {
    for (int I = 0; I < 1 + 1; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.45
Task<> ok_plus_three() {
  for (;;) {
    for (int I = 0; I < +3; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.46
Task<> bad_minus_three() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < -3; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.47
Task<> ok_five_to_ten() {
  for (;;) {
    for (int I = 5; I < 10; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.48 911.67.49
Task<> ok_ten_down_to_five() {
  for (;;) {
    for (int I = 10; I > 5; I += ~0)
      co_await yield();
    emit();
  }
}

// 911.67.50
Task<> ok_very_many_rounds() {
  for (;;) {
    for (unsigned long I = 0; I < 18446744073709551615ul; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.51
Task<> bad_upwards_to_less() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 10; I < 5; ++I)
      co_await yield();
    emit();
  }
}

// 911.67.54 differs: constant
Task<> ok_minus_minus_three() {
  for (;;) {
    for (int I = 0; I < -(-3); ++I)
      co_await yield();
    emit();
  }
}

// 911.70.1
Task<> ok_condition_in_constant_rounds() {
  for (;;) {
    for (int I = 0; I < 10; ++I)
      if (co_await flush())
        ++Counter;
    emit();
  }
}

// 911.70.2
Task<> bad_under_condition_in_constant_rounds() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      if (Counter)
        co_await yield();
    emit();
  }
}

// 911.70.3 911.70.6 911.70.9 911.70.10
Task<> ok_in_constant_rounds() {
  for (;;) {
    for (int I = 0; I < 10; ++I)
      Other += co_await readSome();
    emit();
  }
}

// 911.70.4 911.70.7 911.70.8
Task<> bad_in_unknown_rounds(const std::vector<int> &Data) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : Data)
      Other += I + co_await readSome();
    emit();
  }
}

// 911.70.5
Task<> ok_in_the_bound() {
  for (;;) {
    for (int I = 0, N = co_await readSome(); I < N; ++I)
      ++Counter;
    emit();
  }
}

// 911.70.13 911.70.14 911.70.15
Task<> ok_awaits_the_next(mock::AsyncGenerator<int> Numbers) {
  for (;;) {
    while (int *Number = co_await Numbers.next())
      Counter += *Number;
    emit();
  }
}

// 911.70.17
Task<> ok_condition_in_constant_nest() {
  for (;;) {
    for (int I = 0; I < 10; ++I)
      for (int J = 0; J < 10; ++J)
        if (co_await flush())
          ++Counter;
    emit();
  }
}

// 911.70.25
Task<> ok_two_conditions_in_constant_nest() {
  for (;;) {
    for (int I = 0; I < 10; ++I)
      for (int J = 0; J < 10; ++J)
        if (co_await flush() && co_await flush())
          ++Counter;
    emit();
  }
}

// 911.70.23
Task<> ok_next_in_constant_nest(mock::AsyncGenerator<int> Numbers) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      for (int J = 0; J < 10; ++J)
        while (int *Number = co_await Numbers.next())
          Counter += *Number;
    emit();
  }
}

// 911.70.18 911.70.26
Task<> bad_condition_in_unknown_inner(const std::vector<int> &Data) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      for (int J : Data)
        if (co_await flush())
          Counter += J;
    emit();
  }
}

// 911.70.19
Task<> bad_condition_in_unknown_outer(const std::vector<int> &Data) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : Data)
      for (int J = 0; J < 10; ++J)
        if (co_await flush())
          Counter += I;
    emit();
  }
}

// 911.70.20 911.70.27
Task<> ok_in_constant_nest() {
  for (;;) {
    for (int I = 0; I < 10; ++I)
      for (int J = 0; J < 10; ++J)
        co_await yield();
    emit();
  }
}

// 911.70.21
Task<> bad_in_unknown_inner(const std::vector<int> &Data) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      for (int J : Data)
        Counter += J + co_await readSome();
    emit();
  }
}

// 911.70.22
Task<> bad_in_unknown_outer(const std::vector<int> &Data) {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I : Data)
      for (int J = 0; J < 10; ++J)
        Counter += I + co_await readSome();
    emit();
  }
}

// 911.70.24
Task<> bad_constant_nest_without() {
  for (;;) {
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop never ends
    for (int I = 0; I < 10; ++I)
      for (int J = 0; J < 10; ++J)
        ++Counter;
    emit();
  }
  co_return;
}

// 911.70.28
Task<> ok_list_is_awaited() {
  for (;;) {
    const int Read = co_await readSome();
    for (int I : {Read})
      Counter += I;
    emit();
  }
}
