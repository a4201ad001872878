//===- last_words.cpp - what blocks while a program ends --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static and thread-local destructors, atexit and on_exit handlers that block
// and even run loops: the probe's own destructor may already have run.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <memory>
#include <thread>

static void block(const char *Who) {
  int Ends[2];
  char Byte = 0;
  stall();
  INSIST(pipe(Ends) == 0);
  std::thread Writer([&Ends] {
    sleepUs(STALL_US);
    INSIST(write(Ends[1], "x", 1) == 1);
  });
  INSIST(read(Ends[0], &Byte, 1) == 1 && Byte == 'x');
  Writer.join();
  close(Ends[0]);
  close(Ends[1]);
  INSIST(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
  say("%s blocked", Who);
}

struct Lasting {
  const char *Name;
  explicit Lasting(const char *Name) : Name(Name) { block("constructor"); }
  ~Lasting() { block(Name); }
};

static Lasting First("destructor of a static");
static thread_local std::unique_ptr<Lasting> OfThread;

__attribute__((constructor(101))) static void beforeAll() {
  // libc is up, but no constructor of C++ has run, perhaps not the probe's.
  struct timespec Asked = {0, 9000000};
  EXPECT(nanosleep(&Asked, nullptr) == 0);
}

__attribute__((destructor(101))) static void afterAll() {
  struct timespec Asked = {0, 9000000};
  EXPECT(nanosleep(&Asked, nullptr) == 0);
  say("destructor function");
}

int main() {
  OfThread = std::make_unique<Lasting>("destructor of a thread local");
  atexit([] {
    block("atexit");
    atexit([] { block("atexit within atexit"); });
  });
  on_exit(
      [](int Status, void *) {
        say("status %d", Status);
        block("on_exit");
      },
      nullptr);
  static Lasting Second("destructor of a local static");
  EXPECT(runLoop(3, [](int, void *) { stall(); }, nullptr) == 0);
  reportSelf("end of main", 1);
  exit(23);
}
