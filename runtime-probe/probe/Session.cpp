//===- Session.cpp - the probe's set-up in its host -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "probe/Probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

namespace nostall::probe {

__thread ThreadState Thread __attribute__((tls_model("initial-exec")));
wire::Session *Session;
bool UsesTsc;
ProcessPage *Process;

namespace {

int32_t ProcessId;
Filter Seccomp;
wire::Shared<bool> GivenUp;

long openReadOnly(const char *Path) {
  return rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(Path),
                    O_RDONLY | O_CLOEXEC);
}

/// Whether a filter was inherited. Reading a file is what the dynamic linker
/// has just done, so a filter allows it; prctl() may be fatal.
bool inheritedSeccomp() {
  long Fd = openReadOnly("/proc/self/status");
  if (Fd < 0)
    return true; // Not known: behave as if.
  char Text[4096];
  long Size = rawSyscall(SYS_read, Fd, reinterpret_cast<long>(Text),
                         sizeof(Text) - 1);
  rawSyscall(SYS_close, Fd);
  if (Size <= 0)
    return true;
  Text[Size] = 0;
  const char *Field = strstr(Text, "\nSeccomp:\t");
  return !Field || Field[strlen("\nSeccomp:\t")] != '0';
}

void findFilter() {
  if (Seccomp == Filter::None && inheritedSeccomp())
    Seccomp = Filter::Inherited;
}

const char *sessionFile(char **Environment) {
  size_t Length = strlen(wire::FileVariable);
  for (; Environment && *Environment; ++Environment)
    if (!strncmp(*Environment, wire::FileVariable, Length) &&
        (*Environment)[Length] == '=')
      return *Environment + Length + 1;
  return nullptr;
}

void *mapSession(const char *Path) {
  long Fd = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(Path),
                       O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (Fd < 0)
    return nullptr;
  wire::Session Header;
  long Size = rawSyscall(SYS_pread64, Fd, reinterpret_cast<long>(&Header),
                         sizeof(Header), 0);
  void *Map = nullptr;
  if (Size == sizeof(Header) && Header.Magic == wire::Magic &&
      Header.Version == wire::Version &&
      Header.SlotSize == sizeof(wire::Slot) && Header.CallCount == CallCount &&
      Header.Slots <= wire::MaxSlots) {
    long Address = rawSyscall(
        SYS_mmap, 0, static_cast<long>(wire::fileSize(Header.Slots)),
        PROT_READ | PROT_WRITE, MAP_SHARED, Fd, 0);
    if (Address > 0)
      Map = reinterpret_cast<void *>(Address);
  }
  rawSyscall(SYS_close, Fd);
  return Map;
}

ProcessPage *mapProcessPage() {
  long Address = rawSyscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Address < 0)
    return nullptr;
  auto *Page = reinterpret_cast<ProcessPage *>(Address);
  Page->Alive = 1;
  rawSyscall(SYS_madvise, Address, 4096, MADV_WIPEONFORK);
  return Page;
}

/// Without a system call, which a filter may forbid: what a recursive mutex
/// says of its owner.
int32_t threadId() {
  pthread_mutex_t Mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  static auto *Lock = reinterpret_cast<int (*)(pthread_mutex_t *)>(
      nextSymbol("pthread_mutex_lock"));
  static auto *Unlock = reinterpret_cast<int (*)(pthread_mutex_t *)>(
      nextSymbol("pthread_mutex_unlock"));
  if (!Lock || !Unlock)
    return 0;
  Lock(&Mutex);
  int32_t Id = Mutex.__data.__owner;
  Unlock(&Mutex);
  return Id;
}

void startInChild() {
  if (!Session)
    return;
  // Only the forking thread lives on, so its id is the process's.
  Thread = ThreadState{};
  ProcessId = threadId();
  Process->Alive = 1;
  Session->Processes.fetch_add(1, std::memory_order_relaxed);
}

/// Whether no watcher started this program, and no session was tried yet.
wire::Shared<bool> MayMakeSession;

bool useSession(wire::Session *Mapped) {
  Process = mapProcessPage();
  if (!Process)
    return false;
  findFilter();
  ProcessId = static_cast<int32_t>(rawSyscall(SYS_getpid));
  pthread_atfork(nullptr, nullptr, startInChild);
  UsesTsc = Mapped->Clock == wire::ClockKind::Tsc;
  Session = Mapped;
  return true;
}

void setUp(int, char **, char **Environment) __attribute__((constructor));
void setUp(int, char **, char **Environment) {
  const char *Path = sessionFile(Environment);
  KeepErrno Keep;
  if (!Path) {
    MayMakeSession.store(true, std::memory_order_relaxed);
    return;
  }
  auto *Mapped = static_cast<wire::Session *>(mapSession(Path));
  if (!Mapped || !useSession(Mapped))
    return;
  Session->Processes.fetch_add(1, std::memory_order_relaxed);
}

wire::Slot *takeFree() {
  for (uint32_t I = 0; I < Session->Slots; ++I) {
    wire::Slot *S = wire::slotAt(Session, I);
    uint32_t Expected = wire::Slot::Free;
    if (!S->State.compare_exchange_strong(Expected, wire::Slot::Claiming,
                                          std::memory_order_acq_rel))
      continue;
    uint32_t High = Session->HighWater.load(std::memory_order_relaxed);
    while (High <= I && !Session->HighWater.compare_exchange_weak(High, I + 1))
      ;
    return S;
  }
  Session->SlotsExhausted.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

} // namespace

wire::Session *needSession() {
  if (Session || !MayMakeSession.load(std::memory_order_relaxed) ||
      !MayMakeSession.exchange(false))
    return Session;
  KeepErrno Keep;
  findFilter();
  if (wire::Session *Own = makeOwnSession())
    useSession(Own);
  return Session;
}

int *KeepErrno::location() { return __errno_location(); }

uint64_t monotonicClock() {
  timespec Time;
  clock_gettime(CLOCK_MONOTONIC, &Time); // vDSO; not interposed.
  return static_cast<uint64_t>(Time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(Time.tv_nsec);
}

uint64_t monotonicClockRarely() { return monotonicClock(); }

Filter seccompFilter() { return Seccomp; }

void noteSeccomp() {
  if (Session && Seccomp != Filter::Own)
    for (uint32_t I = 0; I < Session->HighWater.load(); ++I) {
      wire::Slot *S = wire::slotAt(Session, I);
      if (S->Pid != ProcessId || S->State.load() != wire::Slot::Used)
        continue;
      S->Signal.store(0, std::memory_order_release);
      closeSignalGate(S); // And stays closed.
    }
  Seccomp = Filter::Own;
}

void closeSignalGate(wire::Slot *S) {
  uint64_t End = monotonicClock() + 100'000'000;
  uint32_t Expected = wire::Slot::GateFree;
  while (!S->SignalGate.compare_exchange_strong(Expected,
                                                wire::Slot::GateExec) &&
         Expected != wire::Slot::GateExec && monotonicClock() < End) {
    Expected = wire::Slot::GateFree;
    __builtin_ia32_pause();
  }
}

void giveUp() {
  // Other threads that are in an iteration keep their rights; new ones do not.
  GivenUp.store(true, std::memory_order_relaxed);
  if (wire::Slot *S = Thread.Slot)
    S->State.store(wire::Slot::Ended, std::memory_order_release);
  Thread = ThreadState{};
}
bool hasGivenUp() { return GivenUp.load(std::memory_order_relaxed); }

void *nextSymbol(const char *Name) { return dlsym(RTLD_NEXT, Name); }

void startInChildRarely() { startInChild(); }

wire::Slot *claimSlot(LoopIdentity Loop, uint64_t StackPointer) {
  wire::Slot *S = takeFree();
  if (!S)
    return nullptr;
  // What a former owner left; the watcher has read it before it freed the slot.
  memset(static_cast<void *>(&S->Sequence), 0,
         reinterpret_cast<char *>(&S->State) -
             reinterpret_cast<char *>(&S->Sequence));
  S->Threshold.store(Session->Threshold, std::memory_order_relaxed);
  S->StallHead.store(0, std::memory_order_relaxed);
  S->StallTail.store(0, std::memory_order_relaxed);
  S->SampleRequest.store(0, std::memory_order_relaxed);
  S->SignalGate.store(wire::Slot::GateFree, std::memory_order_relaxed);
  for (auto &Bucket : S->Histogram)
    Bucket.store(0, std::memory_order_relaxed);
  for (auto &Sample : S->Samples)
    Sample.State.store(wire::Sample::Free, std::memory_order_relaxed);
  memset(static_cast<void *>(S->Sites), 0, sizeof(S->Sites));
  S->SiteStack.State.store(wire::Sample::Free, std::memory_order_relaxed);
  S->Pid = ProcessId;
  S->Tid = threadId();
  S->LoopName[0] = 0;
  S->StackLow = S->StackTop = 0;
  if (Seccomp != Filter::Own)
    findOwnStack(S);
  S->Wait = Loop.Kind;
  S->WaitIdentity = Loop.Id;
  S->WaitSp = StackPointer;
  uint64_t Now = now();
  S->Stamp.store(Now, std::memory_order_relaxed);
  S->FirstStamp.store(Now, std::memory_order_relaxed);
  uint32_t Signal = 0;
  if (Seccomp != Filter::Own) {
    if (Session->AllowPtrace && Session->WatcherPid && !underSeccomp())
      rawSyscall(SYS_prctl, PR_SET_PTRACER, Session->WatcherPid);
    if (Session->UseSignal)
      Signal = installSampler();
  }
  S->Signal.store(Signal, std::memory_order_relaxed);
  S->State.store(wire::Slot::Used, std::memory_order_release);
  return S;
}

} // namespace nostall::probe
