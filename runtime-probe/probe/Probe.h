//===- Probe.h - the state of the probe in its host -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The probe runs in somebody else's program: it uses libc only, starts no
// thread, keeps no descriptor open and allocates nothing once it is set up, never
// throws, and leaves errno as the wrapped call left it. What it cannot do it
// counts in the session.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "probe/Arch.h"

#define NOSTALL_EXPORT extern "C" __attribute__((visibility("default")))
#define NOSTALL_LIKELY(X) __builtin_expect(!!(X), 1)
#define NOSTALL_UNLIKELY(X) __builtin_expect(!!(X), 0)
/// A function for what is rare. It keeps the registers that calls may change, so
/// that the code around it, which is run all the time, has none to save.
#if __has_attribute(preserve_most)
#define NOSTALL_RARE __attribute__((cold, noinline, preserve_most))
#else
#define NOSTALL_RARE __attribute__((cold, noinline))
#endif

namespace nostall::probe {

/// A call's place in Calls.def.
enum CallIndex : uint32_t {
#define NOSTALL_CALL(NAME, CATEGORY, RESUME, RETURN, PARAMS, ARGS) Call_##NAME,
#define NOSTALL_OWN(NAME, CATEGORY) Call_##NAME,
#define NOSTALL_ALIAS(SYMBOL, NAME, RETURN, PARAMS, ARGS)
#include "probe/Calls.def"
#undef NOSTALL_CALL
#undef NOSTALL_OWN
#undef NOSTALL_ALIAS
  CallCount
};

/// What a thread waits with, and on: the same again is the loop's next edge.
struct LoopIdentity {
  wire::WaitKind Kind = wire::WaitKind::None;
  int64_t Id = 0; ///< The descriptor, or the address that called poll().
  friend bool operator==(LoopIdentity, LoopIdentity) = default;
};

/// One per thread. Constant initialised, in static TLS: no code runs and
/// nothing is allocated when a thread first touches it.
struct ThreadState {
  /// The thread's slot while it is inside an iteration, else null: the only
  /// thing that a wrapped call looks at outside of one.
  wire::Slot *Active = nullptr;
  wire::Slot *Slot = nullptr;
  LoopIdentity Loop, Candidate;
  uint32_t ForeignWaits = 0; ///< Waits of others since the loop's last edge.
  uint32_t Signals = 0;      ///< Times the sampler's handler ran.
  uint32_t ManualDepth = 0;
  void *SelectCaller = nullptr; ///< Where select() was called from last,
  uint32_t SelectLooks = 0;     ///< how often its sets were looked at,
  bool SelectsTwo = false;      ///< and whether they had two descriptors.
};
// Hidden where they are declared, too: else they are looked for in a table.
#pragma GCC visibility push(hidden)
extern __thread ThreadState Thread
    __attribute__((tls_model("initial-exec")));

extern wire::Session *Session; ///< Null: no watcher, the probe does nothing.
/// Session::Clock, nearer: the session's page is one more to have in the cache.
extern bool UsesTsc;
#pragma GCC visibility pop

uint64_t monotonicClock();
NOSTALL_RARE uint64_t monotonicClockRarely();
inline uint64_t now() {
  return NOSTALL_LIKELY(UsesTsc) ? readTsc() : monotonicClockRarely();
}

// Session.cpp

/// A page that the kernel clears in a forked child, however it was forked.
struct ProcessPage {
  uint64_t Alive;
};
extern ProcessPage *Process __attribute__((visibility("hidden")));
NOSTALL_RARE void startInChildRarely();
/// False in a forked child that has not been set up anew: the slot that Thread
/// names is the parent's.
inline bool isOwnProcess() {
  if (NOSTALL_LIKELY(Process->Alive))
    return true;
  startInChildRarely();
  return false;
}
/// Gives the thread a slot; null when there is none.
wire::Slot *claimSlot(LoopIdentity Loop, uint64_t StackPointer);
/// What system calls the probe may make by itself.
enum class Filter : uint32_t {
  None,
  /// Inherited: it lets programs start, so what the dynamic linker and libc do
  /// then is allowed (open, read, close, map a file, set a signal handler).
  Inherited,
  Own, ///< The program's: whatever it does not do itself may kill it.
};
Filter seccompFilter();
inline bool underSeccomp() { return seccompFilter() != Filter::None; }
/// To be called before the program installs a filter: ends the sampling by
/// signal too, since the handler's return is a system call.
void noteSeccomp();
/// Waits until no signal of the watcher's is under way, and lets none come. There
/// is a bound, should the watcher have died meanwhile.
void closeSignalGate(wire::Slot *S);
/// The thread is about to give up reading the TSC, or all but four system calls
/// (strict seccomp, which takes the TSC too): nothing is measured from here on.
void giveUp();
bool hasGivenUp();
/// The next definition of a symbol, resolved once. Aborts nothing: null when no
/// library has it.
void *nextSymbol(const char *Name);

/// The session, made on the spot when there is no watcher; null: none.
wire::Session *needSession();

// OwnSession.cpp
wire::Session *makeOwnSession();

// Edges.cpp

/// The end of an iteration: the loop is about to wait.
void endIteration(wire::Slot *S);
/// The begin of one. Ready: events that the wait brought, or -1. TimeoutTicks: what
/// was asked for, or -1 when there was no end.
void beginIteration(wire::Slot *S, int Ready, int64_t TimeoutNs);

// Sampling.cpp

/// Copies the stack from At.Sp upwards, and At, into a free sample of the slot.
void copySample(wire::Slot *S, wire::SampleOrigin Origin,
                const wire::Registers &At, uint64_t Begin, uint64_t End,
                uint32_t Call);
/// The same for the place that made a call, without a system call; does nothing
/// while the last one has not been fetched. False then.
bool copySiteStack(wire::Slot *S, uint64_t Caller, const wire::Registers &At);
/// Notes where the stack of this thread, the slot's, ends. A few system calls.
void findOwnStack(wire::Slot *S);
/// False when it is not mapped. One system call.
bool copyMemory(void *Into, const void *From, size_t Size);
/// Finds a free real-time signal and puts the sampler's handler there; 0: none.
uint32_t installSampler();

// Session.cpp

/// Nothing for the program to see but what it asked for: errno is kept.
class KeepErrno {
  int Saved;

public:
  KeepErrno() : Saved(*location()) {}
  ~KeepErrno() { *location() = Saved; }
  static int *location();
};

} // namespace nostall::probe
