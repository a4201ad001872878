#include "store.h"
#include <unistd.h>

void save() { sync(); }
