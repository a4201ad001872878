// RUN: %check_nostall %s --only cli --option nostall-annotations.Unused=true --knowledge %S/Inputs/project.yaml -- -std=c++20 -I%source/checks/api
// RUN: %check_nostall %s --suffix DEFAULT -- -std=c++20 -I%source/checks/api
// RUN: %check_nostall %s --only tidy --option nostall-annotations.Unused=true --suffix DEFAULT -- -std=c++20 -I%source/checks/api
// RUN: %check_nostall %s --only cli --check nostall-annotations --option nostall-annotations.Unused=true --suffix ALONE -- -std=c++20 -I%source/checks/api
// Hints that change nothing. A file alone, as clang-tidy sees it, does not show
// what is used; and what does not run says nothing of its comments (ALONE).

// CHECK-MESSAGES-DAG: project.yaml:4:{{[0-9]+}}: warning: the program neither defines nor calls 'Gone::load', 'Gone::save' and 'asleep' [nostall-annotations]
// CHECK-MESSAGES-DAG: project.yaml:8:{{[0-9]+}}: warning: the program neither defines nor calls 'Lost*::save' [nostall-annotations]
// CHECK-MESSAGES-DAG: project.yaml:9:{{[0-9]+}}: warning: the program neither defines nor calls 'Store::save' [nostall-annotations]

#include <nostall/annotations.h>
#include <unistd.h>

struct Store {
  void save();
};

//===----------------------------------------------------------------------===//
// Comments
//===----------------------------------------------------------------------===//

NOSTALL_LOOP void ok_used(Store &S) {
  sleep(1); // NOLINT(nostall-blocking-call)
  // NOLINTNEXTLINE(nostall-*)
  sleep(2);
  // NOLINTBEGIN(nostall-blocking-call)
  S.save();
  sleep(3);
  // NOLINTEND(nostall-blocking-call)
}

NOSTALL_LOOP int bad_unused() {
  int Sum = 1; // NOLINT(nostall-blocking-call)
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:1: warning: NOLINT suppresses nothing of 'nostall-blocking-call' here [nostall-annotations]
  // NOLINTNEXTLINE(nostall-blocking-*)
  Sum += 2;
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:1: warning: NOLINT suppresses nothing of 'nostall-blocking-*' here
  // NOLINTBEGIN(nostall-cpu-bound-loop)
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:1: warning: NOLINT suppresses nothing of 'nostall-cpu-bound-loop' from here to its end
  Sum += 3;
  // NOLINTEND(nostall-cpu-bound-loop)
  return Sum;
}

NOSTALL_LOOP void bad_one_of_two() {
  sleep(4); // NOLINT(nostall-blocking-call, nostall-loop-deadlock)
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:1: warning: NOLINT suppresses nothing of 'nostall-loop-deadlock' here
}

NOSTALL_LOOP void bad_misspelt() {
  sleep(5); // NOLINT(nostall-blocking-calls)
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:1: warning: NOLINT names 'nostall-blocking-calls', which no check is [nostall-annotations]
  // CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-2]]:3: warning: 'sleep' blocks the event loop
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-3]]:3: warning: 'sleep' blocks the event loop
  // CHECK-MESSAGES-ALONE: unused.cpp:[[@LINE-4]]:1: warning: NOLINT names 'nostall-blocking-calls'
}

// Of other tools, or for all of them.
int ok_not_ours() {
  int Sum = 1; // NOLINT
  Sum += 2;    // NOLINT(*)
  Sum += 3;    // NOLINT(bugprone-*)
  Sum += 4;    // NOLINT(nostall-*)
  return Sum;
}

// The one that keeps this check quiet is used by that.
int ok_meant() {
  return 1; // NOLINT(nostall-blocking-call, nostall-annotations)
}

//===----------------------------------------------------------------------===//
// Annotations
//===----------------------------------------------------------------------===//

int lookup(int);

NOSTALL_NONBLOCKING int bad_nothing_to_trust(int I) { return I + 1; }
// CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:25: warning: 'bad_nothing_to_trust' is declared not to block, which changes nothing: nothing that it calls may [nostall-annotations]
// CHECK-MESSAGES-ALONE: :[[@LINE-2]]:25: warning: 'bad_nothing_to_trust' is declared
NOSTALL_NONBLOCKING int ok_of_use() { return sleep(1); } // NOLINT(nostall-annotations)
NOSTALL_NONBLOCKING int ok_calls_what_is_not_known(Store &S) {
  S.save();
  return 1;
}
NOSTALL_NONBLOCKING int ok_loops(int N) {
  int Sum = 0;
  for (int I = 0; I < N; ++I)
    Sum += I;
  return Sum;
}
NOSTALL_NONBLOCKING int ok_defined_elsewhere();
struct Base {
  NOSTALL_NONBLOCKING virtual void ok_for_overriders() {}
};

NOSTALL_LOOP void bad_shown_by_the_program() { ok_not_ours(); }
// CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:19: warning: 'bad_shown_by_the_program' is declared to run on the event loop, which changes nothing: the program shows it
// CHECK-MESSAGES-ALONE: :[[@LINE-2]]:19: warning: 'bad_shown_by_the_program' is declared
NOSTALL_LOOP void ok_calls_it() { bad_shown_by_the_program(); }

NOSTALL_OFFLOAD void bad_no_parameters() {}
// CHECK-MESSAGES-DAG: unused.cpp:[[@LINE-1]]:22: warning: 'bad_no_parameters' is declared to run its callable on a worker, which changes nothing: it has no parameters
// CHECK-MESSAGES-ALONE: :[[@LINE-2]]:22: warning: 'bad_no_parameters' is declared
NOSTALL_BLOCKING void ok_not_called_yet() {}

NOSTALL_LOOP void ok_uses_the_knowledge() {
  lookup(1); // NOLINT(nostall-blocking-call)
}
