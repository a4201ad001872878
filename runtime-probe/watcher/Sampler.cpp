//===- Sampler.cpp - looks at a thread during a stall -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Sampler.h"
#include "watcher/Calls.h"

#include <cerrno>
#include <cstring>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace nostall {
namespace {

// The watching thread has other loops to look at.
constexpr int PerfWaitMs = 1, OwnerWaitMs = 2;

} // namespace

Sampler::Sampler(wire::Slot &S, ThreadNumbers Who, const TickClock &Clock,
                 const ThreadInfo &Thread, WatchTotals &Totals, bool UsePerf)
    : S(S), Clock(Clock), Thread(Thread), Totals(Totals), Pid(Who.Pid),
      Tid(Who.Tid), MayUsePerf(UsePerf), Memory(Who.Pid) {}

bool Sampler::copyStack(StackCopy &Copy) {
  Copy.Bytes.resize(wire::StackBytes);
  size_t Size = readMemory(Pid, Copy.At.Sp, Copy.Bytes.data(),
                           wire::StackBytes);
  Copy.Bytes.resize(Size);
  if (!Size && errno == EPERM) {
    MayReadMemory = false;
    Totals.note("process " + std::to_string(Pid) + " (" + commOf(Pid) +
                ") does not let us read its memory: of blocked threads there is "
                "a stack only when their call returns, and no lock's holder; "
                "CAP_SYS_PTRACE would help");
  }
  return Size != 0;
}

std::vector<InterpreterFrame> Sampler::interpreterFrames(pid_t Of) {
  // A program that has an interpreter may load it late; looking costs a
  // millisecond, so not for ever.
  if (!Python && PythonTries < 8) {
    ++PythonTries;
    Python = PythonProcess::find(Pid, Memory);
  }
  std::vector<InterpreterFrame> Result;
  if (Python)
    for (PythonFrame &F : Python->frames(Of))
      Result.push_back({std::move(F.Function), std::move(F.File), F.Line,
                        F.IsEntry});
  return Result;
}

/// Who holds the lock that the call waits for: glibc writes it down there.
void Sampler::addOwner(TakenSample &Sample, uint32_t Call,
                       const uint64_t *Arguments) {
  const InterposedCall *C = interposedCall(Call);
  if (!C || strcmp(C->Category, "lock") != 0 || !MayReadMemory)
    return;
  size_t At;
  if (strncmp(C->Name, "pthread_mutex", 13) == 0 ||
      strncmp(C->Name, "mtx_", 4) == 0)
    At = offsetof(pthread_mutex_t, __data.__owner);
  else if (strncmp(C->Name, "pthread_rwlock", 14) == 0)
    At = offsetof(pthread_rwlock_t, __data.__cur_writer);
  else
    return;
  int32_t Owner = 0;
  if (readMemory(Pid, Arguments[0] + At, &Owner, sizeof(Owner)) !=
          sizeof(Owner) ||
      Owner <= 0)
    return;
  Sample.OwnerTid = Owner;
  ThreadInfo Holder(Pid, Owner);
  std::optional<SyscallReading> Where = Holder.syscall();
  Sample.OwnerInterpreter = interpreterFrames(Owner);
  if (Where && !Where->Running && Where->Sp) {
    StackCopy Copy;
    Copy.AllRegisters = false;
    Copy.At.Ip = Where->Pc;
    Copy.At.Sp = Where->Sp;
    if (copyStack(Copy))
      Sample.Owner = std::move(Copy);
  } else if (MayUsePerf) {
    Sample.Owner = PerfSample(Owner).take(OwnerWaitMs);
  }
}

/// The thread is inside an interposed call: its registers at the call's entry
/// are in the slot, and the caller's stack stands still.
std::optional<TakenSample> Sampler::fromCall() {
  uint32_t Call = S.Call.load(std::memory_order_acquire);
  uint32_t Number = S.CallNumber.load(std::memory_order_acquire);
  if (!Call)
    return std::nullopt;
  TakenSample T;
  T.BeginNs = Clock.toNs(S.CallStamp.load(std::memory_order_relaxed));
  T.Stack.At = S.CallEntry;
  uint64_t Arguments[3] = {S.CallArguments[0], S.CallArguments[1],
                           S.CallArguments[2]};
  bool Copied = MayReadMemory && copyStack(T.Stack);
  if (S.Call.load(std::memory_order_acquire) != Call ||
      S.CallNumber.load(std::memory_order_acquire) != Number)
    return std::nullopt;
  if (const InterposedCall *C = interposedCall(Call))
    T.Call = C->Name;
  T.Category = category(Call, Arguments[0]);
  T.How = "remote";
  T.EndNs = monotonicNs();
  if (!Copied)
    T.Stack = StackCopy();
  T.Interpreter = interpreterFrames(Tid);
  addOwner(T, Call, Arguments);
  ++(Copied ? Totals.Remote : Totals.Failed);
  return T;
}

/// Blocked in a system call that no wrapper saw: two registers are known.
std::optional<TakenSample>
Sampler::fromSyscall(const SyscallReading &Reading) {
  TakenSample T;
  T.BeginNs = T.EndNs = monotonicNs();
  T.How = "syscall";
  T.Syscall = Reading.Number;
  T.Stack.AllRegisters = false;
  T.Stack.At.Ip = Reading.Pc;
  T.Stack.At.Sp = Reading.Sp;
  if (!MayReadMemory || !copyStack(T.Stack)) {
    ++Totals.Failed;
    return std::nullopt;
  }
  T.Interpreter = interpreterFrames(Tid);
  ++Totals.Remote;
  return T;
}

std::optional<TakenSample> Sampler::byPerf(uint64_t Sequence) {
  Perf = std::make_unique<PerfSample>(Tid);
  PerfSequence = Sequence;
  if (!Perf->isOpen()) {
    Perf = nullptr;
    MayUsePerf = false; // Another user's, as a rule.
    Totals.note("process " + std::to_string(Pid) + " (" + commOf(Pid) +
                ") may not be sampled by perf: " +
                (S.Signal.load() ? "a signal is used instead"
                                 : "there are no stacks of its computing") +
                "; CAP_PERFMON would help");
    return std::nullopt;
  }
  if (std::optional<StackCopy> Copy = Perf->take(PerfWaitMs))
    return fromPerf(std::move(*Copy));
  return std::nullopt; // It waits for a CPU: isPending().
}

TakenSample Sampler::fromPerf(StackCopy Copy) {
  Perf = nullptr;
  TakenSample T;
  T.BeginNs = T.EndNs = monotonicNs();
  T.How = "perf";
  T.State = 'R';
  T.Stack = std::move(Copy);
  T.Interpreter = interpreterFrames(Tid);
  ++Totals.Perf;
  return T;
}

std::optional<TakenSample> Sampler::takePending(uint64_t Sequence) {
  if (!Perf)
    return std::nullopt;
  if (PerfSequence != Sequence) {
    Perf = nullptr; // The iteration that it was for is over.
    ++Totals.Failed;
    return std::nullopt;
  }
  if (std::optional<StackCopy> Copy = Perf->take(0))
    return fromPerf(std::move(*Copy));
  return std::nullopt;
}

void Sampler::sendSignal(uint64_t Sequence) {
  auto Number = static_cast<int>(S.Signal.load(std::memory_order_acquire));
  if (!Number || !MaySignal || SignalPending || !Thread.takesSignal(Number)) {
    ++Totals.Failed;
    return;
  }
  uint32_t Expected = wire::Slot::GateFree;
  if (!S.SignalGate.compare_exchange_strong(Expected, wire::Slot::GateWatcher))
    return; // It is about to exec.
  S.SampleRequest.store(Sequence, std::memory_order_release);
  siginfo_t Info;
  memset(&Info, 0, sizeof(Info));
  Info.si_signo = Number;
  Info.si_code = SI_QUEUE;
  Info.si_pid = getpid();
  // A last look: the call that it has entered meanwhile is left in peace.
  bool Sent = S.Call.load(std::memory_order_acquire) == 0 &&
              S.Sequence.load(std::memory_order_acquire) == Sequence;
  if (Sent && syscall(SYS_rt_tgsigqueueinfo, Pid, Tid, Number, &Info) != 0) {
    Sent = false;
    MaySignal = errno != EPERM;
  }
  if (!Sent) {
    S.SampleRequest.store(0, std::memory_order_release);
    S.SignalGate.store(wire::Slot::GateFree, std::memory_order_release);
    ++Totals.Failed;
    return;
  }
  SignalPending = true;
}

bool Sampler::isPending() {
  if (SignalPending && S.SampleRequest.load(std::memory_order_acquire) == 0) {
    SignalPending = false;
    S.SignalGate.store(wire::Slot::GateFree, std::memory_order_release);
  }
  return SignalPending || Perf;
}

std::optional<TakenSample> Sampler::look(uint64_t Sequence,
                                         StallFacts &Facts) {
  std::optional<FaultReading> Now = Thread.faults();
  if (!Now)
    return std::nullopt;
  ++Facts.Looks;
  Facts.SeenStopped += Now->State == 'T';
  Facts.SeenRunning += Now->State == 'R';
  Facts.SeenTraced += Now->State == 't';
  std::optional<TakenSample> Result;
  if (S.Call.load(std::memory_order_acquire)) {
    Facts.SeenInKernel += Now->State == 'R';
    Result = fromCall();
  } else if (Now->State == 'R') {
    if (MayUsePerf && !Perf)
      Result = byPerf(Sequence);
    if (!Result && !Perf)
      sendSignal(Sequence);
  } else if (std::optional<SyscallReading> Where = Thread.syscall()) {
    if (Where->Number == -1 && !Where->Running) {
      // A fault is taken again after a signal, so it is harmless; and it brings
      // all registers.
      ++Facts.SeenFaulting;
      sendSignal(Sequence);
      if (!SignalPending)
        Result = fromSyscall(*Where);
    } else if (!Where->Running) {
      Facts.BlockedIn = Where->Number;
      Result = fromSyscall(*Where);
    }
  }
  if (Result)
    Result->State = Now->State;
  return Result;
}

TakenSample Sampler::fromThread(const wire::Sample &Sample) {
  TakenSample T;
  T.IsCallExit = Sample.Origin == wire::SampleOrigin::CallExit;
  T.BeginNs = Clock.toNs(Sample.Begin);
  T.EndNs = Clock.toNs(Sample.End);
  if (const InterposedCall *C = interposedCall(Sample.Call))
    T.Call = C->Name;
  T.How = T.IsCallExit ? "call-exit" : "signal";
  T.Stack.At = Sample.At;
  T.Stack.Bytes.assign(Sample.Stack,
                       Sample.Stack + std::min(Sample.StackSize,
                                               wire::StackBytes));
  if (!T.IsCallExit)
    T.Interpreter = interpreterFrames(Tid);
  ++(T.IsCallExit ? Totals.CallExit : Totals.Signal);
  return T;
}

std::string Sampler::category(uint32_t Call, uint64_t FirstArgument) {
  const InterposedCall *C = interposedCall(Call);
  if (!C)
    return "";
  // Of these the first argument is a descriptor.
  static const char *const OnDescriptors[] = {
      "read",  "readv",   "write", "writev",   "pread",  "pread64", "close",
      "recv",  "recvmsg", "send",  "recvfrom", "sendto", "sendmsg",
      "fsync", "dprintf"};
  for (const char *Name : OnDescriptors)
    if (strcmp(Name, C->Name) == 0)
      return categoryOfDescriptor(
          descriptorTarget(Pid, static_cast<int>(FirstArgument)), C->Category);
  return C->Category;
}

} // namespace nostall
