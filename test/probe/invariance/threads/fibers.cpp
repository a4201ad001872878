//===- threads/fibers.cpp - stackful fibers that block ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fibers by ucontext on mmapped stacks of 16 KiB with guard pages, one directly
// next to the other, which block and compute within a loop's handler: the stack
// pointer is not in the thread's stack, and a copy that goes on beyond the end
// of the fiber's stack runs into a guard page or into another fiber.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <sys/mman.h>
#include <ucontext.h>

static const int Fibers = 12;
static const size_t StackSize = 16384, Guard = 4096;

struct Fiber {
  ucontext_t Context;
  char *Stack;
  int Steps;
  bool Ended;
};

static Fiber All[Fibers];
static ucontext_t LoopContext;
static int Current = -1;
static int Ends[2];
static int64_t Sum;

static void yieldFiber() {
  Fiber &Self = All[Current];
  INSIST(swapcontext(&Self.Context, &LoopContext) == 0);
}

static void blockInRead() {
  char Byte;
  pid_t Child = fork();
  if (Child == 0) {
    struct timespec Asked = {0, 9000000};
    nanosleep(&Asked, nullptr);
    _exit(write(Ends[1], "x", 1) == 1 ? 0 : 1);
  }
  INSIST(read(Ends[0], &Byte, 1) == 1);
  INSIST(waitpid(Child, nullptr, 0) == Child);
}

static int recurse(int Depth) {
  volatile char Block[64];
  Block[0] = (char)Depth;
  if (Depth == 0) {
    spinUs(STALL_US);
    sleepUs(STALL_US);
    return Block[0];
  }
  return recurse(Depth - 1) + Block[0];
}

static void runFiber() {
  Fiber &Self = All[Current];
  int Number = Current;
  for (; Self.Steps < 4; ++Self.Steps) {
    char *Here = (char *)__builtin_frame_address(0);
    INSIST(Here >= Self.Stack && Here < Self.Stack + StackSize);
    switch ((Self.Steps + Number) % 4) {
    case 0:
      sleepUs(STALL_US);
      break;
    case 1:
      spinUs(STALL_US);
      break;
    case 2:
      blockInRead();
      break;
    case 3:
      Sum += recurse(20);
      break;
    }
    try {
      yieldFiber();
      throw Number;
    } catch (int Caught) {
      Sum += Caught;
    }
  }
  Self.Ended = true;
}

static void resumeOne(int Round, void *) {
  Current = Round % Fibers;
  if (!All[Current].Ended)
    INSIST(swapcontext(&LoopContext, &All[Current].Context) == 0);
  Current = -1;
  spinUs(200);
}

int main() {
  INSIST(pipe2(Ends, O_CLOEXEC) == 0);
  // Stack and guard, stack and guard: the mappings touch each other.
  char *Area = (char *)mmap(nullptr, Fibers * (StackSize + Guard) + Guard,
                            PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int Number = 0; Number < Fibers; ++Number) {
    Fiber &New = All[Number];
    // The last four have no guard between them.
    New.Stack = Area + Guard +
                (size_t)Number * (Number < 8 ? StackSize + Guard : StackSize) +
                (Number < 8 ? 0 : 8 * Guard);
    INSIST(mprotect(New.Stack, StackSize, PROT_READ | PROT_WRITE) == 0);
    getcontext(&New.Context);
    New.Context.uc_stack.ss_sp = New.Stack;
    New.Context.uc_stack.ss_size = StackSize;
    New.Context.uc_link = &LoopContext;
    makecontext(&New.Context, runFiber, 0);
  }
  EXPECT(runLoop(Fibers * 6, resumeOne, nullptr) == 0);
  int Ended = 0;
  for (const Fiber &Each : All)
    Ended += Each.Ended;
  say("ended %d, sum %lld", Ended, (long long)Sum);
  reportSelf("end", 1);
}
