//===- JsonReport.cpp - a stall report as JSON ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Formats.h"

#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

namespace nostall::report {
namespace {

using llvm::json::OStream;

void frames(OStream &J, const Stack &Frames) {
  for (const Frame &F : Frames)
    J.object([&] {
      J.attribute("function", F.Function);
      J.attribute("file", F.File);
      J.attribute("line", F.Line);
      J.attribute("module", F.Module);
      J.attribute("inlined", F.Inlined);
    });
}

void frames(OStream &J, llvm::StringRef Key, const Stack &Frames) {
  J.attributeArray(Key, [&] { frames(J, Frames); });
}

void split(OStream &J, const TimeSplit &S) {
  J.attribute("run_ns", S.RunNs);
  J.attribute("runqueue_ns", S.RunqueueNs);
  J.attribute("call_ns", S.CallNs);
  J.attribute("minor_faults", S.MinorFaults);
  J.attribute("major_faults", S.MajorFaults);
}

void prediction(OStream &J, const Signature &S) {
  if (!S.PredictedBy.empty())
    J.attributeArray("predicted_by", [&] {
      for (const Prediction &P : S.PredictedBy)
        J.object([&] {
          J.attribute("fingerprint", P.Fingerprint);
          J.attribute("match", llvm::StringRef(matchName(P.How)));
        });
    });
  if (S.Unpredicted)
    J.attributeObject("not_predicted", [&] {
      J.attribute("reason", S.Unpredicted->Reason);
      J.attribute("text", S.Unpredicted->Text);
      J.attribute("frame", S.Unpredicted->Frame);
    });
}

void signatures(OStream &J, llvm::StringRef Key,
                const std::vector<Signature> &Kinds) {
  J.attributeArray(Key, [&] {
    for (const Signature &S : Kinds)
      J.object([&] {
        J.attribute("id", S.Id);
        J.attribute("cause", S.Cause);
        J.attribute("call", S.Call);
        J.attribute("count", S.Count);
        J.attribute("total_ns", S.TotalNs);
        J.attribute("max_ns", S.MaxNs);
        J.attribute("p99_ns", S.P99Ns);
        J.attribute("p99_exact", S.P99Exact);
        J.attribute("victims", S.Victims);
        split(J, S.Split);
        J.attribute("task", S.Task);
        frames(J, "frames", S.Frames);
        J.attribute("truncated", S.Truncated);
        prediction(J, S);
        frames(J, "owner_frames", S.OwnerFrames);
        J.attribute("owner", S.Owner);
        J.attributeArray("threads", [&] {
          for (const ThreadShare &T : S.Threads)
            J.object([&] {
              J.attribute("thread", T.Thread);
              J.attribute("count", T.Count);
              J.attribute("total_ns", T.TotalNs);
            });
        });
      });
  });
}

void traces(OStream &J, const StallReport &Report) {
  J.attributeArray("traces", [&] {
    for (const TraceInfo &T : Report.Traces)
      J.object([&] {
        J.attribute("file", T.File);
        J.attribute("host", T.Host);
        J.attribute("kernel", T.Kernel);
        J.attribute("boot_id", T.BootId);
        J.attribute("tool", T.Version);
        J.attributeArray("command", [&] {
          for (const std::string &Word : T.Command)
            J.value(Word);
        });
        J.attribute("realtime_ns", T.RealtimeNs);
        J.attribute("monotonic_ns", T.MonotonicNs);
        J.attribute("duration_ns", T.DurationNs);
        J.attribute("threshold_ns", T.ThresholdNs);
        J.attribute("finished", T.Finished);
        J.attribute("exit_status", T.ExitStatus);
      });
  });
}

void histogram(OStream &J, const Loop &L) {
  J.attributeArray("histogram", [&] {
    for (const auto &[Floor, Count] : L.Histogram)
      J.array([&] {
        J.value(Floor);
        J.value(Count);
      });
  });
}

void windows(OStream &J, const Timeline &T) {
  auto Column = [&](llvm::StringRef Key, uint64_t Timeline::Window::*Field) {
    J.attributeArray(Key, [&] {
      for (const Timeline::Window &W : T.Windows)
        J.value(W.*Field);
    });
  };
  J.attributeObject("windows", [&] {
    J.attribute("start_ns", T.StartNs);
    J.attribute("width_ns", T.WidthNs);
    Column("busy_ns", &Timeline::Window::BusyNs);
    Column("iterations", &Timeline::Window::Iterations);
    Column("max_ns", &Timeline::Window::MaxNs);
  });
}

void sites(OStream &J, const StallReport &Report) {
  J.attributeArray("call_sites", [&] {
    for (const CallSite &S : Report.Sites)
      J.object([&] {
        J.attribute("trace", S.Trace);
        J.attribute("pid", S.Pid);
        J.attribute("tid", S.Tid);
        J.attribute("call", S.Call);
        J.attribute("count", S.Count);
        J.attribute("total_ns", S.TotalNs);
        J.attribute("max_ns", S.MaxNs);
        J.attributeArray("stacks", [&] {
          for (const Stack &Frames : S.Stacks)
            J.array([&] { frames(J, Frames); });
        });
      });
  });
}

void loops(OStream &J, const StallReport &Report) {
  J.attributeArray("loops", [&] {
    for (const Loop &L : Report.Loops)
      J.object([&] {
        J.attribute("trace", L.Trace);
        J.attribute("pid", L.Pid);
        J.attribute("tid", L.Tid);
        J.attribute("process", L.Process);
        J.attribute("thread", L.Thread);
        J.attribute("wait", L.Wait);
        J.attribute("iterations", L.Iterations);
        J.attribute("utilization", L.utilization());
        J.attribute("busy_ns", L.BusyNs);
        J.attribute("idle_ns", L.IdleNs);
        J.attribute("p50_ns", L.P50Ns);
        J.attribute("p99_ns", L.P99Ns);
        J.attribute("max_ns", L.MaxNs);
        J.attribute("stalls", L.Stalls);
        J.attribute("first_ns", L.FirstNs);
        J.attribute("last_ns", L.LastNs);
        J.attribute("late_total_ns", L.LateTotalNs);
        J.attribute("late_max_ns", L.LateMaxNs);
        J.attribute("late_waits", L.LateWaits);
        histogram(J, L);
        windows(J, L.Work);
      });
  });
}

void stalls(OStream &J, const StallReport &Report) {
  J.attributeArray("stalls", [&] {
    for (const Stall &S : Report.Stalls)
      J.object([&] {
        J.attribute("signature", S.SignatureId);
        J.attribute("trace", S.Trace);
        J.attribute("pid", S.Pid);
        J.attribute("tid", S.Tid);
        J.attribute("start_ns", S.StartNs);
        J.attribute("duration_ns", S.DurationNs);
        J.attribute("cause", S.Cause);
        J.attribute("task", S.Task);
        split(J, S.Split);
        J.attribute("unfinished", S.Unfinished);
      });
  });
}

void suppressions(OStream &J, const StallReport &Report) {
  J.attributeArray("suppressions", [&] {
    for (const SuppressionUse &S : Report.Suppressions)
      J.object([&] {
        J.attribute("function", S.Function);
        J.attribute("cause", S.Cause);
        J.attribute("reason", S.Reason);
        J.attribute("count", S.Count);
        J.attribute("total_ns", S.TotalNs);
      });
  });
}

void overhead(OStream &J, const Overhead &O) {
  J.attributeObject("overhead", [&] {
    J.attribute("watcher_cpu_ns", O.WatcherCpuNs);
    J.attribute("ticks", O.Ticks);
    J.attribute("late_ticks", O.LateTicks);
    J.attribute("probe_ns", O.ProbeNs);
    J.attribute("loops_ns", O.LoopNs);
  });
}

void coverage(OStream &J, const Coverage &C) {
  J.attributeObject("coverage", [&] {
    J.attribute("processes", C.Processes);
    J.attribute("waits_no_loop", C.WaitsNoLoop);
    J.attribute("slots_exhausted", C.SlotsExhausted);
    J.attribute("samples_call_exit", C.SamplesCallExit);
    J.attribute("samples_remote", C.SamplesRemote);
    J.attribute("samples_signal", C.SamplesSignal);
    J.attribute("samples_perf", C.SamplesPerf);
    J.attribute("samples_failed", C.SamplesFailed);
    J.attribute("dropped_samples", C.DroppedSamples);
    J.attribute("stalls_with_stack", C.StallsWithStack);
    J.attribute("stalls_without_stack", C.StallsWithoutStack);
    J.attributeArray("notes", [&] {
      for (const std::string &Note : C.Notes)
        J.value(Note);
    });
    J.attributeArray("modules", [&] {
      for (const ModuleProblem &M : C.Modules)
        J.object([&] {
          J.attribute("module", M.Module);
          J.attribute("problem", M.Problem);
        });
    });
  });
}

} // namespace

void renderJson(const StallReport &Report,
                llvm::function_ref<void(llvm::json::OStream &)> More,
                llvm::raw_ostream &OS) {
  std::string Hosts;
  std::vector<llvm::StringRef> Named;
  uint64_t Duration = 0;
  for (const TraceInfo &T : Report.Traces) {
    Duration += T.DurationNs;
    if (llvm::is_contained(Named, T.Host))
      continue;
    Named.push_back(T.Host);
    Hosts += (Hosts.empty() ? "" : ", ") + T.Host;
  }
  OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("version", 1);
    J.attribute("tool", "nostall " NOSTALL_VERSION);
    J.attribute("host", Hosts);
    J.attribute("duration_ns", Duration);
    traces(J, Report);
    loops(J, Report);
    signatures(J, "signatures", Report.Signatures);
    signatures(J, "machine", Report.Machine);
    signatures(J, "unfinished", Report.Unfinished);
    stalls(J, Report);
    sites(J, Report);
    J.attribute("lost_calls", Report.LostCalls);
    J.attribute("dropped", Report.Dropped);
    J.attribute("suppressed", Report.Suppressed);
    suppressions(J, Report);
    overhead(J, Report.Cost);
    coverage(J, Report.Seen);
    if (More)
      More(J);
  });
  OS << '\n';
}

} // namespace nostall::report
