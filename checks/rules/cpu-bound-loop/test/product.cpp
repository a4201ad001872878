// RUN: %check_nostall --check nostall-cpu-bound-loop \
// RUN:   --option nostall-cpu-bound-loop.Budget=200us %s
// Trip counts multiply through nests and calls.

#include <array>
#include <coroutine_types.h>
#include <cstdint>
#include <vector>

using mock::Task;

extern int X;

Task<> bad_nest() {
  for (int I = 0; I < 2000; ++I)
    for (int J = 0; J < 2000; ++J)
      X += J;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop makes 4000000 rounds
  co_return;
}

Task<> bad_deep_nest() {
  for (int I = 0; I < 200; ++I)
    for (int J = 0; J < 200; ++J)
      for (int K = 0; K < 200; ++K)
        X += J;
  // CHECK-MESSAGES: :[[@LINE-4]]:3: warning: this loop makes 8000000 rounds
  co_return;
}

// Two loops, one after the other, in one.
Task<> bad_sum() {
  for (int I = 0; I < 1000; ++I) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 1200000 rounds
    for (int J = 0; J < 600; ++J)
      X += J;
    for (int J = 0; J < 600; ++J)
      X -= J;
  }
  co_return;
}

Task<> ok_small_nest() {
  for (int I = 0; I < 100; ++I)
    for (int J = 0; J < 100; ++J)
      X += J;
  co_return;
}

Task<> ok_suspends_between() {
  for (int I = 0; I < 2000; ++I) {
    for (int J = 0; J < 2000; ++J)
      X += J;
    co_await mock::yield();
  }
}

Task<> bad_inner_alone_is_too_long() {
  for (int I = 0; I < 2000; ++I) {
    for (int J = 0; J < 2'000'000; ++J)
      X += J;
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: this loop makes 2000000 rounds
    co_await mock::yield();
  }
}

// No overflow: it stays at the largest number.
Task<> bad_saturates() {
  for (std::uint64_t I = 0; I < 1ULL << 40; ++I)
    for (std::uint64_t J = 0; J < 1ULL << 40; ++J)
      X += J;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop makes 18446744073709551615 rounds
  co_return;
}

static void twoThousand() {
  for (int I = 0; I < 2000; ++I)
    X += I;
}
static void twoMillion() {
  for (int I = 0; I < 1000; ++I)
    twoThousand();
}
static void throughTwo() { twoThousand(); }

Task<> bad_product_with_call() {
  for (int I = 0; I < 1000; ++I)
    twoThousand();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  co_return;
}

Task<> bad_product_with_calls() {
  for (int I = 0; I < 1000; ++I)
    throughTwo();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  co_return;
}

Task<> bad_product_in_calls() {
  twoMillion();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'twoMillion' keeps the event loop busy: it makes 2000000 rounds
  co_return;
}

Task<> ok_small_product_with_call() {
  for (int I = 0; I < 100; ++I)
    twoThousand();
  co_return;
}

// Tasks suspend by themselves; what they compute is theirs.
Task<> child() {
  for (int I = 0; I < 2000; ++I)
    X += I;
  co_return;
}

Task<> ok_children() {
  for (int I = 0; I < 2000; ++I)
    co_await child();
}

template <int N> void repeat() {
  for (int I = 0; I < N; ++I)
    X += I;
}

Task<> bad_template_argument() {
  repeat<3'000'000>();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'repeat' keeps the event loop busy: it makes 3000000 rounds
  co_return;
}

Task<> ok_template_argument() {
  repeat<300>();
  co_return;
}

struct Table {
  Table() {
    for (int I = 0; I < 3'000'000; ++I)
      X += I;
  }
  ~Table() {
    for (int I = 0; I < 4'000'000; ++I)
      X -= I;
  }
};

// Destroyed where its scope ends.
Task<> bad_constructor_and_destructor() {
  Table T;
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Table::Table' keeps the event loop busy: it makes 3000000 rounds
  // CHECK-MESSAGES: :[[@LINE-2]]:9: warning: 'Table::~Table' keeps the event loop busy: it makes 4000000 rounds
  co_return;
}

static void tenThousand() {
  for (int I = 0; I < 10'000; ++I)
    X += I;
}
static void fortyThousand(int Kind) {
  switch (Kind) {
  case 0:
    return tenThousand();
  case 1:
    return tenThousand();
  case 2:
    return tenThousand();
  }
  if (Kind == 3)
    tenThousand();
}

// Only one of several ways is taken.
Task<> ok_alternatives() {
  for (int I = 0; I < 30; ++I)
    fortyThousand(I);
  co_return;
}

static void guarded(int Kind) {
  if (Kind < 0)
    return;
  tenThousand();
}

// A test of the argument does not count as a way of its own.
Task<> bad_after_guard() {
  for (int I = 0; I < 200; ++I)
    guarded(I);
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 2000000 rounds
  co_return;
}

// Work that a condition skips in most rounds, as far as is known.
Task<> ok_call_under_condition() {
  for (int I = 0; I < 200; ++I)
    if (X == I)
      tenThousand();
  co_return;
}

static int mix(int A, int B) { return A * 31 + B; }

// A call in a round counts as a round; the number in the message is that of
// the rounds.
Task<> bad_rounds_with_calls() {
  for (int I = 0; I < 400'000; ++I)
    X = mix(mix(X, I), 3);
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 400000 rounds
  co_return;
}

Task<> ok_rounds_without_calls() {
  for (int I = 0; I < 100'000; ++I)
    X = X * 31 + I;
  co_return;
}

// An instruction, when compiled.
Task<> ok_rounds_with_accessors(std::vector<int> &V) {
  for (int I = 0; I < 100'000; ++I)
    X = V[0] + V[1];
  co_return;
}

using Key = std::array<std::uint64_t, 32>;
static std::uint64_t mix64(std::uint64_t A, std::uint64_t B) { return A ^ B; }

static Key stretch(std::uint64_t State) {
  Key K{};
  for (int Round = 0; Round < 20'000; ++Round)
    for (auto &Lane : K)
      Lane = State = mix64(State, Lane + Round);
  return K;
}

Task<> bad_key_stretching() {
  X = static_cast<int>(stretch(3)[0]);
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'stretch' keeps the event loop busy: it makes 640000 rounds
  co_return;
}

static void work(int N) {
  for (int I = 0; I < N; ++I)
    X += I;
}
static void workOnHalf(int N) { work(N / 2); }
static void workOnAll(int N) { work(N); }
static void workInSteps(int N) {
  for (int I = 0; I < N; I += 1000)
    X += I;
}

// The size shows at the call.
Task<> bad_bound_is_argument() {
  work(5'000'000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'work' computes for an estimated {{[0-9.]+ ms}} with the size that is passed and keeps the event loop busy
  workOnAll(5'000'000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'workOnAll' computes for an estimated {{[0-9.]+ ms}} with the size
  co_return;
}

static void worksALot() { work(9'000'000); }

Task<> bad_bound_is_argument_in_helper() {
  worksALot();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'worksALot' keeps the event loop busy: 'work' computes for an estimated
  co_return;
}

Task<> bad_bound_is_argument_in_loop() {
  for (int I = 0; I < 100; ++I)
    work(50'000);
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 100 rounds without a suspension point (an estimated {{[0-9.]+ ms}})
  co_return;
}

Task<> ok_small_argument() {
  work(5'000);
  workOnAll(5'000);
  workInSteps(5'000'000);
  co_return;
}

// Nobody knows how large it is.
Task<> ok_unknown_argument(int N) {
  work(N);
  co_return;
}

struct List {
  int Value;
  List *Next;
};
static void visit(List *L) {
  for (; L; L = L->Next)
    X += L->Value;
}
static void visitAll(std::vector<List *> &Lists) {
  for (List *L : Lists)
    visit(L);
}
static void visitGroups(std::vector<std::vector<List *>> &Groups) {
  for (auto &G : Groups)
    visitAll(G);
}
static void visitTimes(std::vector<std::vector<List *>> &Groups, int N) {
  for (int I = 0; I < N; ++I)
    visitGroups(Groups);
}

// Guesses about sizes are not multiplied until they are too large.
Task<> ok_unknown_sizes_below(std::vector<std::vector<List *>> &Groups) {
  visitTimes(Groups, 3);
  co_return;
}

// FN: what is computed from the argument on the way is not followed.
Task<> FN_argument_is_computed() {
  workOnHalf(50'000'000);
  co_return;
}

// FN: the inner bound is the outer variable; its mean is not computed.
Task<> FN_triangle() {
  for (int I = 0; I < 4000; ++I)
    for (int J = 0; J < I; ++J)
      X += J;
  co_return;
}
