//===- Sampling.cpp - copies of registers and stack -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The handler of the sampler's signal, and the wrappers that keep it out of the
// program's sight. The handler copies and returns: it takes no lock, allocates
// nothing and walks no stack; unwinding is done outside.
//
//===----------------------------------------------------------------------===//

#include "probe/Probe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>

extern "C" void *__libc_stack_end;

namespace nostall::probe {
namespace {

/// The signal that our handler is on; 0: none. Written once for a process; set
/// back to 0 when the program wants that signal itself.
wire::Shared<uint32_t> SamplerSignal;
/// The disposition that the program believes to be in force.
struct sigaction Believed;

using SigactionFunction = int (*)(int, const struct sigaction *,
                                  struct sigaction *);
SigactionFunction realSigaction() {
  static auto *Real =
      reinterpret_cast<SigactionFunction>(nextSymbol("sigaction"));
  return Real;
}

/// Never faults: what is not mapped is not copied. One system call.
uint32_t copyByKernel(void *Into, uint64_t From, uint32_t Size) {
  iovec Local = {Into, Size};
  iovec Remote = {reinterpret_cast<void *>(From), Size};
  long Copied = rawSyscall(SYS_process_vm_readv, rawSyscall(SYS_getpid),
                           reinterpret_cast<long>(&Local), 1,
                           reinterpret_cast<long>(&Remote), 1, 0);
  return Copied > 0 ? static_cast<uint32_t>(Copied) : 0;
}

/// How much is mapped from Sp upwards, as far as it can be told without asking
/// the kernel: the rest of the thread's own stack, and of any other one (a
/// coroutine's, a signal stack) its page only.
uint32_t certainlyMapped(const wire::Slot *S, uint64_t Sp) {
  uint64_t Top = (Sp | 4095) + 1;
  if (Sp >= S->StackLow && Sp < S->StackTop)
    Top = S->StackTop;
  uint64_t Size = Top - Sp;
  return static_cast<uint32_t>(Size < wire::StackBytes ? Size
                                                       : wire::StackBytes);
}

/// Reads hexadecimal digits of /proc/self/maps, which may end within a number.
struct MapsParser {
  uint64_t Begin = 0, End = 0;
  enum { InBegin, InEnd, InRest } Part = InBegin;

  /// True at the end of a line's range.
  bool add(char C) {
    if (Part == InRest) {
      if (C == '\n') {
        Part = InBegin;
        Begin = End = 0;
      }
      return false;
    }
    if (C == '-' || C == ' ') {
      Part = C == '-' ? InEnd : InRest;
      return C == ' ';
    }
    uint64_t Digit = static_cast<uint64_t>(C <= '9' ? C - '0' : C - 'a' + 10);
    uint64_t &Number = Part == InBegin ? Begin : End;
    Number = Number << 4 | Digit;
    return false;
  }
};

wire::Sample *takeSample(wire::Slot *S) {
  for (auto &Sample : S->Samples) {
    uint32_t Expected = wire::Sample::Free;
    if (Sample.State.compare_exchange_strong(
            Expected, wire::Sample::Filling, std::memory_order_acq_rel))
      return &Sample;
  }
  S->DroppedSamples.fetch_add(1, std::memory_order_relaxed);
  return nullptr;
}

void handler(int Number, siginfo_t *Info, void *Context) {
  KeepErrno Keep;
  ++Thread.Signals;
  wire::Slot *S = Thread.Slot;
  if (!S || !Session)
    return;
  uint64_t Request = S->SampleRequest.load(std::memory_order_acquire);
  if (Request && Request == S->Sequence.load(std::memory_order_relaxed)) {
    uint64_t Now = now();
    copySample(S, wire::SampleOrigin::Signal,
               registersOf(static_cast<const ucontext_t *>(Context)), Now, Now,
               S->Call.load(std::memory_order_relaxed));
  }
  S->SampleRequest.store(0, std::memory_order_release);
  (void)Number;
  (void)Info;
}

/// The kernel's view, not our wrapper's.
bool isDefault(int Number) {
  struct sigaction Old;
  SigactionFunction Real = realSigaction();
  return Real && Real(Number, nullptr, &Old) == 0 &&
         !(Old.sa_flags & SA_SIGINFO) && Old.sa_handler == SIG_DFL;
}

} // namespace

void copySample(wire::Slot *S, wire::SampleOrigin Origin,
                const wire::Registers &At, uint64_t Begin, uint64_t End,
                uint32_t Call) {
  wire::Sample *Into = takeSample(S);
  if (!Into)
    return;
  Into->Origin = Origin;
  Into->Sequence = S->Sequence.load(std::memory_order_relaxed);
  Into->Begin = Begin;
  Into->End = End;
  Into->Call = Call;
  for (int I = 0; I < 3; ++I)
    Into->Arguments[I] = S->CallArguments[I];
  Into->At = At;
  if (underSeccomp()) {
    uint32_t Size = certainlyMapped(S, At.Sp);
    memcpy(Into->Stack, reinterpret_cast<const void *>(At.Sp), Size);
    Into->StackSize = Size;
  } else {
    Into->StackSize = copyByKernel(Into->Stack, At.Sp, wire::StackBytes);
  }
  Into->State.store(wire::Sample::Ready, std::memory_order_release);
}

bool copySiteStack(wire::Slot *S, uint64_t Caller, const wire::Registers &At) {
  wire::SiteSample &Into = S->SiteStack;
  if (Into.State.load(std::memory_order_acquire) != wire::Sample::Free)
    return false;
  uint32_t Size = certainlyMapped(S, At.Sp);
  if (Size > wire::SiteStackBytes)
    Size = wire::SiteStackBytes;
  // Word by word: memcpy may be a sanitizer's, to which these are other
  // functions' variables.
  auto *To = reinterpret_cast<uint64_t *>(Into.Stack);
  auto *From = reinterpret_cast<const uint64_t *>(At.Sp);
  for (uint32_t I = 0; I < Size / 8; ++I) {
    To[I] = From[I];
    __asm__ volatile("" ::: "memory"); // Or it becomes a memcpy.
  }
  Into.StackSize = Size / 8 * 8;
  Into.Caller = Caller;
  Into.At = At;
  Into.State.store(wire::Sample::Ready, std::memory_order_release);
  return true;
}

void findOwnStack(wire::Slot *S) {
  S->StackLow = S->StackTop = 0;
  bool IsMain = S->Pid == S->Tid;
  // glibc places a thread's control block at the upper end of its stack.
  uint64_t Top = IsMain ? reinterpret_cast<uint64_t>(__libc_stack_end)
                        : threadControlBlock();
  long Fd = rawSyscall(SYS_openat, AT_FDCWD,
                       reinterpret_cast<long>("/proc/self/maps"),
                       O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return;
  MapsParser Maps;
  char Text[1024];
  long Size;
  while (!S->StackTop &&
         (Size = rawSyscall(SYS_read, Fd, reinterpret_cast<long>(Text),
                            sizeof(Text))) > 0)
    for (long I = 0; I < Size; ++I)
      if (Maps.add(Text[I]) && Maps.Begin <= Top && Top < Maps.End) {
        // The main thread's grows: the kernel keeps a megabyte below it free.
        constexpr uint64_t Growth = 512 * 1024;
        S->StackLow = Maps.Begin - (IsMain ? Growth : 0);
        S->StackTop = Top;
        break;
      }
  rawSyscall(SYS_close, Fd);
}

bool copyMemory(void *Into, const void *From, size_t Size) {
  return copyByKernel(Into, reinterpret_cast<uint64_t>(From),
                      static_cast<uint32_t>(Size)) == Size;
}

uint32_t installSampler() {
  KeepErrno Keep;
  uint32_t Already = SamplerSignal.load(std::memory_order_acquire);
  if (Already)
    return Already;
  // From the upper end but for the last few, which programs that count down
  // from SIGRTMAX take first.
  for (int Number = SIGRTMAX - 5; Number > SIGRTMIN + 8; --Number) {
    if (!isDefault(Number))
      continue;
    struct sigaction Ours;
    memset(&Ours, 0, sizeof(Ours));
    Ours.sa_sigaction = handler;
    Ours.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&Ours.sa_mask);
    memset(&Believed, 0, sizeof(Believed));
    if (realSigaction()(Number, &Ours, nullptr) != 0)
      return 0;
    SamplerSignal.store(static_cast<uint32_t>(Number),
                        std::memory_order_release);
    return static_cast<uint32_t>(Number);
  }
  return 0;
}

namespace {

/// The program sets or asks for the disposition of the signal that we use.
/// What it reads is what it would be without us; what it sets to a handler of
/// its own, or to be ignored (children inherit that), it gets, and we sample
/// by signal no more.
int programsSigaction(int Number, const struct sigaction *New,
                      struct sigaction *Old) {
  if (Old)
    *Old = Believed;
  if (!New)
    return 0;
  if (!(New->sa_flags & SA_SIGINFO) && New->sa_handler == SIG_DFL) {
    Believed = *New;
    return 0;
  }
  SamplerSignal.store(0, std::memory_order_release);
  if (Session)
    for (uint32_t I = 0; I < Session->HighWater.load(); ++I) {
      wire::Slot *S = wire::slotAt(Session, I);
      if (Thread.Slot && S->Pid == Thread.Slot->Pid)
        S->Signal.store(0, std::memory_order_release);
    }
  return realSigaction()(Number, New, nullptr);
}

} // namespace
} // namespace nostall::probe

using namespace nostall::probe;

NOSTALL_EXPORT int wrap_sigaction(int Number, const struct sigaction *New,
                                  struct sigaction *Old) __asm__("sigaction");
int wrap_sigaction(int Number, const struct sigaction *New,
                   struct sigaction *Old) {
  SigactionFunction Real = realSigaction();
  if (NOSTALL_UNLIKELY(Number > 0 &&
                       static_cast<uint32_t>(Number) ==
                           SamplerSignal.load(std::memory_order_relaxed)))
    return programsSigaction(Number, New, Old);
  return Real(Number, New, Old);
}

namespace {
using SignalFunction = sighandler_t (*)(int, sighandler_t);

sighandler_t wrapSignal(const char *Name, SignalFunction &Real, int Number,
                        sighandler_t Handler) {
  if (NOSTALL_UNLIKELY(!Real))
    Real = reinterpret_cast<SignalFunction>(nextSymbol(Name));
  if (NOSTALL_UNLIKELY(Number > 0 &&
                       static_cast<uint32_t>(Number) ==
                           SamplerSignal.load(std::memory_order_relaxed))) {
    struct sigaction Old;
    wrap_sigaction(Number, nullptr, &Old);
    if (Handler == SIG_DFL)
      return Old.sa_handler;
    struct sigaction New;
    memset(&New, 0, sizeof(New));
    New.sa_handler = SIG_IGN;
    wrap_sigaction(Number, &New, nullptr); // Gives the signal up.
    Real(Number, Handler);
    return Old.sa_handler;
  }
  return Real(Number, Handler);
}
} // namespace

#define NOSTALL_SIGNAL(NAME)                                                   \
  NOSTALL_EXPORT sighandler_t wrap_##NAME(int, sighandler_t) __asm__(#NAME);   \
  sighandler_t wrap_##NAME(int Number, sighandler_t Handler) {                 \
    static SignalFunction Real;                                                \
    return wrapSignal(#NAME, Real, Number, Handler);                           \
  }
NOSTALL_SIGNAL(signal)
NOSTALL_SIGNAL(bsd_signal)
NOSTALL_SIGNAL(ssignal)
NOSTALL_SIGNAL(__sysv_signal)
NOSTALL_SIGNAL(sysv_signal)
