#include "store/store.h"
#include "store/made.h"
#include <unistd.h>

void save() {
  int NAME = MADE;
  fsync(NAME);
}
