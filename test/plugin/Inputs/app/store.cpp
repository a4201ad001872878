#include "store.h"
#include <unistd.h>

void save() { sync(); }
void load() { usleep(20000); }
void quiet() { sleep(1); } // NOLINT(nostall-blocking-call)
