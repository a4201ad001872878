#include "store.h"
#include <coroutine_types.h>
#include <unistd.h>

mock::Task<> session() {
  save();
  load(); // NOLINT(nostall-blocking-call)
  quiet();
  sleep(1);
  usleep(2000); // NOLINT
  for (int I = 0; I < 4'500'000; ++I)
    (void)I;
  co_return;
}

mock::Task<> other() {
  // NOLINTNEXTLINE(nostall-*)
  flush();
  flush();
  co_return;
}
