//===- process/die.cpp - the ways to end ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each argument is one way to end a program in the middle of an iteration; the
// exit status or the signal, and what is still printed, must stay.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <map>
#include <stdexcept>
#include <string>
#include <sys/syscall.h>
#include <thread>

static void beLast() {
  stall();
  say("at exit");
}

static void endInThread(void (*End)()) {
  std::thread Ender([End] {
    stall();
    End();
  });
  // Never returns: the process ends while this is blocked.
  Ender.join();
}

static void overflow(volatile char *Outer) {
  // Volatile, or the compiler sees the end of it and makes it a loop.
  volatile char Block[4096];
  Block[0] = 1;
  if (Outer != Block)
    overflow(Block);
  Outer[0] = Block[0];
}

static void throwAway() { throw 1; }

static void endMainThread() {
  std::thread([] {
    // The process lives on without its main thread, and with a loop.
    sleepUs(50000);
    EXPECT(runLoop(4, [](int, void *) { stall(); }, nullptr) == 0);
    say("last thread ends");
    exit(17);
  }).detach();
  pthread_exit(nullptr);
}

static void throwInDestructor() {
  struct Thrower {
    ~Thrower() noexcept(false) { throw std::runtime_error("second"); }
  };
  try {
    Thrower Local;
    throw std::runtime_error("first");
  } catch (...) {
    say("BAD caught");
  }
}

static const std::map<std::string, void (*)()> Ways = {
    {"return", [] {}},
    {"exit", [] { exit(300); }},
    {"_exit", [] { _exit(5); }},
    {"_Exit", [] { _Exit(6); }},
    {"quick_exit",
     [] {
       at_quick_exit([] { say("at quick exit"); });
       quick_exit(7);
     }},
    {"exit-system-call", [] { syscall(SYS_exit_group, 8); }},
    {"exit-in-thread", [] { endInThread([] { exit(9); }); }},
    {"_exit-in-thread", [] { endInThread([] { _exit(10); }); }},
    {"segv-in-thread", [] { endInThread([] { raise(SIGSEGV); }); }},
    {"pthread_exit-main", endMainThread},
    {"abort", [] { abort(); }},
    {"segv",
     [] {
       volatile int *volatile Nowhere = nullptr;
       *Nowhere = 1;
     }},
    {"stack-overflow",
     [] {
       char Byte;
       overflow(&Byte);
     }},
    {"ill", [] { __builtin_trap(); }},
    {"fpe",
     [] {
       volatile int Zero = 0;
       Zero = 7 / Zero;
     }},
    {"term", [] { raise(SIGTERM); }},
    {"kill", [] { kill(getpid(), SIGKILL); }},
    {"real-time-signal", [] { raise(SIGRTMIN + 5); }},
    {"last-signal", [] { raise(SIGRTMAX); }},
    {"alarm",
     [] {
       alarm(1);
       pause();
     }},
    {"uncaught", [] { throw std::runtime_error("nobody catches this"); }},
    {"uncaught-in-thread",
     [] { endInThread([] { throw std::runtime_error("nor this"); }); }},
    {"throwing-destructor", throwInDestructor},
    {"noexcept", []() noexcept { throwAway(); }},
    {"xcpu",
     [] {
       struct rlimit One = {1, 2};
       setrlimit(RLIMIT_CPU, &One);
       spinUs(30000000);
     }},
};

static std::string Way;

static void handle(int Round, void *) {
  stall();
  if (Round < 3)
    return;
  say("ends now");
  if (Way == "stdio-lost" || Way == "stdio-kept") {
    printf("this is still in the buffer\n");
    Way == "stdio-lost" ? _exit(11) : exit(12);
  }
  Ways.at(Way)();
}

int main(int, char **Arguments) {
  struct rlimit None = {0, 0};
  setrlimit(RLIMIT_CORE, &None);
  Way = Arguments[1];
  atexit(beLast);
  EXPECT(runLoop(4, handle, nullptr) == 0);
  return 3;
}
