//===- PerfMap.cpp - names of a JIT compiler's functions --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/PerfMap.h"

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <sys/stat.h>

namespace nostall {

void PerfMap::readMore() {
  std::string Number = std::to_string(Pid);
  // Seen from the process's own root first: it may be in a container.
  for (const std::string &Path :
       {"/proc/" + Number + "/root/tmp/perf-" + Number + ".map",
        "/tmp/perf-" + Number + ".map"}) {
    struct stat Status;
    if (stat(Path.c_str(), &Status) != 0)
      continue;
    if (Status.st_size <= ReadBytes)
      return;
    std::ifstream In(Path);
    In.seekg(ReadBytes);
    std::string Line;
    while (std::getline(In, Line)) {
      if (In.eof())
        break; // Not written to its end yet.
      ReadBytes += static_cast<int64_t>(Line.size()) + 1;
      uint64_t Begin, Size;
      int Name = 0;
      if (sscanf(Line.c_str(), "%" SCNx64 " %" SCNx64 " %n", &Begin, &Size,
                 &Name) == 2 &&
          Name)
        Entries.push_back({Begin, Begin + Size, Line.substr(Name)});
    }
    return;
  }
}

std::string PerfMap::find(uint64_t Address) {
  readMore();
  for (auto I = Entries.rbegin(); I != Entries.rend(); ++I)
    if (Address >= I->Begin && Address < I->End)
      return I->Name;
  return "";
}

} // namespace nostall
