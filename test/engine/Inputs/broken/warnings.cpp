// Nothing but warnings, of which some would be errors by default.
#include <unistd.h>
#define TWICE 1
#define TWICE 2

void fromBroken() {
  int Unused;
  char Narrow{(char)300};
  sleep(2);
  return;
}
int noReturn() {}
