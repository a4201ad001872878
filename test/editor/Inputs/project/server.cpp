#include "store.h"
#include <coroutine_types.h>

mock::Task<> session() {
  flush();
  co_return;
}

mock::Task<> quiet() {
  int Count = 0;
  co_return;
}
