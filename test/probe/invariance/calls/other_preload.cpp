//===- calls/other_preload.cpp - another preloaded library ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// jemalloc, preloaded before or after what is preloaded already. An allocator
// runs before everything else, starts when the first library allocates, and
// asks for its thread's storage where a probe may do the same.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <dlfcn.h>
#include <string>
#include <thread>
#include <vector>

static const char *const Allocator = "libjemalloc.so.2";

static void allocate(int Round, void *) {
  std::vector<std::string> Texts;
  for (size_t Number = 0; Number < 5000; ++Number)
    Texts.emplace_back(Number % 500, 'x');
  spinUs(Round % 2 ? STALL_US : 200);
  sleepUs(Round % 3 ? 300 : STALL_US);
}

static int runWithBoth() {
  using Control = int(const char *, void *, size_t *, void *, size_t);
  Control *Ask = (Control *)dlsym(RTLD_DEFAULT, "mallctl");
  unsigned Arenas = 0;
  size_t Size = sizeof Arenas;
  EXPECT(Ask != nullptr);
  EXPECT(Ask && Ask("opt.narenas", &Arenas, &Size, nullptr, 0) == 0);
  EXPECT(runLoop(10, allocate, nullptr) == 0);
  std::vector<std::thread> Threads;
  for (int Number = 0; Number < 20; ++Number)
    Threads.emplace_back([] { runLoop(3, allocate, nullptr); });
  for (std::thread &Thread : Threads)
    Thread.join();
  pid_t Child = fork();
  if (Child == 0) {
    EXPECT(runLoop(4, allocate, nullptr) == 0);
    _exit(5);
  }
  int Status = 0;
  SHOW(waitpid(Child, &Status, 0) == Child);
  say("status %x", Status);
  reportSelf("end", 1);
  return 0;
}

int main(int Count, char **Arguments) {
  if (Count > 2)
    return runWithBoth();
  // Being loaded late it may fail otherwise: it wants static TLS.
  if (!dlopen(Allocator, RTLD_NOW) && strstr(dlerror(), "No such file")) {
    say("SKIP libjemalloc2 is not installed");
    return 77;
  }
  const char *Before = getenv("LD_PRELOAD");
  std::string List = Before ? Before : "";
  if (List.empty())
    List = Allocator;
  else if (strcmp(Arguments[1], "first") == 0)
    List = std::string(Allocator) + ":" + List;
  else
    List += std::string(":") + Allocator;
  setenv("LD_PRELOAD", List.c_str(), 1);
  execl(Arguments[0], Arguments[0], Arguments[1], "again", nullptr);
  return 1;
}
