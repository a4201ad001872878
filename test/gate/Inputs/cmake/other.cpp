#include <coroutine_types.h>
#include <unistd.h>

mock::Task<> other() {
  sleep(1);
  co_await mock::yield();
}
