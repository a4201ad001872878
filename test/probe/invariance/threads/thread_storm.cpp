//===- threads/thread_storm.cpp - 500 short-lived threads -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each runs a loop of its own for a few iterations, and blocks once more in the
// destructors of its thread-local variables and keys, after what a probe keeps
// for the thread may already be gone.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <thread>
#include <vector>

static std::atomic<int> Ended, ByKey, ByDestructor;
static pthread_key_t Key;

static void block() {
  int Ends[2];
  char Byte;
  INSIST(pipe(Ends) == 0);
  INSIST(write(Ends[1], "x", 1) == 1 && read(Ends[0], &Byte, 1) == 1);
  sleepUs(500);
  close(Ends[0]);
  close(Ends[1]);
}

struct AtThreadEnd {
  int Value = 0;
  ~AtThreadEnd() {
    block();
    ++ByDestructor;
  }
};
static thread_local AtThreadEnd Local;

static void onKey(void *Left) {
  block();
  INSIST(runLoop(1, [](int, void *) {}, nullptr) == 0);
  ++ByKey;
  // Set again: the next round of destructors comes after everybody's first.
  intptr_t Rounds = (intptr_t)Left - 1;
  if (Rounds > 0)
    pthread_setspecific(Key, (void *)Rounds);
}

static void run(int Number) {
  Local.Value = Number;
  pthread_setspecific(Key, (void *)3);
  INSIST(runLoop(
             3,
             [](int Round, void *) {
               spinUs(Round == 1 ? STALL_US : 50);
               sleepUs(300);
             },
             nullptr) == 0);
  ++Ended;
}

static void handle(int, void *) {
  std::vector<std::thread> Threads;
  for (int Number = 0; Number < 25; ++Number)
    Threads.emplace_back(run, Number);
  spinUs(STALL_US);
  for (std::thread &Thread : Threads)
    Thread.join();
}

static void handleDetached(int, void *) {
  std::atomic<int> &Count = Ended;
  int Before = Count;
  for (int Number = 0; Number < 10; ++Number)
    std::thread(run, Number).detach();
  while (Count < Before + 10)
    sleepUs(1000);
}

int main() {
  pthread_key_create(&Key, onKey);
  EXPECT(runLoop(20, handle, nullptr) == 0);
  EXPECT(runLoop(5, handleDetached, nullptr) == 0);
  EXPECT(settledThreads(1) == 1);
  say("ended %d, keys %d, destructors %d", Ended.load(), ByKey.load(),
      ByDestructor.load());
  reportSelf("end", 1);
}
