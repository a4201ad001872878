#include "../include/task.h"
#include <unistd.h>

__attribute__((optimize("O3"), unknown_to_clang)) static void nap() { sleep(1); }

app::Task serve() {
  nap();
  co_return;
}
