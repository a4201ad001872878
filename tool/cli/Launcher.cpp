//===- Launcher.cpp - the program, before anything is loaded ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// To load LLVM takes longer than to look whether anything has changed since
// the last run. So the program proper is a library, and this is what looks.
//
//===----------------------------------------------------------------------===//

#include "engine/cache/RunRecord.h"

#include <cstdio>
#include <dlfcn.h>
#include <sys/auxv.h>
#include <unistd.h>

using namespace nostall;

/// The exit code, if the run need not be made.
static std::optional<int> replay(const std::vector<std::string> &Arguments) {
  if (Arguments.empty() || Arguments.front() != "check")
    return std::nullopt;
  std::string Folder = cache::chooseCache(Arguments);
  if (Folder.empty())
    return std::nullopt;
  cache::Store Kept(Folder);
  std::optional<cache::Replay> Found =
      cache::findReplay(Kept, cache::runKey(Arguments));
  if (!Found)
    return std::nullopt;
  // As the code for "not done" when nobody can read it.
  int Code = Found->Result.print() ? Found->Result.ExitCode : 2;
  cache::noteLastRun(Kept, Found->Units, Found->Units);
  if (Found->Result.Verbose)
    fputs(cache::verboseLine(Found->Units, Found->Units, true).c_str(), stderr);
  return Code;
}

int main(int Argc, char **Argv) {
  if (std::optional<int> Code =
          replay(std::vector<std::string>(Argv + 1, Argv + Argc)))
    return *Code;
  std::string Program = cache::resolved("/proc/self/exe");
  // Without /proc, as in the chroots that icecream makes: what exec() was given.
  if (Program.empty())
    Program = cache::resolved(
        reinterpret_cast<const char *>(getauxval(AT_EXECFN)));
  std::string Library = Program.substr(0, Program.rfind('/')) +
                        "/../lib/nostall/libnostall-tool.so";
  void *Loaded = dlopen(Library.c_str(), RTLD_LAZY | RTLD_LOCAL);
  void *Entry = Loaded ? dlsym(Loaded, "nostall_main") : nullptr;
  if (!Entry) {
    fprintf(stderr, "nostall: error: %s\n", dlerror());
    return 2;
  }
  return reinterpret_cast<int (*)(int, char **)>(Entry)(Argc, Argv);
}
