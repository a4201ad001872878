#include "store.h"

NOSTALL_LOOP int on_event() {
  int Sum = query();
  Sum += peek();
  Sum += 1; // NOLINT(nostall-blocking-call)
  return Sum;
}
