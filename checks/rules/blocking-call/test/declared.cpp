// RUN: %check_nostall --check nostall-blocking-call %s -- -std=c++20 -I%source/checks/api
// RUN: %check_nostall --check nostall-blocking-call %s -- -std=c++17 -I%source/checks/api
// RUN: g++ -fsyntax-only -Wall -Werror -I%source/checks/api %s
// RUN: %clang -x c -fsyntax-only -Wall -Werror -I%source/checks/api %source/checks/api/nostall/annotations.h
// What nostall/annotations.h has macros for, and calls of what is declared so.

#include <functional>
#include <nostall/annotations.h>
#include <ostream>
#include <unistd.h>
#include <vector>

//===----------------------------------------------------------------------===//
// Blocking
//===----------------------------------------------------------------------===//

NOSTALL_BLOCKING int query(int);
int lookup(int);

NOSTALL_LOOP void bad_declared_only() {
  query(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'query' blocks the event loop: it is declared to block [nostall-blocking-call]
  lookup(1);
}

static void ask() { query(2); }
NOSTALL_LOOP void bad_through_helper() {
  ask();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'ask' blocks the event loop in 'query': it is declared to block [nostall-blocking-call]
}

// Its body is not looked into: one finding, and a shorter way.
NOSTALL_BLOCKING static void settle() { sleep(1); }
NOSTALL_LOOP void bad_with_body() {
  settle();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'settle' blocks the event loop: it is declared to block [nostall-blocking-call]
}

struct Store {
  NOSTALL_BLOCKING virtual void save();
  NOSTALL_BLOCKING Store(int);
  template <typename T> NOSTALL_BLOCKING void put(T);
};
struct Memory : Store {
  using Store::Store;
  void save() override;
};
NOSTALL_LOOP void bad_members(Store &S, Memory &M) {
  S.save();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Store::save' blocks the event loop: it is declared to block
  M.save();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Memory::save' blocks the event loop: it is declared to block
  S.put(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Store::put' blocks the event loop: it is declared to block
  Store T(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: the constructor of 'Store' blocks the event loop: it is declared to block
}

void ok_off_the_loop() { query(3); }

//===----------------------------------------------------------------------===//
// Not blocking
//===----------------------------------------------------------------------===//

NOSTALL_NONBLOCKING void peek(int File, char *To);
void peek(int File, char *To) {
  fsync(File);
}
NOSTALL_LOOP void ok_trusted(char *To) { peek(3, To); }

// Known to block, and declared otherwise.
extern "C" NOSTALL_NONBLOCKING int fdatasync(int);
NOSTALL_LOOP void ok_known_and_trusted() { fdatasync(3); }

// What depends on an argument is no matter of the caller either.
NOSTALL_NONBLOCKING static void wait_for(useconds_t Time) { usleep(Time); }
NOSTALL_LOOP void ok_trusted_with_argument() { wait_for(1000000); }

// Callables given to it are followed all the same.
static std::vector<std::function<void()>> Handlers;
NOSTALL_NONBLOCKING static void on_ready(std::function<void()> F) {
  Handlers.push_back(F);
}
void setUp() {
  on_ready([] {
    usleep(1000000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
NOSTALL_LOOP void dispatch() {
  for (auto &F : Handlers)
    F();
}

struct Queue {
  NOSTALL_NONBLOCKING virtual void take();
};
struct FileQueue : Queue {
  void take() override { fsync(3); }
};
NOSTALL_LOOP void ok_inherited(Queue &Q) { Q.take(); }

//===----------------------------------------------------------------------===//
// Offloading
//===----------------------------------------------------------------------===//

NOSTALL_OFFLOAD void in_background(std::function<void()>);
void somewhere(std::function<void()>);

NOSTALL_LOOP void ok_offloaded() {
  in_background([] { usleep(1000000); });
}
NOSTALL_LOOP void bad_around_it() {
  in_background([] {});
  usleep(1000000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

template <typename F> NOSTALL_OFFLOAD void spawn(int Priority, F &&Job) {
  somewhere(std::forward<F>(Job));
  (void)Priority;
}
NOSTALL_LOOP void ok_offloaded_by_template() {
  spawn(1, [] { usleep(1000000); });
}
