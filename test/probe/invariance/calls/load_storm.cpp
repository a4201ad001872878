//===- calls/load_storm.cpp - libraries that come and go --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dlopen, a call, dlclose, hundreds of times while loops run; also in a new
// link namespace, with libc's functions found by dlsym, and with errors. The
// list of loaded objects changes all the time under whoever unwinds a stack.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <dlfcn.h>
#include <libgen.h>
#include <link.h>
#include <string>
#include <thread>

static std::string Plugin;
static std::atomic<bool> Stop;

using RunPlugin = int(int);

static void loadOnce(int Ms) {
  void *Library = dlopen(Plugin.c_str(), RTLD_NOW);
  if (!INSIST(Library))
    return;
  RunPlugin *Run = (RunPlugin *)dlsym(Library, "run_plugin");
  INSIST(Run && Run(Ms) == 0);
  INSIST(dlsym(Library, "missing") == nullptr && dlerror());
  INSIST(dlclose(Library) == 0);
  INSIST(dlopen(Plugin.c_str(), RTLD_NOW | RTLD_NOLOAD) == nullptr);
}

static void handle(int Round, void *) {
  for (int Time = 0; Time < 8; ++Time)
    loadOnce(Time == 4 ? 7 : 0);
  spinUs(Round % 2 ? STALL_US : 200);
}

static void loopOn() {
  Loop L = openLoop();
  for (int Round = 0; !Stop; ++Round) {
    turnLoop(&L);
    spinUs(Round % 4 ? 300 : STALL_US);
    sleepUs(Round % 4 == 1 ? STALL_US : 300);
  }
  INSIST(L.Interrupted == 0);
  closeLoop(&L);
}

/// A namespace has a libc of its own, which no preloaded library is in front
/// of.
static void loadElsewhere(int Round, void *) {
  void *Library = dlmopen(LM_ID_NEWLM, Plugin.c_str(), RTLD_NOW);
  if (!INSIST(Library))
    return;
  RunPlugin *Run = (RunPlugin *)dlsym(Library, "run_plugin");
  INSIST(Run && Run(7) == 0);
  INSIST(dlclose(Library) == 0);
  spinUs(Round % 2 ? STALL_US : 200);
}

static void lookUp() {
  char Byte;
  errno = UNTOUCHED;
  using Read = ssize_t(int, void *, size_t);
  for (void *From : {RTLD_DEFAULT, RTLD_NEXT}) {
    Read *Found = (Read *)dlsym(From, "read");
    SHOW(Found(-1, &Byte, 1));
  }
  void *Libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
  SHOW(((Read *)dlsym(Libc, "read"))(-1, &Byte, 1));
  SHOW(dlvsym(RTLD_DEFAULT, "nanosleep", "GLIBC_0.0") == nullptr);
  SHOW(dlsym(RTLD_DEFAULT, "no_such_symbol") == nullptr);
  say("error %s", dlerror());
  SHOW(dlerror() == nullptr);
  SHOW(dlopen("no-such-library.so", RTLD_NOW) == nullptr);
  say("error %s", dlerror());
  Dl_info Info;
  SHOW(dladdr((void *)lookUp, &Info) != 0);
  INSIST(dlclose(Libc) == 0);
  SHOW(dl_iterate_phdr([](struct dl_phdr_info *, size_t, void *) { return 7; },
                       nullptr));
}

int main(int, char **Arguments) {
  std::string Path = Arguments[0];
  Plugin = std::string(dirname(Path.data())) + "/../lib/libplugin.so";
  std::thread Other(loopOn);
  EXPECT(runLoop(25, handle, nullptr) == 0);
  Stop = true;
  Other.join();
  EXPECT(runLoop(6, loadElsewhere, nullptr) == 0);
  for (int Time = 0; Time < 2; ++Time)
    lookUp();
  reportSelf("end", 1);
}
