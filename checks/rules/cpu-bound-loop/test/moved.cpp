// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Coroutines that move between the loop and a pool.

#include <cppcoro.h>

extern int X;

static void sum() {
  for (int I = 0; I < 5'000'000; ++I)
    X += I;
}

cppcoro::task<> ok_on_the_pool(cppcoro::static_thread_pool &Pool) {
  co_await Pool.schedule();
  for (int I = 0; I < 5'000'000; ++I)
    X += I;
}

cppcoro::task<> ok_helper_on_the_pool(cppcoro::static_thread_pool &Pool) {
  co_await Pool.schedule();
  for (int I = 0; I < 3; ++I)
    sum();
}

cppcoro::task<> bad_before(cppcoro::static_thread_pool &Pool) {
  for (int I = 0; I < 5'000'000; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
  co_await Pool.schedule();
}

cppcoro::task<> bad_after_the_way_back(cppcoro::static_thread_pool &Pool,
                                       cppcoro::io_service &Service) {
  co_await Pool.schedule();
  sum();
  co_await Service.schedule();
  for (int I = 0; I < 5'000'000; ++I)
    X += I;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop makes 5000000 rounds
}
