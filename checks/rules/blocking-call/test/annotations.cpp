// RUN: %check_nostall %s -- -std=c++20 -Wno-unknown-attributes
// What the source itself declares.

#include <unistd.h>

[[clang::annotate("nostall::loop")]] void bad_loop() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
}
void ok_not_declared() { sleep(1); }

// On the declaration.
[[clang::annotate("nostall::loop")]] void bad_declared();
void bad_declared() {
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// As GCC spells it.
__attribute__((annotate("nostall::loop"))) void bad_gnu() {
  sleep(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// Another tool's annotation.
[[clang::annotate("nostall::loops")]] void ok_other_text() { sleep(4); }
[[clang::annotate("other::loop")]] void ok_other_tool() { sleep(4); }

class Session {
public:
  [[clang::annotate("nostall::loop")]] void bad_method() { save(); }
  // CHECK-MESSAGES: :[[@LINE-1]]:60: warning: 'Session::save' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
  [[clang::annotate("nostall::loop")]] virtual ~Session() {
    sleep(5);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }

private:
  void save() { fsync(3); }
};

template <typename T> [[clang::annotate("nostall::loop")]] void bad_template(T) {
  sleep(6);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void instantiate() {
  bad_template(1);
  bad_template('a');
}

auto Lambda = [] [[clang::annotate("nostall::loop")]] () {
  sleep(7);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
};

//===----------------------------------------------------------------------===//
// Function effects of Clang
//===----------------------------------------------------------------------===//

static void settle() { sleep(8); }
#if __has_cpp_attribute(clang::nonblocking)
void bad_nonblocking() [[clang::nonblocking]] {
  settle();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'settle' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
void ok_maybe_blocking() [[clang::nonblocking(false)]] { settle(); }
#endif

//===----------------------------------------------------------------------===//
// What is declared not to block
//===----------------------------------------------------------------------===//

[[clang::annotate("nostall::nonblocking")]] static void trusted() {
  // CHECK-MESSAGES: :[[@LINE-1]]:57: warning: 'trusted' is declared not to block, and blocks in 'usleep': {{.*}} [nostall-annotations]
  usleep(1000000);
}
[[clang::annotate("nostall::loop")]] void ok_trusted() { trusted(); }
