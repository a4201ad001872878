#include "helper.h"
#include <unistd.h>

void helper() { sleep(1); }
