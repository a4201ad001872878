#include <coroutine_types.h>
#include <nostall_probe.h>

void save();

mock::Task<> serve() {
  save();
  co_await mock::yield();
}
