//===- SessionFile.cpp - the watcher's end of the shared memory -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/SessionFile.h"
#include "watcher/Calls.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <glob.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <tuple>
#include <time.h>
#include <unistd.h>

namespace nostall {

uint64_t monotonicNs() {
  timespec T;
  clock_gettime(CLOCK_MONOTONIC, &T);
  return static_cast<uint64_t>(T.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(T.tv_nsec);
}

static std::string firstLine(const char *Path) {
  std::ifstream In(Path);
  std::string Line;
  std::getline(In, Line);
  return Line;
}

/// Both clocks at one moment: the pair that took the least time of several.
static std::pair<uint64_t, uint64_t> readBoth() {
  uint64_t Best = ~uint64_t(0), Ticks = 0, Ns = 0;
  for (int I = 0; I < 8; ++I) {
    uint64_t Before = __builtin_ia32_rdtsc();
    uint64_t Now = monotonicNs();
    uint64_t After = __builtin_ia32_rdtsc();
    if (After - Before < Best) {
      Best = After - Before;
      Ticks = Before + Best / 2;
      Ns = Now;
    }
  }
  return {Ticks, Ns};
}

TickClock TickClock::measure() {
  TickClock C;
  if (firstLine("/sys/devices/system/clocksource/clocksource0/"
                "current_clocksource") != "tsc")
    return C;
  C.Kind = wire::ClockKind::Tsc;
  std::tie(C.FirstTicks, C.FirstNs) = readBoth();
  usleep(20'000);
  C.adjust();
  return C;
}

void TickClock::adjust() {
  if (Kind != wire::ClockKind::Tsc)
    return;
  std::tie(LastTicks, LastNs) = readBoth();
  if (LastTicks > FirstTicks)
    NsPerTick = static_cast<double>(LastNs - FirstNs) /
                static_cast<double>(LastTicks - FirstTicks);
}

uint64_t TickClock::now() const {
  return Kind == wire::ClockKind::Tsc ? __builtin_ia32_rdtsc() : monotonicNs();
}

uint64_t TickClock::toNs(uint64_t Ticks) const {
  if (Kind != wire::ClockKind::Tsc)
    return Ticks;
  auto Offset = static_cast<int64_t>(Ticks - LastTicks);
  return LastNs + static_cast<uint64_t>(static_cast<int64_t>(
                      static_cast<double>(Offset) * NsPerTick));
}

SessionFile::~SessionFile() {
  if (Map)
    munmap(Map, Size);
  if (IsOwner)
    unlink(Path.c_str());
}

/// The inode that names it; 0 when that cannot be told.
static uint64_t pidNamespace() {
  struct stat Status;
  return stat("/proc/self/ns/pid", &Status) == 0 ? Status.st_ino : 0;
}

/// Files of watchers that were killed. Programs that still have them mapped do
/// not notice. Containers may share the folder: whether a process of another
/// one lives cannot be told from here, so its files are left alone.
static void removeStale(const std::string &Folder) {
  uint64_t Here = pidNamespace();
  if (!Here)
    return;
  glob_t Found;
  if (glob((Folder + "/nostall.*").c_str(), 0, nullptr, &Found) == 0)
    for (size_t I = 0; I < Found.gl_pathc; ++I) {
      const char *Name = Found.gl_pathv[I];
      wire::Session Header;
      int Fd = open(Name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
      if (Fd < 0)
        continue;
      bool IsOurs = pread(Fd, &Header, sizeof(Header), 0) == sizeof(Header) &&
                    Header.Magic == wire::Magic &&
                    Header.Version == wire::Version &&
                    Header.PidNamespace == Here;
      close(Fd);
      pid_t Keeper = Header.WatcherPid;
      std::string Prefix = wire::OwnSessionPrefix;
      if (IsOurs && std::string(Name).starts_with(Prefix))
        Keeper = atoi(Name + Prefix.size());
      if (IsOurs && Keeper > 0 && kill(Keeper, 0) != 0 && errno == ESRCH)
        unlink(Name);
    }
  globfree(&Found);
}

std::pair<SessionFile, std::string>
SessionFile::create(const TickClock &Clock, uint64_t ThresholdNs) {
  SessionFile F;
  const char *Temporary = getenv("TMPDIR");
  std::string Folders[] = {"/dev/shm", Temporary ? Temporary : "", "/tmp"};
  int Fd = -1;
  for (const std::string &Folder : Folders) {
    std::string Name = Folder + "/nostall.XXXXXX";
    if (Folder.empty())
      continue;
    removeStale(Folder);
    if ((Fd = mkostemp(Name.data(), O_CLOEXEC)) >= 0) {
      F.Path = Name;
      F.IsOwner = true;
      break;
    }
  }
  if (Fd < 0)
    return {SessionFile(), "cannot create a file in /dev/shm or /tmp: " +
                               std::string(strerror(errno))};
  long Processors = sysconf(_SC_NPROCESSORS_ONLN);
  auto Slots = static_cast<uint32_t>(
      std::min<long>(wire::MaxSlots, wire::MinSlots + 4 * Processors));
  F.Size = wire::fileSize(Slots);
  void *Map = MAP_FAILED;
  if (ftruncate(Fd, static_cast<off_t>(F.Size)) == 0)
    Map = mmap(nullptr, F.Size, PROT_READ | PROT_WRITE, MAP_SHARED, Fd, 0);
  int Error = errno;
  close(Fd);
  if (Map == MAP_FAILED)
    return {std::move(F), "cannot map " + F.Path + ": " + strerror(Error)};
  auto *S = static_cast<wire::Session *>(Map);
  F.Map = S;
  S->Version = wire::Version;
  S->SlotSize = sizeof(wire::Slot);
  S->Slots = Slots;
  S->Clock = Clock.kind();
  S->TicksPerNs = Clock.ticksPerNs();
  S->Threshold = Clock.durationTicks(ThresholdNs);
  S->WatcherPid = getpid();
  S->PidNamespace = pidNamespace();
  std::string Yama = firstLine("/proc/sys/kernel/yama/ptrace_scope");
  S->AllowPtrace = !Yama.empty() && Yama != "0";
  S->UseSignal = 1;
  S->CallCount = InterposedCallCount;
  S->Magic = wire::Magic;
  return {std::move(F), ""};
}

std::pair<SessionFile, std::string> SessionFile::open(pid_t Pid) {
  std::string Name = "process " + std::to_string(Pid);
  std::ifstream Maps("/proc/" + std::to_string(Pid) + "/maps");
  if (!Maps)
    return {SessionFile(), Name + ": " + strerror(errno)};
  std::string Path;
  bool HasProbe = false;
  for (std::string Line; std::getline(Maps, Line);) {
    HasProbe |= Line.find("libnostall-probe.so") != std::string::npos;
    size_t At = Line.find(wire::OwnSessionPrefix);
    if (At != std::string::npos && Path.empty())
      Path = Line.substr(At);
  }
  if (!HasProbe)
    return {SessionFile(), Name + " was not started with the probe: set "
                                  "LD_PRELOAD to libnostall-probe.so"};
  if (Path.empty())
    return {SessionFile(), Name + " has not run an event loop yet, or is "
                                  "watched by the nostall that started it"};
  SessionFile F;
  F.Path = Path;
  int Fd = ::open(Path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (Fd < 0)
    return {SessionFile(), Path + ": " + strerror(errno)};
  wire::Session Header;
  void *Map = MAP_FAILED;
  bool Fits = pread(Fd, &Header, sizeof(Header), 0) == sizeof(Header) &&
              Header.Magic == wire::Magic && Header.Version == wire::Version &&
              Header.SlotSize == sizeof(wire::Slot) &&
              Header.CallCount == InterposedCallCount &&
              Header.Slots <= wire::MaxSlots;
  if (Fits) {
    F.Size = wire::fileSize(Header.Slots);
    Map = mmap(nullptr, F.Size, PROT_READ | PROT_WRITE, MAP_SHARED, Fd, 0);
  }
  close(Fd);
  if (Map == MAP_FAILED)
    return {SessionFile(), Name + " has a probe of another version"};
  F.Map = static_cast<wire::Session *>(Map);
  if (F.Map->WatcherPid && kill(F.Map->WatcherPid, 0) == 0)
    return {std::move(F), Name + " is watched already, by process " +
                              std::to_string(F.Map->WatcherPid)};
  F.Map->WatcherPid = getpid();
  return {std::move(F), ""};
}

void SessionFile::setThreshold(uint64_t Ticks) {
  Map->Threshold = Ticks;
  for (uint32_t I = 0; I < Map->HighWater.load(std::memory_order_acquire); ++I)
    slot(I).Threshold.store(Ticks, std::memory_order_relaxed);
}

} // namespace nostall
