#include "fatal.h"

#define PROJECT_HALT                                                           \
  do {                                                                         \
  } while (true)

[[clang::annotate("nostall::loop")]] void onRead(int Size) {
  if (Size < 0)
    LIBRARY_FATAL("a negative size");
}

[[clang::annotate("nostall::loop")]] void onWrite(int Size) {
  if (Size < 0)
    PROJECT_HALT;
}
