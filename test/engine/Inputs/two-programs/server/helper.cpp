#include "helper.h"
#include <unistd.h>

void helper() {
#ifdef SERVER_BLOCKS
  usleep(100000);
#endif
}
