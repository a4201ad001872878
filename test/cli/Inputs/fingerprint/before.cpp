#include <coroutine_types.h>
#include <unistd.h>

static void nap() { sleep(1); }

mock::Task<> first() {
  nap();
  co_return;
}

mock::Task<> second() {
  sleep(1);
  usleep(2000);
  sleep(1);
  for (int I = 0; I < 8'000'000; ++I)
    nap();
  co_return;
}
