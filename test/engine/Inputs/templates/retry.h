#pragma once
#include <unistd.h>

template <typename Function> bool retry(int Times, Function Try) {
  for (int I = 0; I < Times; ++I) {
    if (Try())
      return true;
    sleep(1);
  }
  return false;
}

template <typename T> struct Cache {
  T Value;
  void refresh() { usleep(50000); }
  void clear() { Value = T(); }
};

inline void nap() { sleep(2); }
inline void unusedNap() { sleep(3); }

template <typename T> void napTwice(T) {
  sleep(4);
  sleep(5);
}
