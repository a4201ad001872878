//===- limits/limit_memory.cpp - no more address space ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RLIMIT_AS a little above, and then exactly at, what the program has: mmap,
// malloc, new and pthread_create fail as they do alone, and loops go on. A
// probe that must map something for a new thread has to do without.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <new>
#include <pthread.h>
#include <sys/mman.h>

static const size_t MiB = 1 << 20;

static size_t addressSpace() {
  unsigned long Pages = 0;
  char Text[128] = "";
  int From = open("/proc/self/statm", O_RDONLY);
  INSIST(read(From, Text, sizeof Text - 1) > 0);
  close(From);
  INSIST(sscanf(Text, "%lu", &Pages) == 1);
  return Pages * 4096;
}

static void limitTo(size_t Bytes) {
  struct rlimit Limit;
  getrlimit(RLIMIT_AS, &Limit);
  Limit.rlim_cur = Bytes;
  INSIST(setrlimit(RLIMIT_AS, &Limit) == 0);
}

static void *runSmall(void *) {
  INSIST(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
  return nullptr;
}

static void startThread(size_t StackSize) {
  pthread_attr_t Attributes;
  pthread_t Thread;
  pthread_attr_init(&Attributes);
  pthread_attr_setstacksize(&Attributes, StackSize);
  if (SHOW_CODE(pthread_create(&Thread, &Attributes, runSmall, nullptr)) == 0)
    pthread_join(Thread, nullptr);
  pthread_attr_destroy(&Attributes);
}

static bool allocateTo(void *volatile &Block) {
  Block = malloc(64 * MiB);
  return Block != nullptr;
}

static void allocate() {
  SHOW(mmap(nullptr, 64 * MiB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
       MAP_FAILED);
  // Volatile, or the compiler sees that nobody needs the memory.
  void *volatile Block = nullptr;
  SHOW(allocateTo(Block));
  try {
    Block = operator new(64 * MiB);
    say("BAD new succeeded");
  } catch (const std::bad_alloc &) {
    say("bad_alloc");
  }
}

static void handle(int Round, void *) {
  stall();
  if (Round == 1)
    limitTo(addressSpace() + 8 * MiB);
  if (Round >= 1 && Round < 4) {
    allocate();
    startThread(64 * MiB);
    startThread(256 * 1024);
  }
  if (Round == 4)
    limitTo(addressSpace());
  if (Round >= 4) {
    allocate();
    startThread(64 * MiB);
  }
  stall();
}

int main() {
  EXPECT(runLoop(8, handle, nullptr) == 0);
  limitTo(RLIM_INFINITY);
  reportSelf("end", 1);
}
