#include <unistd.h>

Unknown Variable;

void fromBroken() { sleep(2); }

void bad() {
  int X = "text";
  missing(X);
  usleep(1000000);
}
