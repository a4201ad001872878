//===- ThreadInfo.cpp - what the kernel says of a thread --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/ThreadInfo.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

namespace nostall {
namespace {

std::string taskFile(pid_t Pid, pid_t Tid, const char *Name) {
  return "/proc/" + std::to_string(Pid) + "/task/" + std::to_string(Tid) + "/" +
         Name;
}

std::string readAll(const std::string &Path) {
  std::string Text;
  int Fd = open(Path.c_str(), O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return Text;
  char Buffer[4096];
  ssize_t Size;
  while ((Size = read(Fd, Buffer, sizeof(Buffer))) > 0)
    Text.append(Buffer, static_cast<size_t>(Size));
  close(Fd);
  return Text;
}

std::string readLink(const std::string &Path) {
  char Buffer[4096];
  ssize_t Size = readlink(Path.c_str(), Buffer, sizeof(Buffer));
  return Size > 0 ? std::string(Buffer, static_cast<size_t>(Size)) : "";
}

/// The value of a "Name:\tvalue" line.
std::string field(const std::string &Text, const char *Name) {
  std::string Key = "\n" + std::string(Name) + ":";
  size_t At = Text.find(Key);
  if (At == std::string::npos)
    return "";
  At = Text.find_first_not_of(" \t", At + Key.size());
  return Text.substr(At, Text.find('\n', At) - At);
}

} // namespace

ThreadInfo::ThreadInfo(pid_t Pid, pid_t Tid) : Pid(Pid), Tid(Tid) {
  Sched = open(taskFile(Pid, Tid, "schedstat").c_str(), O_RDONLY | O_CLOEXEC);
  Stat = open(taskFile(Pid, Tid, "stat").c_str(), O_RDONLY | O_CLOEXEC);
}

ThreadInfo::~ThreadInfo() {
  if (Sched >= 0)
    close(Sched);
  if (Stat >= 0)
    close(Stat);
}

bool ThreadInfo::isAlive() const {
  // The open file belongs to the task, not to its number.
  char Buffer[512];
  ssize_t Size = pread(Stat, Buffer, sizeof(Buffer) - 1, 0);
  if (Size <= 0)
    return false;
  Buffer[Size] = 0;
  const char *End = strrchr(Buffer, ')');
  return End && End[2] != 'Z' && End[2] != 'X';
}

std::optional<SchedReading> ThreadInfo::sched() const {
  char Buffer[128];
  ssize_t Size = pread(Sched, Buffer, sizeof(Buffer) - 1, 0);
  if (Size <= 0)
    return std::nullopt;
  Buffer[Size] = 0;
  SchedReading R;
  char *End;
  R.RunNs = strtoull(Buffer, &End, 10);
  R.RunQueueNs = strtoull(End, &End, 10);
  return R;
}

std::optional<FaultReading> ThreadInfo::faults() const {
  char Buffer[1024];
  ssize_t Size = pread(Stat, Buffer, sizeof(Buffer) - 1, 0);
  if (Size <= 0)
    return std::nullopt;
  Buffer[Size] = 0;
  // pid (comm) state ppid pgrp session tty tpgid flags minflt cminflt majflt
  // cmajflt utime stime ...; comm may contain anything.
  const char *At = strrchr(Buffer, ')');
  FaultReading R;
  unsigned long Minor, Major, User, System;
  if (!At || sscanf(At + 2, "%c %*d %*d %*d %*d %*d %*u %lu %*u %lu %*u %lu %lu",
                    &R.State, &Minor, &Major, &User, &System) != 5)
    return std::nullopt;
  R.Minor = Minor;
  R.Major = Major;
  R.UserTicks = User;
  R.SystemTicks = System;
  return R;
}

std::optional<SyscallReading> ThreadInfo::syscall() const {
  std::string Text = readAll(taskFile(Pid, Tid, "syscall"));
  if (Text.empty())
    return std::nullopt;
  SyscallReading R;
  if (Text.starts_with("running")) {
    R.Running = true;
    return R;
  }
  char *End;
  R.Number = strtoll(Text.c_str(), &End, 10);
  // "nr a b c d e f sp pc", or "-1 sp pc".
  uint64_t Values[8];
  int Count = 0;
  while (Count < 8 && *End == ' ')
    Values[Count++] = strtoull(End, &End, 16);
  if (Count < 2)
    return std::nullopt;
  R.Sp = Values[Count - 2];
  R.Pc = Values[Count - 1];
  return R;
}

bool ThreadInfo::takesSignal(int Number) const {
  std::string Text = readAll(taskFile(Pid, Tid, "status"));
  auto Has = [&](const char *Name) {
    uint64_t Bits = strtoull(field(Text, Name).c_str(), nullptr, 16);
    return (Bits >> (Number - 1)) & 1;
  };
  return !Text.empty() && Has("SigCgt") && !Has("SigBlk");
}

bool ThreadInfo::isTraced() const {
  std::string Tracer =
      field(readAll(taskFile(Pid, Tid, "status")), "TracerPid");
  return !Tracer.empty() && Tracer != "0";
}

std::string ThreadInfo::name() const {
  std::string Name = readAll(taskFile(Pid, Tid, "comm"));
  while (!Name.empty() && Name.back() == '\n')
    Name.pop_back();
  return Name;
}

size_t readMemory(pid_t Pid, uint64_t From, void *Into, size_t Size) {
  iovec Local = {Into, Size};
  iovec Remote = {reinterpret_cast<void *>(From), Size};
  ssize_t Got = process_vm_readv(Pid, &Local, 1, &Remote, 1, 0);
  return Got > 0 ? static_cast<size_t>(Got) : 0;
}

std::string readText(pid_t Pid, uint64_t From) {
  char Text[128];
  size_t Size = readMemory(Pid, From, Text, sizeof(Text) - 1);
  return std::string(Text, strnlen(Text, Size));
}

std::string descriptorTarget(pid_t Pid, int Fd) {
  return readLink("/proc/" + std::to_string(Pid) + "/fd/" + std::to_string(Fd));
}

std::string executableOf(pid_t Pid) {
  return readLink("/proc/" + std::to_string(Pid) + "/exe");
}

std::string commOf(pid_t Pid) { return ThreadInfo(Pid, Pid).name(); }

pid_t parentOf(pid_t Pid) {
  std::string Text =
      field("\n" + readAll("/proc/" + std::to_string(Pid) + "/status"), "PPid");
  return static_cast<pid_t>(strtol(Text.c_str(), nullptr, 10));
}

namespace {

/// Nullopt when the process does not show its maps, or there is none.
std::optional<bool> hasMapped(pid_t Pid, const std::string &File) {
  std::string Maps = readAll("/proc/" + std::to_string(Pid) + "/maps");
  if (Maps.empty())
    return std::nullopt;
  return Maps.find(File) != std::string::npos;
}

/// Whether the process was there before the file.
bool isOlder(pid_t Pid, const std::string &File) {
  std::string Text = readAll("/proc/" + std::to_string(Pid) + "/stat");
  size_t At = Text.rfind(')');
  if (At == std::string::npos)
    return false;
  // The 22nd field, the 20th after comm: ticks since the machine started.
  std::istringstream Fields(Text.substr(At + 1));
  std::string Skipped;
  uint64_t Ticks = 0;
  for (int I = 0; I < 19; ++I)
    Fields >> Skipped;
  Fields >> Ticks;
  struct stat Status;
  timespec Boot, Real;
  if (stat(File.c_str(), &Status) != 0)
    return false;
  clock_gettime(CLOCK_BOOTTIME, &Boot);
  clock_gettime(CLOCK_REALTIME, &Real);
  auto Seconds = [](const timespec &T) {
    return static_cast<double>(T.tv_sec) + static_cast<double>(T.tv_nsec) / 1e9;
  };
  double Started = Seconds(Real) - Seconds(Boot) +
                   static_cast<double>(Ticks) /
                       static_cast<double>(sysconf(_SC_CLK_TCK));
  // The file's size was set when it was made; its contents are written through
  // a mapping, which leaves the time alone until it is synchronised.
  return Started + 1 < Seconds(Status.st_ctim);
}

/// The number in the innermost namespace; 0: in ours alone.
pid_t innermostNumber(const std::string &StatusFile) {
  std::string Numbers = field("\n" + readAll(StatusFile), "NSpid");
  size_t At = Numbers.find_last_of(" \t");
  return At == std::string::npos
             ? 0
             : static_cast<pid_t>(atoi(Numbers.c_str() + At + 1));
}

std::vector<pid_t> numbersIn(const std::string &Folder) {
  std::vector<pid_t> Result;
  if (DIR *D = opendir(Folder.c_str())) {
    while (dirent *Entry = readdir(D))
      if (pid_t Number = static_cast<pid_t>(atoi(Entry->d_name)))
        Result.push_back(Number);
    closedir(D);
  }
  return Result;
}

} // namespace

std::optional<ThreadNumbers> findThread(pid_t Pid, pid_t Tid,
                                        const std::string &MappedFile) {
  std::string Own = "/proc/" + std::to_string(Pid);
  // Another user's process shows no maps: it is taken for the one, unless it is
  // older than the file.
  if (access(taskFile(Pid, Tid, "stat").c_str(), F_OK) == 0 &&
      !innermostNumber(Own + "/status") &&
      hasMapped(Pid, MappedFile).value_or(!isOlder(Pid, MappedFile)))
    return ThreadNumbers{Pid, Tid};
  bool AllShown = true;
  for (pid_t Other : numbersIn("/proc")) {
    std::string Folder = "/proc/" + std::to_string(Other);
    if (innermostNumber(Folder + "/status") != Pid)
      continue;
    std::optional<bool> Has = hasMapped(Other, MappedFile);
    AllShown &= Has.has_value();
    if (!Has.value_or(false))
      continue;
    for (pid_t Thread : numbersIn(Folder + "/task"))
      if (innermostNumber(taskFile(Other, Thread, "status")) == Tid)
        return ThreadNumbers{Other, Thread};
  }
  if (!AllShown)
    return std::nullopt;
  return ThreadNumbers{0, 0};
}

bool maySeeOtherUsers() {
  uint64_t Effective = strtoull(
      field(readAll("/proc/self/status"), "CapEff").c_str(), nullptr, 16);
  // linux/capability.h: 19 SYS_PTRACE, 21 SYS_ADMIN, 38 PERFMON.
  return Effective & ((1ull << 19) | (1ull << 21) | (1ull << 38));
}

namespace {

/// The number after a word at a line's start; nullopt without such a line.
std::optional<uint64_t> numberAfter(const std::string &Text, const char *Word) {
  std::string Key = "\n" + std::string(Word) + " ";
  size_t At = Text.find(Key);
  if (At == std::string::npos)
    return std::nullopt;
  return strtoull(Text.c_str() + At + Key.size(), nullptr, 10);
}

/// Whether "cpu" is among the controllers of "cpu,cpuacct".
bool hasCpuController(const std::string &List) {
  return ("," + List + ",").find(",cpu,") != std::string::npos;
}

} // namespace

std::optional<uint64_t> throttledUs(pid_t Pid) {
  // Lines of "number:controllers:group"; version 2 has number 0 and no names.
  std::istringstream Lines(
      readAll("/proc/" + std::to_string(Pid) + "/cgroup"));
  for (std::string Line; std::getline(Lines, Line);) {
    size_t First = Line.find(':'), Second = Line.find(':', First + 1);
    if (Second == std::string::npos)
      continue;
    std::string Controllers = Line.substr(First + 1, Second - First - 1);
    std::string Group = Line.substr(Second + 1);
    if (Controllers.empty()) {
      for (const char *Mount : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
        if (auto Us = numberAfter("\n" + readAll(Mount + Group + "/cpu.stat"),
                                  "throttled_usec"))
          return Us;
    } else if (hasCpuController(Controllers)) {
      for (const std::string &Mount : {std::string("cpu"), Controllers})
        if (auto Ns = numberAfter("\n" + readAll("/sys/fs/cgroup/" + Mount +
                                                 Group + "/cpu.stat"),
                                  "throttled_time"))
          return *Ns / 1000;
    }
  }
  return std::nullopt;
}

uint64_t stealNs() {
  std::ifstream In("/proc/stat");
  std::string Cpu;
  uint64_t V[8] = {};
  In >> Cpu;
  for (uint64_t &Value : V)
    In >> Value;
  return V[7] * (1'000'000'000 / static_cast<uint64_t>(sysconf(_SC_CLK_TCK)));
}

} // namespace nostall
