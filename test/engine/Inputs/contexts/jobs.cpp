#include "jobs.h"
#include <unistd.h>

app::Task unknownStart() {
  sleep(1); // unknown
  co_return;
}
app::Task onWorker() {
  sleep(3); // worker only
  co_await awaitedByWorkerOnly();
}
app::Task awaitedByWorkerOnly() {
  sleep(4); // worker only, through another coroutine
  co_return;
}
app::Task onBoth() {
  sleep(5); // worker and loop
  co_return;
}
app::Task onLoop() {
  co_await child();
}
app::Task child() {
  sleep(6); // loop, through another coroutine
  co_return;
}
app::Detached eager() {
  sleep(7); // in the call, which is on the loop
  co_return;
}
app::Generator numbers() {
  sleep(8); // inside its consumer
  co_yield 1;
}
