#pragma once
#include "../include/task.h"

app::Task unknownStart();
app::Task onWorker();
app::Task onBoth();
app::Task onLoop();
app::Task child();
app::Task awaitedByWorkerOnly();
app::Detached eager();
app::Generator numbers();
