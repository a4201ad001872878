// RUN: %check_nostall %s --suffix DEFAULT
// RUN: %check_nostall %s --suffix SLEEP --option nostall-blocking-call.Categories=sleep
// RUN: %check_nostall %s --suffix TWO --option "nostall-blocking-call.Categories=dns, lock"
// RUN: %check_nostall %s --suffix NONE --option nostall-blocking-call.Categories=database
// The option Categories.

#include <mutex>
#include <netdb.h>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

std::timed_mutex Mutex;

ON_LOOP void bad(int Fd) {
  sleep(1);
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-SLEEP: :[[@LINE-2]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  fsync(Fd);
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
  gethostbyname("example.org");
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'gethostbyname' blocks the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-TWO: :[[@LINE-2]]:3: warning: 'gethostbyname' blocks the event loop: {{.*}} [nostall-blocking-call]
  Mutex.try_lock_for(std::chrono::seconds(1));
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:9: warning: 'std::timed_mutex::try_lock_for' may block the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-TWO: :[[@LINE-2]]:9: warning: 'std::timed_mutex::try_lock_for' may block the event loop: {{.*}} [nostall-blocking-call]
}
