// RUN: %check_nostall %s
// Suppressions: at the call in the callback, or at the call that blocks.

#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

ON_LOOP void bad_plain() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_line() {
  sleep(1); // NOLINT
}
ON_LOOP void ok_line_named() {
  sleep(1); // NOLINT(nostall-blocking-call)
}
ON_LOOP void ok_line_among_others() {
  sleep(1); // NOLINT(bugprone-unused-return-value,nostall-blocking-call): why
}
ON_LOOP void ok_line_glob() {
  sleep(1); // NOLINT(nostall-*)
}
ON_LOOP void ok_next_line() {
  // NOLINTNEXTLINE(nostall-blocking-call)
  sleep(1);
}
ON_LOOP void ok_block_comment() {
  sleep(1); /* NOLINT(nostall-blocking-call) */
}

// About another check, or another line.
ON_LOOP void bad_other_check() {
  sleep(1); // NOLINT(nostall-cpu-bound-loop)
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void bad_other_line() {
  // NOLINTNEXTLINE(nostall-blocking-call)

  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void bad_longer_word() {
  sleep(1); // NOLINTED by nobody
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// NOLINTBEGIN(nostall-blocking-call)
ON_LOOP void ok_region() {
  sleep(1);
  usleep(100000);
}
// NOLINTEND(nostall-blocking-call)
ON_LOOP void bad_after_region() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// NOLINTBEGIN
ON_LOOP void ok_region_unnamed() {
  // NOLINTBEGIN(nostall-cpu-bound-loop)
  sleep(1);
  // NOLINTEND(nostall-cpu-bound-loop)
  sleep(2);
}
// NOLINTEND

//===----------------------------------------------------------------------===//
// Through calls
//===----------------------------------------------------------------------===//

// At the blocking call: whoever gets here accepts it.
static void accepted() {
  fsync(3); // NOLINT(nostall-blocking-call): a few bytes on a RAM disk
}
ON_LOOP void ok_accepted_once() { accepted(); }
ON_LOOP void ok_accepted_twice() { accepted(); }

// At one of the callers: the others are still reported.
static void settle() { sleep(1); }
ON_LOOP void ok_this_caller() {
  settle(); // NOLINT(nostall-blocking-call)
}
ON_LOOP void bad_that_caller() {
  settle();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'settle' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// At all of the callers.
static void settleMore() { sleep(2); }
ON_LOOP void ok_first_caller() {
  settleMore(); // NOLINT(nostall-blocking-call)
}
ON_LOOP void ok_second_caller() {
  // NOLINTNEXTLINE(nostall-*)
  settleMore();
}
