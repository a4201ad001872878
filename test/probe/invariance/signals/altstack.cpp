//===- signals/altstack.cpp - handlers on a stack of their own --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handlers that block, on an alternate stack which is small and lies between
// guard pages: a probe's wrapper must find room there, and a stack read from
// outside must stop at its ends. Also a thread that overflows its stack, is
// saved by its handler, and goes on with its loop.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <poll.h>
#include <setjmp.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <thread>

static volatile sig_atomic_t Handled;
static thread_local sigjmp_buf Saved;

/// What the kernel needs for the registers, and a little for the handler.
static size_t stackSize() {
  return (getauxval(AT_MINSIGSTKSZ) + 8192 + 4095) / 4096 * 4096;
}

static void useGuardedStack() {
  size_t Size = stackSize();
  char *Whole = (char *)mmap(nullptr, Size + 8192, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  INSIST(mprotect(Whole + 4096, Size, PROT_READ | PROT_WRITE) == 0);
  stack_t Stack = {Whole + 4096, 0, Size};
  INSIST(sigaltstack(&Stack, nullptr) == 0);
}

static void blockInHandler(int) {
  stack_t Now;
  struct timespec Asked = {0, 9000000};
  char Byte;
  int Ends[2];
  INSIST(sigaltstack(nullptr, &Now) == 0 && Now.ss_flags == SS_ONSTACK);
  INSIST(&Byte > (char *)Now.ss_sp && &Byte < (char *)Now.ss_sp + Now.ss_size);
  INSIST(nanosleep(&Asked, nullptr) == 0);
  INSIST(poll(nullptr, 0, 9) == 0);
  INSIST(pipe(Ends) == 0 && write(Ends[1], "x", 1) == 1 &&
         read(Ends[0], &Byte, 1) == 1);
  INSIST(close(Ends[0]) == 0 && close(Ends[1]) == 0);
  spinUs(STALL_US);
  Handled = Handled + 1;
}

static void handle(int, void *) {
  int Before = Handled;
  spinUs(200);
  raise(SIGUSR1);
  INSIST(Handled == Before + 1);
  spinUs(STALL_US);
}

static char exhaust(volatile char *Outer) {
  volatile char Block[1024];
  Block[0] = Outer[0];
  return Outer == Block ? 0 : (char)(exhaust(Block) + Block[0]);
}

static void onOverflow(int) {
  struct timespec Asked = {0, 9000000};
  INSIST(nanosleep(&Asked, nullptr) == 0);
  siglongjmp(Saved, 1);
}

static void overflowAndGoOn(int, void *) {
  char Byte = 0;
  stall();
  if (sigsetjmp(Saved, 1) == 0)
    exhaust(&Byte);
  else
    say("saved");
}

static void *runInThread(void *) {
  useGuardedStack();
  EXPECT(runLoop(3, handle, nullptr) == 0);
  EXPECT(runLoop(3, overflowAndGoOn, nullptr) == 0);
  return nullptr;
}

int main() {
  struct sigaction Action = {};
  Action.sa_flags = SA_ONSTACK;
  Action.sa_handler = blockInHandler;
  sigaction(SIGUSR1, &Action, nullptr);
  Action.sa_handler = onOverflow;
  sigaction(SIGSEGV, &Action, nullptr);
  useGuardedStack();
  EXPECT(runLoop(4, handle, nullptr) == 0);
  pthread_attr_t Small;
  pthread_t Thread;
  pthread_attr_init(&Small);
  pthread_attr_setstacksize(&Small, 128 * 1024);
  INSIST(pthread_create(&Thread, &Small, runInThread, nullptr) == 0);
  pthread_join(Thread, nullptr);
  EXPECT(runLoop(2, handle, nullptr) == 0);
  stack_t Off = {nullptr, SS_DISABLE, 0}, Old;
  SHOW(sigaltstack(&Off, &Old));
  EXPECT(Old.ss_flags == 0 && Old.ss_size == stackSize());
  say("handled %d", Handled);
  reportSelf("end", 1);
}
