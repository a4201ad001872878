#include <made.h>
#include <unistd.h>

void save() { fsync(MADE); }
