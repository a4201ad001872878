// RUN: %check_nostall --check nostall-cpu-bound-loop \
// RUN:   --option nostall-cpu-bound-loop.Budget=200us %s
// How often a loop runs, where that is a constant.

#include <array>
#include <coroutine_types.h>
#include <cstddef>
#include <cstdint>
#include <iterator>

using mock::Task;

extern int X;

constexpr int Million = 1'000'000;
constexpr std::size_t Big = 10 * Million;
enum { Rounds = 5'000'000 };
enum class Size : unsigned { Large = 3'000'000 };
struct Config {
  static constexpr int Iterations = 2'000'000;
  static const unsigned Max = 2'000'001;
};
#define MANY 4000000

Task<> bad_literal() {
  for (int I = 0; I < 10'000'000; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 10000000 rounds without a suspension point{{.*}} [nostall-cpu-bound-loop]
  co_return;
}

Task<> bad_constexpr_size() {
  for (std::size_t I = 0; I < Big; I++)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 10000000 rounds
  co_return;
}

Task<> bad_enumerator() {
  for (int I = 0; I != Rounds; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  co_return;
}

Task<> bad_scoped_enumerator() {
  for (unsigned I = 0; I < static_cast<unsigned>(Size::Large); ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 3000000 rounds
  co_return;
}

Task<> bad_static_members() {
  for (int I = 0; I < Config::Iterations; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  for (unsigned I = 0; I < Config::Max; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000001 rounds
  co_return;
}

Task<> bad_macro() {
  for (int I = 0; I < MANY; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 4000000 rounds
  co_return;
}

Task<> bad_constant_locals() {
  const int N = 3'000'000;
  for (int I = 0; N > I; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 3000000 rounds
  constexpr auto M = 3'000'002u;
  for (auto I = 2u; I < M; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 3000000 rounds
  int I;
  for (I = 1; I <= N; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 3000000 rounds
  co_return;
}

Task<> bad_down() {
  for (int I = Rounds; I > 0; --I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  for (std::size_t I = Big; I != 0; I--)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 10000000 rounds
  for (int I = Rounds; I >= 0; I -= 2)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2500001 rounds
  co_return;
}

Task<> bad_step() {
  for (int I = 0; I < 100'000'000; I += 10)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 10000000 rounds
  co_return;
}

Task<> ok_large_step() {
  for (int I = 0; I < 100'000'000; I += 1000)
    X += I;
  for (int I = Rounds; I >= 0; I -= 1000)
    X += I;
  for (long I = 1; I < 1L << 40; I *= 2)
    X += I;
  co_return;
}

Task<> bad_wide() {
  for (std::uint64_t I = 0; I < 1ULL << 40; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 1099511627776 rounds
  co_return;
}

Task<> bad_array() {
  static char Buffer[2'000'000];
  for (char &C : Buffer)
    C = 0;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  co_return;
}

// Each round is a load, an addition and a store.
Task<> ok_within_the_budget() {
  for (int I = 0; I < 200'000; ++I)
    X += I;
  co_return;
}

Task<> ok_never_entered() {
  for (int I = 0; I < 0; ++I)
    X += I;
  for (int I = Rounds; I < 0; ++I)
    X += I;
  co_return;
}

Task<> ok_suspends_in_every_round() {
  for (int I = 0; I < Rounds; ++I)
    co_await mock::yield();
}

Task<> bad_suspends_once() {
  for (int I = 0; I < Rounds; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  co_await mock::yield();
}

// FN: what is not a for statement has no trip count.
Task<> FN_while() {
  int I = 0;
  while (I < Rounds)
    ++I;
  co_return;
}

Task<> bad_decrement_in_condition() {
  for (std::size_t I = Big; I-- > 0;)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 10000000 rounds
  co_return;
}

static std::array<char, 2'000'000> Array;

// The size is in the type.
Task<> bad_std_array(const std::array<int, 2'000'001> &Other) {
  for (char &C : Array)
    C = 0;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  for (std::size_t I = 0; I < Array.size(); ++I)
    Array[I] = 1;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  for (std::size_t I = 0; I < Other.size(); ++I)
    X += Other[I];
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000001 rounds
  for (std::size_t I = 0; I != std::size(Other); ++I)
    X += Other[I];
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000001 rounds
  for (auto I = Array.begin(); I != Array.end(); ++I)
    *I = 2;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  co_return;
}

Task<> ok_small_std_array(const std::array<int, 16> &Few) {
  for (int I = 0; I < 1000; ++I)
    for (int Value : Few)
      X += Value;
  co_return;
}

Task<> ok_list() {
  for (int I = 0; I < 50'000; ++I)
    for (int Value : {1, 2, 3})
      X += Value;
  co_return;
}

Task<> bad_list() {
  for (int I = 0; I < 400'000; ++I)
    for (int Value : {1, 2, 3})
      X += Value;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop makes 1200000 rounds
  co_return;
}

Task<> bad_two_increments() {
  for (int I = 0, J = 0; I < 5'000'000; ++I, ++J)
    X += J;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  for (int I = 0, J = 0; I < 5'000'000; J += 2, ++I)
    X += J;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  co_return;
}

Task<> bad_all_values() {
  for (std::uint64_t I = 0; I < UINT64_MAX; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 18446744073709551615 rounds
  for (std::int64_t I = INT64_MIN; I < INT64_MAX; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 18446744073709551615 rounds
  co_return;
}

// The body changes the variable as well.
extern int consume();
Task<> ok_body_advances() {
  for (int I = 0; I < 5'000'000; ++I)
    I += consume();
  co_return;
}
