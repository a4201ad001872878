#include <coroutine_types.h>
#include <sys/socket.h>
#include <unistd.h>

static void nap() { sleep(1); }

mock::Task<> first() {
  nap();
  sync();
  co_return;
}

mock::Task<> renamed() {
  sleep(1);
  co_return;
}
