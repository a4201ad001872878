//===- interpose_malloc.c - a program with a malloc of its own ----*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An allocator that counts, is not safe in threads, and may not be entered
// again: it says so when a probe allocates in the program, be it in a wrapper
// or in a handler that interrupts it.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

static char Pool[64 << 20] __attribute__((aligned(16)));
static size_t Used;
static volatile int Inside, Entered;
static long Allocations, Frees;

struct Header {
  size_t Size;
  size_t Unused;
};

static void enter(void) {
  if (Inside)
    Entered = Entered + 1;
  Inside = 1;
}

static void *take(size_t Size, size_t Alignment) {
  enter();
  ++Allocations;
  size_t At =
      (Used + sizeof(struct Header) + Alignment - 1) / Alignment * Alignment;
  void *Block = NULL;
  if (Size < sizeof Pool && At + Size <= sizeof Pool) {
    Used = (At + Size + 15) / 16 * 16;
    Block = Pool + At;
    ((struct Header *)Block)[-1].Size = Size;
  } else {
    errno = ENOMEM;
  }
  Inside = 0;
  return Block;
}

void *malloc(size_t Size) { return take(Size, 16); }

void free(void *Block) {
  enter();
  Frees += Block != NULL;
  Inside = 0;
}

void *calloc(size_t Number, size_t Size) {
  // The pool is never used twice, so it is zero.
  return take(Number * Size, 16);
}

void *realloc(void *Old, size_t Size) {
  void *New = take(Size, 16);
  if (Old && New) {
    size_t Had = ((struct Header *)Old)[-1].Size;
    memcpy(New, Old, Had < Size ? Had : Size);
  }
  return New;
}

void *memalign(size_t Alignment, size_t Size) { return take(Size, Alignment); }

void *aligned_alloc(size_t Alignment, size_t Size) {
  return take(Size, Alignment);
}

int posix_memalign(void **Block, size_t Alignment, size_t Size) {
  *Block = take(Size, Alignment);
  return *Block ? 0 : ENOMEM;
}

static void handle(int Round, void *Data) {
  (void)Data;
  char *Volatile = malloc(100);
  INSIST(Volatile != NULL);
  stall();
  // Time in the allocator itself, where a signal finds it.
  int64_t End = nowNs(CLOCK_MONOTONIC) + STALL_US * 1000;
  long Before = Allocations;
  while (nowNs(CLOCK_MONOTONIC) < End && Used < sizeof Pool / 2) {
    enter();
    for (volatile int Step = 0; Step < 20000; Step = Step + 1)
      ;
    Inside = 0;
  }
  INSIST(Allocations == Before);
  free(Volatile);
  char *Line = NULL;
  INSIST(asprintf(&Line, "round %d", Round) > 0);
  say("%s", Line);
  free(Line);
}

int main(void) {
  // What the loader itself allocates depends on what it loads.
  long First = Allocations, FirstFrees = Frees;
  EXPECT(runLoop(8, handle, NULL) == 0);
  say("allocations %ld, frees %ld, entered again %d", Allocations - First,
      Frees - FirstFrees, Entered);
  pid_t Child = fork();
  if (Child == 0) {
    First = Allocations;
    INSIST(runLoop(3, handle, NULL) == 0);
    say("allocations in the child %ld", Allocations - First);
    _exit(0);
  }
  INSIST(waitpid(Child, NULL, 0) == Child);
  reportSelf("end", 1);
  return 0;
}
