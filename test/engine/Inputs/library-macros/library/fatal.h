// A C library's way to say that control does not come back.
#pragma once
void libraryLog(const char *Text);
#define LIBRARY_FATAL(Text)                                                    \
  do {                                                                         \
    libraryLog(Text);                                                          \
    for (;;)                                                                   \
      ;                                                                        \
  } while (0)
