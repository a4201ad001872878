//===- threads/exceptions_storm.cpp - exceptions all the time ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handlers that throw and catch thousands of times in iterations that are
// stalls, in two threads: a sample taken in the middle of the unwinder, which
// holds locks and a lazily built cache, must not disturb it.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

struct Counted {
  static thread_local long Alive, Destroyed;
  Counted() { ++Alive; }
  Counted(const Counted &) { ++Alive; }
  ~Counted() { --Alive, ++Destroyed; }
};
thread_local long Counted::Alive, Counted::Destroyed;

__attribute__((noinline)) static int throwAt(int Depth) {
  Counted Local;
  if (Depth == 0)
    throw std::runtime_error("bottom");
  return throwAt(Depth - 1) + 1;
}

struct CatchesWhenDestroyed {
  int &Caught;
  ~CatchesWhenDestroyed() {
    try {
      throwAt(3);
    } catch (const std::runtime_error &) {
      ++Caught;
    }
  }
};

static int throwNested() {
  int Caught = 0;
  try {
    CatchesWhenDestroyed Guard{Caught};
    throwAt(5);
  } catch (const std::exception &) {
    ++Caught;
    try {
      std::throw_with_nested(std::logic_error("outer"));
    } catch (const std::exception &Outer) {
      try {
        std::rethrow_if_nested(Outer);
      } catch (const std::runtime_error &Inner) {
        Caught += Inner.what() == std::string("bottom");
      }
    }
  }
  return Caught;
}

static int throwFromThread() {
  std::future<int> Result =
      std::async(std::launch::async, [] { return throwAt(2); });
  try {
    return Result.get();
  } catch (const std::runtime_error &) {
    return 1;
  }
}

static int throwThroughC() {
  int Values[] = {3, 1, 2};
  try {
    qsort(Values, 3, sizeof(int),
          [](const void *, const void *) -> int { throw 7; });
  } catch (int Thrown) {
    return Thrown;
  }
  return 0;
}

static void handle(int Round, void *Data) {
  long &Caught = *(long *)Data;
  for (int Time = 0; Time < 2000; ++Time) {
    try {
      throwAt(Time % 12);
    } catch (const std::runtime_error &) {
      ++Caught;
    }
  }
  sleepUs(Round % 2 ? 300 : STALL_US);
  for (int Time = 0; Time < 500; ++Time)
    Caught += throwNested() + throwThroughC();
  INSIST(Counted::Alive == 0);
  Caught += throwFromThread();
}

static void run(const char *Name) {
  long Caught = 0;
  int Interrupted = runLoop(12, handle, &Caught);
  static pthread_mutex_t Order = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&Order);
  INSIST(Interrupted == 0);
  say("%s: caught %ld, destroyed %ld", Name, Caught, Counted::Destroyed);
  pthread_mutex_unlock(&Order);
}

int main() {
  std::thread Other(run, "a thread");
  std::thread Third(run, "a thread");
  Other.join();
  Third.join();
  run("main");
  reportSelf("end", 1);
}
