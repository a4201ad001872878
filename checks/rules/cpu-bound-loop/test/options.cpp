// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix SHORT \
// RUN:   --option nostall-cpu-bound-loop.Budget=0.2us %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix ALWAYS \
// RUN:   --option nostall-cpu-bound-loop.Tier=always %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix RARELY \
// RUN:   --option nostall-cpu-bound-loop.Tier=rarely %s
// RUN: %check_nostall --check nostall-lock-across-suspension --suffix OFF %s

#include <algorithm>
#include <coroutine_types.h>
#include <unistd.h>
#include <zlib.h>

using mock::Task;

extern int X;

Task<> endless() {
  for (;;)
    ++X;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop never ends
  // CHECK-MESSAGES-SHORT: :[[@LINE-3]]:3: warning: this loop never ends
  // CHECK-MESSAGES-ALWAYS: :[[@LINE-4]]:3: warning: this loop never ends
  // CHECK-MESSAGES-RARELY: :[[@LINE-5]]:3: warning: this loop never ends
  co_return;
}

Task<> thousand() {
  for (int I = 0; I < 1000; ++I)
    ++X;
  // CHECK-MESSAGES-SHORT: :[[@LINE-2]]:3: warning: this loop makes 1000 rounds
  co_return;
}

Task<> hundred() {
  for (int I = 0; I < 100; ++I)
    ++X;
  co_return;
}

Task<> millions() {
  for (int I = 0; I < 3'000'000; ++I)
    ++X;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 3000000 rounds
  // CHECK-MESSAGES-SHORT: :[[@LINE-3]]:3: warning: this loop makes 3000000 rounds
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop makes 3000000 rounds
  co_return;
}

Task<> likely() {
  crypt("pw", "$6$salt");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'crypt' keeps
  // CHECK-MESSAGES-SHORT: :[[@LINE-2]]:3: warning: 'crypt' keeps
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: 'crypt' keeps
  co_return;
}

Task<> rarely(z_streamp Stream) {
  deflate(Stream, 0);
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'deflate' keeps
  co_return;
}
