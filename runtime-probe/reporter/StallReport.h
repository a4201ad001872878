//===- StallReport.h - what the reporter found out --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain values: renderers print them, and stalls can be joined with findings of
// the static analysis without knowing traces or symbols. All text is valid
// UTF-8 without control characters, wherever it came from.
//
// A *stall* is one iteration of an event loop that lasted the threshold or
// longer. Stalls with one cause in one place are of one *kind*.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nostall::report {

/// One function of a stack. Function is named as in findings: qualified,
/// without template arguments and parameters; "lambda in Session::run". It is
/// empty where nothing is known but the module.
struct Frame {
  std::string Function;
  std::string File; ///< Relative to the working directory if it lies below.
  uint32_t Line = 0;
  std::string Module;   ///< Path of the program or library.
  bool Inlined = false; ///< Into the next frame.
};
/// Innermost first.
using Stack = std::vector<Frame>;

/// What one thread had of a kind of stall.
struct ThreadShare {
  std::string Thread;
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
};

/// Where the time of stalls went, as far as the kernel told.
struct TimeSplit {
  uint64_t RunNs = 0;      ///< On a CPU.
  uint64_t RunqueueNs = 0; ///< Ready, waiting for a CPU.
  uint64_t CallNs = 0;     ///< Within interposed calls.
  uint64_t MinorFaults = 0;
  uint64_t MajorFaults = 0;
};

/// How the stack of a stall meets a finding.
enum class MatchKind : uint8_t {
  Exact, ///< The same functions and lines.
  Moved, ///< The same functions; the code has moved, or a call has many lines.
  Sink,  ///< The same blocking call, reached another way.
};

/// A finding that predicted stalls.
struct Prediction {
  std::string Fingerprint;
  MatchKind How = MatchKind::Exact;
  std::string Label; ///< For people: "nostall-blocking-call at storage.cpp:40"
};

/// Why no finding predicted them.
struct NotPredicted {
  std::string Reason; ///< docs/formats.md lists them.
  std::string Text;   ///< One sentence.
  int32_t Frame = -1; ///< Index of the frame that it is about.
};

/// A kind of stall.
struct Signature {
  /// 16 hexadecimal digits of the cause, the call and the functions' names: the
  /// same in every run and build that has these names.
  std::string Id;
  std::string Cause; ///< "file", "cpu", "runqueue", ...
  std::string Call;  ///< The libc function it was blocked in; may be empty.
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
  uint64_t MaxNs = 0;
  uint64_t P99Ns = 0;
  bool P99Exact = true; ///< Otherwise P99Ns is an upper bound.
  uint64_t Victims = 0; ///< Events that were ready and waited meanwhile.
  TimeSplit Split;
  Stack Frames;           ///< Of the longest stall. Empty: none was taken.
  bool Truncated = false; ///< Frames do not reach the thread's start.
  Stack OwnerFrames;      ///< Of the lock's holder.
  std::string Owner;      ///< The holder: "thread 1234"; may be empty.
  std::string Task;       ///< Of the longest stall, where the program named it.
  std::vector<ThreadShare> Threads; ///< By name.
  // Where there were findings to compare with, one of the two.
  std::vector<Prediction> PredictedBy;
  std::optional<NotPredicted> Unpredicted;
};

struct Stall {
  std::string SignatureId;
  uint32_t Trace = 0; ///< Index in StallReport::Traces.
  int32_t Pid = 0;
  int32_t Tid = 0;
  uint64_t StartNs = 0; ///< CLOCK_MONOTONIC of its host.
  uint64_t DurationNs = 0;
  std::string Cause;
  std::string Task;
  TimeSplit Split;
  bool Unfinished = false; ///< Had not ended when the trace did.
};

/// What a loop did over time, in windows of equal width (the last may be
/// shorter).
struct Timeline {
  struct Window {
    uint64_t BusyNs = 0, Iterations = 0;
    uint64_t MaxNs = 0; ///< Longest iteration that ended in it.
  };
  uint64_t StartNs = 0; ///< CLOCK_MONOTONIC of its host.
  uint64_t WidthNs = 0;
  std::vector<Window> Windows;
};

/// The interposed calls that a loop's thread made from one place, stalls or not.
struct CallSite {
  uint32_t Trace = 0; ///< Index in StallReport::Traces.
  int32_t Pid = 0;
  int32_t Tid = 0;
  std::string Call;
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
  uint64_t MaxNs = 0;
  /// Ways that led there. Not all of them, when the place is in a library: looked
  /// at were the first, second, fourth, ... call.
  std::vector<Stack> Stacks;
};

struct Loop {
  uint32_t Trace = 0; ///< Index in StallReport::Traces.
  int32_t Pid = 0;
  int32_t Tid = 0;
  std::string Process;
  std::string Thread;
  std::string Wait; ///< "epoll_wait"
  uint64_t Iterations = 0;
  uint64_t BusyNs = 0;
  uint64_t IdleNs = 0;
  /// From the histogram, whose buckets are an eighth of a power of two: at most
  /// 12.5 % below the exact value.
  uint64_t P50Ns = 0;
  uint64_t P99Ns = 0;
  uint64_t MaxNs = 0;
  uint64_t Stalls = 0;
  uint64_t FirstNs = 0;
  uint64_t LastNs = 0;
  uint64_t LateTotalNs = 0; ///< Timeouts that came late.
  uint64_t LateMaxNs = 0;
  uint64_t LateWaits = 0;
  /// Iterations by duration: the bucket's lower end, and how many.
  std::vector<std::pair<uint64_t, uint64_t>> Histogram;
  Timeline Work;

  double utilization() const {
    double All = double(BusyNs) + double(IdleNs);
    return All > 0 ? double(BusyNs) / All : 0;
  }
};

/// One trace file.
struct TraceInfo {
  std::string File;
  std::string Host;
  std::string Kernel;
  std::string BootId;
  std::string Version; ///< Of the nostall that wrote it.
  std::vector<std::string> Command;
  uint64_t RealtimeNs = 0;  ///< At the start,
  uint64_t MonotonicNs = 0; ///< the same moment.
  uint64_t DurationNs = 0;
  uint64_t ThresholdNs = 0;
  bool Finished = false; ///< It has an end.
  uint32_t ExitStatus = 0;
};

struct Overhead {
  uint64_t WatcherCpuNs = 0;
  uint64_t Ticks = 0;
  uint64_t LateTicks = 0;
  /// Edges and calls by their calibrated prices: an estimate.
  uint64_t ProbeNs = 0;
  uint64_t LoopNs = 0; ///< Busy and idle time of all loops.
};

/// A module of which no frame could be named fully, and why.
struct ModuleProblem {
  std::string Module;
  std::string Problem;
};

struct Coverage {
  uint32_t Processes = 0; ///< With the probe loaded.
  uint64_t WaitsNoLoop = 0;
  uint64_t SlotsExhausted = 0;
  uint64_t SamplesCallExit = 0;
  uint64_t SamplesRemote = 0;
  uint64_t SamplesSignal = 0;
  uint64_t SamplesPerf = 0;
  uint64_t SamplesFailed = 0;
  uint64_t DroppedSamples = 0;
  uint64_t StallsWithStack = 0;
  uint64_t StallsWithoutStack = 0;
  std::vector<std::string> Notes;
  std::vector<ModuleProblem> Modules;
};

struct SuppressionUse {
  std::string Function;
  std::string Cause; ///< Empty: any.
  std::string Reason;
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
};

struct StallReport {
  std::vector<TraceInfo> Traces;
  std::vector<Loop> Loops; ///< The busiest first.
  /// By total time. What the program did; what the machine did to it, which no
  /// change of the program mends; what had not ended.
  std::vector<Signature> Signatures;
  std::vector<Signature> Machine;
  std::vector<Signature> Unfinished;
  /// By total time. Only if asked for.
  std::vector<CallSite> Sites;
  /// Calls that are in none of Sites: a loop has no place for more than 256.
  uint64_t LostCalls = 0;
  /// Whether Sites has a place for each call that any loop made: all loops were
  /// watched, to their ends.
  bool SitesComplete = true;
  /// The calls that every trace would have seen; sorted.
  std::vector<std::string> Interposed;
  /// By start time; those of all three lists.
  std::vector<Stall> Stalls;
  uint64_t Dropped = 0; ///< Stalls of which nothing but the number is known.
  uint64_t Suppressed = 0;
  std::vector<SuppressionUse> Suppressions;
  Overhead Cost;
  Coverage Seen;
};

} // namespace nostall::report
