//===- ChromeTrace.cpp - stalls on a time line ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Formats.h"

#include "reporter/StackShape.h"
#include "reporter/Words.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace nostall::report {
namespace {

using llvm::json::OStream;

class ChromeTraceWriter {
public:
  ChromeTraceWriter(const StallReport &Report, llvm::raw_ostream &OS)
      : Report(Report), J(OS, /*IndentSize=*/1) {}
  void write();

private:
  void event(const char *Phase, const std::string &Name, uint32_t Trace,
             int32_t Pid, int32_t Tid, llvm::function_ref<void()> Rest);
  void time(const char *Key, uint32_t Trace, uint64_t Ns);
  void microseconds(const char *Key, int64_t Ns);
  void processes();
  void loop(const Loop &L);
  void stall(const Stall &S);

  const StallReport &Report;
  OStream J;
  std::map<std::pair<std::string, bool>, const Signature *> Kinds;
};

/// Exact, which a double of this size is not when printed.
void ChromeTraceWriter::microseconds(const char *Key, int64_t Ns) {
  J.attributeBegin(Key);
  J.rawValue(fmt::format("{}{}.{:03}", Ns < 0 ? "-" : "", std::abs(Ns / 1000),
                         std::abs(Ns % 1000)));
  J.attributeEnd();
}

/// Each boot has its own CLOCK_MONOTONIC; the calendar relates them.
void ChromeTraceWriter::time(const char *Key, uint32_t Trace, uint64_t Ns) {
  const TraceInfo &First = Report.Traces.front();
  const TraceInfo &Its = Report.Traces[Trace];
  uint64_t Shift = 0;
  if (Its.BootId != First.BootId)
    Shift = (Its.RealtimeNs - Its.MonotonicNs) -
            (First.RealtimeNs - First.MonotonicNs);
  microseconds(Key, static_cast<int64_t>(Ns + Shift));
}

void ChromeTraceWriter::event(const char *Phase, const std::string &Name,
                              uint32_t Trace, int32_t Pid, int32_t Tid,
                              llvm::function_ref<void()> Rest) {
  // Pids of different traces may be equal; they have no more than 22 bits.
  int64_t Unique = (int64_t(Trace) << 22) + Pid;
  J.object([&] {
    J.attribute("ph", Phase);
    J.attribute("name", Name);
    J.attribute("pid", Unique);
    J.attribute("tid", Tid);
    Rest();
  });
}

void ChromeTraceWriter::processes() {
  std::set<std::pair<uint32_t, int32_t>> Named;
  for (const Loop &L : Report.Loops) {
    if (!Named.insert({L.Trace, L.Pid}).second)
      continue;
    std::string Name = L.Process.empty() ? L.Thread : L.Process;
    if (Report.Traces.size() > 1)
      Name += fmt::format(" ({} on {})", L.Pid, Report.Traces[L.Trace].Host);
    event("M", "process_name", L.Trace, L.Pid, 0, [&] {
      J.attributeObject("args", [&] { J.attribute("name", Name); });
    });
  }
}

void ChromeTraceWriter::loop(const Loop &L) {
  event("M", "thread_name", L.Trace, L.Pid, L.Tid, [&] {
    J.attributeObject("args", [&] { J.attribute("name", L.Thread); });
  });
  // Of the whole time, so a level line from the loop's begin to its end.
  for (uint64_t At : {L.FirstNs, L.LastNs})
    event("C", fmt::format("utilization {} {}", L.Thread, L.Tid), L.Trace,
          L.Pid, L.Tid, [&] {
            time("ts", L.Trace, At);
            J.attributeObject(
                "args", [&] { J.attribute("percent", L.utilization() * 100); });
          });
}

void ChromeTraceWriter::stall(const Stall &S) {
  auto It = Kinds.find({S.SignatureId, S.Unfinished});
  if (It == Kinds.end())
    return;
  const Signature &Kind = *It->second;
  event("X", causeText(Kind), S.Trace, S.Pid, S.Tid, [&] {
    J.attribute("cat", S.Cause);
    time("ts", S.Trace, S.StartNs);
    microseconds("dur", static_cast<int64_t>(S.DurationNs));
    J.attributeObject("args", [&] {
      J.attribute("cause", S.Cause);
      J.attribute("call", Kind.Call);
      J.attributeArray("stack", [&] {
        for (const Frame &F : Kind.Frames)
          J.value(F.File.empty()
                      ? frameName(F)
                      : fmt::format("{} {}:{}", frameName(F), F.File, F.Line));
      });
      J.attribute("signature", S.SignatureId);
      if (!S.Task.empty())
        J.attribute("task", S.Task);
      if (S.Unfinished)
        J.attribute("unfinished", true);
    });
  });
}

void ChromeTraceWriter::write() {
  for (const auto *List : {&Report.Signatures, &Report.Machine})
    for (const Signature &S : *List)
      Kinds[{S.Id, false}] = &S;
  for (const Signature &S : Report.Unfinished)
    Kinds[{S.Id, true}] = &S;
  J.object([&] {
    J.attribute("displayTimeUnit", "ms");
    J.attributeArray("traceEvents", [&] {
      processes();
      for (const Loop &L : Report.Loops)
        loop(L);
      for (const Stall &S : Report.Stalls)
        stall(S);
    });
  });
}

} // namespace

void renderChromeTrace(const StallReport &Report, llvm::raw_ostream &OS) {
  ChromeTraceWriter(Report, OS).write();
  OS << '\n';
}

} // namespace nostall::report
