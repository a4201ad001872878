// The library that the program of the tutorials has no source code of: it waits
// for an answer that takes 25 ms.
#include <poll.h>

extern "C" bool credit_ok(int customer) {
  return poll(nullptr, 0, 25) == 0 && customer >= 0;
}
