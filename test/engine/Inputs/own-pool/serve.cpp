#include "../include/task.h"
#include "loop.h"
#include "pool.h"
#include <unistd.h>

Pool Workers(2);
Loop Main;

static app::Task hash() {
  co_await Workers.schedule();
  sleep(1); // on a worker
  co_await Main.schedule();
  sleep(2); // back on the loop
}

static app::Task maybe(bool Large) {
  if (Large)
    co_await Workers.schedule();
  sleep(3); // here or there
}

static app::Task both(bool Large) {
  if (Large)
    co_await Workers.schedule();
  else
    co_await Workers.schedule();
  sleep(4); // on a worker either way
}

app::Task serve() {
  co_await Main.schedule();
  co_await hash();
  co_await maybe(true);
  co_await both(true);
}
