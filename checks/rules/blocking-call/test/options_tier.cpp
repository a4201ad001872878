// RUN: %check_nostall %s --suffix DEFAULT
// RUN: %check_nostall %s --suffix DEFAULT --option nostall-blocking-call.Tier=likely
// RUN: %check_nostall %s --suffix ALWAYS --option nostall-blocking-call.Tier=always
// RUN: %check_nostall %s --suffix RARELY --option nostall-blocking-call.Tier=rarely
// The option Tier: what stalls always, likely, rarely.

#include <cstdio>
#include <iostream>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

std::mutex Mutex;

ON_LOOP void tiers(int Fd) {
  fsync(Fd);
  // CHECK-MESSAGES-ALWAYS: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-2]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: 'fsync' blocks the event loop: {{.*}} [nostall-blocking-call]
  rename("a", "b");
  // CHECK-MESSAGES-DEFAULT: :[[@LINE-1]]:3: warning: 'rename' may block the event loop: {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:3: warning: 'rename' may block the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void rare(int Fd) {
  struct stat S;
  fstat(Fd, &S);
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'fstat' may block the event loop: it asks a network file system [nostall-blocking-call]
  std::lock_guard Lock(Mutex);
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:19: warning: the constructor of 'std::lock_guard' may block the event loop: it waits for another holder [nostall-blocking-call]
}

// The console, which is seldom slow.
ON_LOOP void ok_print() {
  printf("hello\n");
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'printf' may block the event loop: it writes to the console [nostall-blocking-call]
}
ON_LOOP void ok_stream(const char *Text) {
  std::cerr << Text;
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:13: warning: 'std::operator<<' may block the event loop: it writes to the console [nostall-blocking-call]
}
ON_LOOP void ok_to_stderr() {
  fprintf(stderr, "hello\n");
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'fprintf' may block the event loop: it writes to the console [nostall-blocking-call]
}
ON_LOOP void ok_to_descriptor() {
  write(STDOUT_FILENO, "hello\n", 6);
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'write' may block the event loop: it writes to the console [nostall-blocking-call]
}

// Nothing to say whatever is asked for.
ON_LOOP int ok_format(char *To, int Size) {
  return snprintf(To, Size, "%d", 1) + sscanf(To, "%d", &Size);
}
