// RUN: %check_nostall %s --check nostall-annotations -- -std=c++20 -I%source/checks/api
// RUN: %check_nostall %s --check nostall-annotations --option nostall-annotations.Tier=likely --suffix LIKELY -- -std=c++20 -I%source/checks/api -DONLY_LIKELY
// Annotations that the code below them does not agree with.

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nostall/annotations.h>
#include <regex>
#include <thread>
#include <unistd.h>

// That it does not block here may well be so.
NOSTALL_NONBLOCKING void likely() {
  // CHECK-MESSAGES-LIKELY: :[[@LINE-1]]:26: warning: 'likely' is declared not to block, and blocks in 'rename': {{.*}} [nostall-annotations]
  std::rename("old", "new");
}

#ifndef ONLY_LIKELY
NOSTALL_NONBLOCKING void bad_by_itself() {
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'bad_by_itself' is declared not to block, and blocks in 'sleep': it suspends the thread [nostall-annotations]
  sleep(1);
}

static void flush(int File) { fsync(File); }
static void save(int File) { flush(File); }
NOSTALL_NONBLOCKING void bad_by_what_it_calls(int File) {
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'bad_by_what_it_calls' is declared not to block, and blocks in 'fsync'
  save(File);
}

// Also on its own, with no loop in sight; each annotation is one finding.
NOSTALL_NONBLOCKING void bad_by_the_same(int File) {
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'bad_by_the_same' is declared not to block, and blocks in 'fsync'
  save(File);
}

NOSTALL_BLOCKING int query();
NOSTALL_NONBLOCKING void bad_against_another() {
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'bad_against_another' is declared not to block, and blocks in 'query': it is declared to block
  query();
}

NOSTALL_BLOCKING NOSTALL_NONBLOCKING void bad_both() {
  // CHECK-MESSAGES: :[[@LINE-1]]:43: warning: 'bad_both' is declared to block and not to block
}

// What it calls is trusted itself.
NOSTALL_NONBLOCKING void ok_calls_trusted(int File) { bad_by_the_same(File); }

NOSTALL_NONBLOCKING void ok_nothing() {}

// It may: that is what the annotation is for.
NOSTALL_NONBLOCKING int ok_rarely(const char *Text) {
  puts(Text);
  return std::atoi(Text);
}

// Computing is not waiting.
NOSTALL_NONBLOCKING bool ok_computes(const std::string &Text) {
  return std::regex_match(Text, std::regex("a+"));
}

// Another thread does it.
NOSTALL_NONBLOCKING void ok_started() { std::thread(save, 1).detach(); }

NOSTALL_BLOCKING void ok_blocking() {}
NOSTALL_BLOCKING void ok_blocks() { sleep(1); }
void ok_not_declared() { sleep(1); }

NOSTALL_NONBLOCKING void ok_known(int File) { // NOLINT(nostall-annotations)
  fsync(File);
}

//===----------------------------------------------------------------------===//
// Offloading
//===----------------------------------------------------------------------===//

NOSTALL_OFFLOAD void bad_runs_it(std::function<void()> F) {
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'bad_runs_it' is declared to run its callable on a worker, and runs it itself [nostall-annotations]
  F();
}
NOSTALL_OFFLOAD void bad_calls_pointer(int N, void (*F)(int)) {
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'bad_calls_pointer' is declared to run its callable on a worker
  F(N);
}
NOSTALL_OFFLOAD void ok_hands_on(std::function<void()> F) {
  std::thread(F).detach();
}
NOSTALL_OFFLOAD void ok_wraps(std::function<void()> F) {
  std::thread([F] { F(); }).detach();
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

NOSTALL_LOOP void bad_thread() {}
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'bad_thread' is declared to run on the event loop, and is started on another thread
NOSTALL_LOOP void ok_called() {}
void start() {
  std::thread(bad_thread).detach();
  ok_called();
}

// FN: the callable goes through a function of its own.
static void now(const std::function<void()> &F) { F(); }
NOSTALL_OFFLOAD void FN_runs_it_in_a_helper(std::function<void()> F) { now(F); }
#endif
