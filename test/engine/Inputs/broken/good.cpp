#include "../include/task.h"
#include <unistd.h>

void fromBroken();

app::Task serve() {
  sleep(1);
  fromBroken();
  co_return;
}
