//===- Layout.h - the memory that probe and watcher share -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One file, mapped by the watcher and by every process that has the probe: a
// Session header, then Session::Slots slots. A slot belongs to one thread with an
// event loop. The thread is the only writer of its slot but for the fields
// marked "watcher writes", so that an iteration costs plain stores.
//
// An *edge* is the begin or the end of a loop iteration. Sequence is odd inside
// an iteration. A reader takes Sequence, then the fields, then Sequence again,
// and starts over when the two differ.
//
// Times are ticks of Session::Clock unless a name says otherwise. All fields
// have the same size and place on every supported machine; a change of any
// raises Version.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nostall::wire {

inline constexpr uint64_t Magic = 0x4c4c4154534f4e01; // "\1NOSTALL"
inline constexpr uint32_t Version = 6;
/// Slots are few, since the file counts against RLIMIT_AS; the watcher makes
/// more on machines with more processors, up to this.
inline constexpr uint32_t MinSlots = 64, MaxSlots = 1024;
/// What is copied of a stack, from the stack pointer upwards.
inline constexpr uint32_t StackBytes = 64 * 1024;
inline constexpr uint32_t SamplesPerSlot = 2;
inline constexpr uint32_t StallsPerSlot = 64;
/// Places from which a loop makes interposed calls; a power of two.
inline constexpr uint32_t SitesPerSlot = 256;
inline constexpr uint32_t SiteStackBytes = 16 * 1024;
/// The environment variable that names the session's file to the probe.
inline constexpr char FileVariable[] = "NOSTALL_SESSION";
/// With the pid: the file of a program that was started without a watcher.
inline constexpr char OwnSessionPrefix[] = "/dev/shm/nostall.own.";

template <typename T> using Shared = std::atomic<T>;
static_assert(Shared<uint64_t>::is_always_lock_free);

enum class ClockKind : uint32_t {
  Tsc,       ///< The processor's time stamp counter.
  Monotonic, ///< Nanoseconds of CLOCK_MONOTONIC, where the TSC is not to be
             ///< trusted.
};

/// What the loop waits with.
enum class WaitKind : uint32_t {
  None,
  EpollWait,
  EpollPwait,
  EpollPwait2,
  Poll,
  Ppoll,
  Select,
  Pselect,
  IoGetevents,
  IoUring,
  Manual, ///< nostall_loop_enter() and nostall_loop_leave().
};
inline constexpr const char *WaitNames[] = {
    "",       "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll",
    "select", "pselect",    "io_getevents", "io_uring",    "manual"};

/// The registers from which a stack is unwound: those that a call preserves,
/// with the names that the x86-64 psABI gives them. Callee-saved registers
/// suffice at a call; at an interruption the program counter's own frame may
/// need none of the others either (CFI only names these and the CFA).
struct Registers {
  uint64_t Ip, Sp, Bp, Bx, R12, R13, R14, R15;
};

enum class SampleOrigin : uint32_t {
  CallExit, ///< An interposed call that took longer than the threshold.
  Signal,   ///< The watcher's signal, into running code.
};

/// A stack with the registers it starts from. The probe fills it, then sets
/// State to Ready; the watcher reads it and sets State to Free.
struct Sample {
  enum : uint32_t { Free, Filling, Ready };
  Shared<uint32_t> State;
  SampleOrigin Origin;
  uint64_t Sequence; ///< The iteration's.
  uint64_t Begin;    ///< CallExit: when the call began. Signal: when sampled.
  uint64_t End;
  uint32_t Call; ///< Index in Calls.def, plus one; 0: none.
  uint32_t StackSize;
  uint64_t Arguments[3]; ///< The call's first three, as integers.
  Registers At;
  alignas(64) uint8_t Stack[StackBytes];
};

/// What the calls from one return address cost, within iterations. The thread is
/// the only writer. One line of the cache: a call touches one site.
struct alignas(64) CallSite {
  Shared<uint64_t> Caller; ///< Return address; 0: free.
  Shared<uint64_t> Count, Ticks, MaxTicks;
  uint64_t NextLook; ///< The count at which the stack is copied next.
  Shared<uint32_t> Call; ///< Index in Calls.def, plus one; of the first call.
};

/// The stack of a call that was made, however short it was: who calls a library
/// that makes it. Handed over as Sample is.
struct SiteSample {
  Shared<uint32_t> State;
  uint32_t StackSize;
  uint64_t Caller;
  Registers At;
  alignas(64) uint8_t Stack[SiteStackBytes];
};

/// An iteration that took the threshold or longer.
struct FinishedStall {
  uint64_t Sequence;
  uint64_t Begin, End;
  const char *TaskName;      ///< At the end; the target's address.
  uint64_t CallTicks;        ///< Within interposed calls.
  uint64_t LongestCallTicks; ///< The longest one of them,
  uint64_t LongestCallArgument; ///< the first argument,
  uint32_t LongestCall;      ///< and its index, plus one.
  /// The thread's own account at the end, in ns since its start: all 0 when it
  /// could not be read.
  uint64_t RunNs, RunQueueNs, MinorFaults, MajorFaults;
  /// Ready events that the next wait found at once: they waited meanwhile.
  uint32_t Victims;
};

/// Durations, log-linear: eight buckets for each power of two.
inline constexpr unsigned HistogramSubBits = 3;
inline constexpr unsigned HistogramSize = 64 << HistogramSubBits;
inline unsigned bucketOf(uint64_t Value) {
  if (Value < (1u << HistogramSubBits))
    return static_cast<unsigned>(Value);
  unsigned Top = 63 - static_cast<unsigned>(__builtin_clzll(Value));
  unsigned Shift = Top - HistogramSubBits;
  return ((Shift + 1) << HistogramSubBits) |
         ((Value >> Shift) & ((1u << HistogramSubBits) - 1));
}
/// The smallest value of a bucket.
inline uint64_t bucketFloor(unsigned Bucket) {
  unsigned Shift = Bucket >> HistogramSubBits;
  uint64_t Sub = Bucket & ((1u << HistogramSubBits) - 1);
  return Shift ? ((uint64_t(1) << HistogramSubBits) | Sub) << (Shift - 1) : Sub;
}

struct Slot {
  enum : uint32_t { Free, Claiming, Used, Ended };

  // The edge, and the call that the thread is in.
  alignas(64) Shared<uint64_t> Sequence;
  Shared<uint64_t> Stamp; ///< When the last edge was.
  Shared<uint32_t> Call;  ///< Index in Calls.def, plus one; 0: none.
  Shared<uint32_t> CallNumber; ///< Changes with every call.
  Shared<uint64_t> CallStamp;
  uint64_t CallArguments[3]; ///< The first three, as integers.
  Registers CallEntry;

  // Of the iteration under way, and what every one adds to: one line of the
  // cache. How many iterations and calls there were, and how long the loop was
  // idle, follows from the rest.
  alignas(64) uint64_t CallTicks;
  uint64_t LongestCallTicks;    ///< 0: there was no call; the next two are old.
  uint64_t LongestCallArgument;
  uint32_t LongestCall;
  Shared<uint32_t> StallPending; ///< The last stall's victims are not known yet.
  Shared<const char *> TaskName; ///< nostall_task_begin(); target's address.
  Shared<uint64_t> BusyTicks;
  /// The longest iteration since the watcher set it to 0 (it may lose one then).
  Shared<uint64_t> WindowMaxTicks;
  Shared<uint64_t> Threshold; ///< Session::Threshold; the watcher writes it too.

  // Totals of what is rare.
  alignas(64) Shared<uint64_t> MaxBusyTicks; ///< The longest iteration.
  Shared<uint64_t> LateTicks, MaxLateTicks, LateWaits; ///< Timeouts' lateness.
  Shared<uint64_t> LostCalls;     ///< Calls of which there is no CallSite.
  Shared<uint64_t> DroppedStalls; ///< The ring was full.
  Shared<uint64_t> DroppedSamples;
  Shared<uint64_t> Resumed; ///< Calls gone on with after our signal.
  Shared<uint64_t> FirstStamp;
  /// Iterations that turned out to be none, and time in neither an iteration nor
  /// a wait.
  Shared<uint64_t> DroppedIterations, OtherTicks;

  // Identity.
  alignas(64) Shared<uint32_t> State;
  int32_t Pid, Tid;
  WaitKind Wait;
  int64_t WaitIdentity; ///< The descriptor, or the call site's address.
  uint64_t WaitSp;      ///< Stack pointer at the wait.
  /// The thread's own stack, as it was mapped when the slot was claimed; 0: not
  /// known. A loop may run on another one, a fiber's.
  uint64_t StackLow, StackTop;
  uint64_t ProbeBase;   ///< Where the probe is loaded there.
  /// Of nostall_loop_enter(), cut to fit; empty: none. Written before State is
  /// Used, or by a thread that becomes a loop of this name later.
  char LoopName[32];

  // Stalls: the thread writes at StallHead, the watcher reads at StallTail.
  alignas(64) Shared<uint64_t> StallHead;
  alignas(64) Shared<uint64_t> StallTail; ///< watcher writes
  FinishedStall Stalls[StallsPerSlot];

  /// Real-time signal to sample this thread with; 0: none.
  alignas(64) Shared<uint32_t> Signal;
  /// Who may send it: taken by the watcher until its signal was handled, by the
  /// thread before execve(), since a pending signal would kill the new program.
  enum : uint32_t { GateFree, GateWatcher, GateExec };
  Shared<uint32_t> SignalGate;
  /// watcher writes: the iteration to sample by signal; the handler answers
  /// only when it is this one.
  Shared<uint64_t> SampleRequest;

  Shared<uint64_t> Histogram[HistogramSize];
  Sample Samples[SamplesPerSlot];
  alignas(64) CallSite Sites[SitesPerSlot];
  SiteSample SiteStack;

  /// Finished ones: Sequence grows by one at either edge.
  uint64_t iterations() const {
    return Sequence.load(std::memory_order_relaxed) / 2 -
           DroppedIterations.load(std::memory_order_relaxed);
  }
};

struct Session {
  uint64_t Magic;
  uint32_t Version;
  uint32_t SlotSize;
  uint32_t Slots;
  ClockKind Clock;
  uint64_t Threshold;    ///< In ticks; watcher writes.
  double TicksPerNs;     ///< watcher writes
  int32_t WatcherPid;    ///< 0: none.
  uint32_t AllowPtrace;  ///< Yama restricts: the probe names the watcher.
  uint32_t UseSignal;    ///< Whether running threads are sampled by signal.
  uint32_t CallCount;    ///< Size of Calls.def: probe and watcher must agree.
  uint64_t PidNamespace; ///< Of who made it: its pids mean something there.
  /// Not 0: the watcher sleeps on this futex; the next iteration wakes it.
  alignas(64) Shared<uint32_t> Parked;
  alignas(64) Shared<uint32_t> HighWater; ///< Slots ever used.
  Shared<uint32_t> Processes;             ///< With the probe loaded.
  Shared<uint64_t> SlotsExhausted;        ///< Loops that found no free slot.
  Shared<uint64_t> PollsNotLoops; ///< Waits of threads that are no loop.
};

inline constexpr size_t slotOffset(uint32_t Index) {
  return 4096 + size_t(Index) * ((sizeof(Slot) + 4095) / 4096 * 4096);
}
inline constexpr size_t fileSize(uint32_t Slots) { return slotOffset(Slots); }
inline Slot *slotAt(Session *S, uint32_t Index) {
  return reinterpret_cast<Slot *>(reinterpret_cast<char *>(S) +
                                  slotOffset(Index));
}
static_assert(sizeof(Session) <= 4096);

} // namespace nostall::wire
