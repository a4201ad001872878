#include "generated/version.h"
#include <unistd.h>

void fromBroken() { sleep(2); }
