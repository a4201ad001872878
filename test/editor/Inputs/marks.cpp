#include <coroutine_types.h>
#include <unistd.h>

static void nap() { usleep(10000); }

mock::Task<> first() {
  // NOLINTNEXTLINE(some-check)
  sleep(1);
  nap();
  co_return;
}

mock::Task<> second() {
  sleep(2); // NOLINT(nostall-blocking-call)
  nap();
  co_return;
}
