//===- TextTables.cpp - the lower part of the text report -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/TextTables.h"

#include "reporter/Words.h"

#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>

namespace nostall::report {
namespace {

constexpr size_t Width = 100;
constexpr size_t ShownLoops = 20;
constexpr size_t ShownModules = 8;

using Row = std::vector<std::string>;

/// The first \p Left columns to the left, the others to the right.
void table(const std::vector<Row> &Rows, size_t Left, llvm::raw_ostream &OS) {
  std::vector<size_t> Widths(Rows.front().size());
  for (const Row &R : Rows)
    for (size_t I = 0; I < R.size(); ++I)
      Widths[I] = std::max(Widths[I], R[I].size());
  for (const Row &R : Rows) {
    std::string Line;
    for (size_t I = 0; I < R.size(); ++I)
      Line += I < Left ? fmt::format("  {:<{}}", R[I], Widths[I])
                       : fmt::format("  {:>{}}", R[I], Widths[I]);
    OS << llvm::StringRef(Line).rtrim() << '\n';
  }
}

/// Wrapped at the width, further lines indented.
void paragraph(llvm::StringRef Text, llvm::raw_ostream &OS) {
  size_t Column = 0;
  for (llvm::StringRef Word : llvm::split(Text, ' ')) {
    if (Column && Column + 1 + Word.size() > Width) {
      OS << "\n  ";
      Column = 2;
    } else if (Column) {
      OS << ' ';
      ++Column;
    }
    OS << Word;
    Column += Word.size();
  }
  OS << '\n';
}

/// There may be no histogram.
std::string quantile(uint64_t Ns) { return Ns ? durationText(Ns) : "-"; }

} // namespace

void printFindings(const Joined &Joined, llvm::raw_ostream &OS) {
  const JoinSummary &N = Joined.Summary;
  OS << fmt::format("\n{}: {} confirmed, {} ran without a stall, {} not "
                    "seen to run, {} not known\n",
                    countText(Joined.Findings.size(), "finding"), N.Confirmed,
                    N.Ran, N.NotExecuted, N.Unknown);
  OS << fmt::format("{} of {} of the program's kinds of stalls predicted\n",
                    N.Predicted, N.Predicted + N.NotPredicted);
  for (const Finding &F : Joined.Findings) {
    const Measured &M = *F.InRun;
    if (M.State != MeasuredState::Confirmed)
      break; // They come first.
    OS << fmt::format("  {:>8} in {:<10} {}:{} {}\n", durationText(M.TotalNs),
                      countText(M.Count, "stall"), F.Sink.File, F.Sink.Line,
                      F.SinkFunction);
  }
}

void printLoops(const StallReport &Report, llvm::raw_ostream &OS) {
  if (Report.Loops.empty())
    return;
  bool Hosts = Report.Traces.size() > 1;
  std::vector<Row> Rows = {{"event loop", "pid/tid", "wait", "iterations",
                            "busy", "p50", "p99", "max", "stalls"}};
  for (const Loop &L : Report.Loops) {
    if (Rows.size() > ShownLoops)
      break;
    std::string Name = L.Process;
    if (L.Process != L.Thread && !L.Thread.empty())
      Name += (Name.empty() ? "" : "/") + L.Thread;
    if (Hosts)
      Name += "@" + Report.Traces[L.Trace].Host;
    std::string Tids = L.Pid == L.Tid ? std::to_string(L.Pid)
                                      : fmt::format("{}/{}", L.Pid, L.Tid);
    Rows.push_back({Name, Tids, L.Wait, std::to_string(L.Iterations),
                    percentText(L.utilization()), quantile(L.P50Ns),
                    quantile(L.P99Ns), durationText(L.MaxNs),
                    std::to_string(L.Stalls)});
  }
  OS << '\n';
  table(Rows, 3, OS);
  if (Report.Loops.size() > ShownLoops)
    OS << fmt::format("  and {} less busy\n", Report.Loops.size() - ShownLoops);
}

void printOverhead(const StallReport &Report, llvm::raw_ostream &OS) {
  const Overhead &O = Report.Cost;
  uint64_t Duration = 0;
  for (const TraceInfo &T : Report.Traces)
    Duration += T.DurationNs;
  if (Report.Loops.empty() || Duration == 0)
    return;
  std::string Line = "overhead: ";
  // The price is not known before the probe is calibrated at the end.
  if (O.ProbeNs && O.LoopNs)
    Line += fmt::format("probe {} of the loops' time ({}, estimated), ",
                        percentText(double(O.ProbeNs) / double(O.LoopNs)),
                        durationText(O.ProbeNs));
  Line += fmt::format("watcher {} of a CPU ({})",
                      percentText(double(O.WatcherCpuNs) / double(Duration)),
                      durationText(O.WatcherCpuNs));
  if (O.LateTicks)
    Line += fmt::format("; {} of its {} looks came late", O.LateTicks, O.Ticks);
  paragraph(Line, OS);
}

static void printModules(const Coverage &Seen, llvm::raw_ostream &OS) {
  size_t Shown = 0;
  for (const ModuleProblem &M : Seen.Modules) {
    if (++Shown > ShownModules)
      break;
    paragraph(fmt::format("symbols: {}: {}", M.Module, M.Problem), OS);
  }
  if (Seen.Modules.size() > ShownModules)
    OS << fmt::format("symbols: and {} modules more\n",
                      Seen.Modules.size() - ShownModules);
}

void printCoverage(const StallReport &Report, llvm::raw_ostream &OS) {
  const Coverage &Seen = Report.Seen;
  if (Report.Dropped || Seen.DroppedSamples)
    paragraph(fmt::format("dropped: {}, {}; they came faster than they could "
                          "be written",
                          countText(Report.Dropped, "stall"),
                          countText(Seen.DroppedSamples, "stack")),
              OS);
  if (Report.Suppressed) {
    uint64_t TotalNs = 0;
    for (const SuppressionUse &S : Report.Suppressions)
      TotalNs += S.TotalNs;
    paragraph(fmt::format("suppressed: {}, {}",
                          countText(Report.Suppressed, "stall"),
                          durationText(TotalNs)),
              OS);
  }
  uint64_t Stalls = Seen.StallsWithStack + Seen.StallsWithoutStack;
  std::string Line = fmt::format(
      "coverage: {} in {}", countText(Report.Loops.size(), "event loop"),
      Seen.Processes == 1 ? "1 process"
                          : fmt::format("{} processes", Seen.Processes));
  if (Stalls)
    Line += fmt::format("; stacks of {} of {}", Seen.StallsWithStack,
                        countText(Stalls, "stall"));
  if (Seen.WaitsNoLoop)
    Line += fmt::format("; {} of threads that are no loop",
                        countText(Seen.WaitsNoLoop, "wait"));
  if (Seen.SlotsExhausted)
    Line += fmt::format("; {} beyond the bound were not watched",
                        countText(Seen.SlotsExhausted, "loop"));
  paragraph(Line, OS);
  printModules(Seen, OS);
  for (const std::string &Note : Seen.Notes)
    paragraph("note: " + Note, OS);
}

} // namespace nostall::report
