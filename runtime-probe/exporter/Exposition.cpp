//===- Exposition.cpp - the totals as Prometheus metrics --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/Exposition.h"

#include "reporter/Words.h"

#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace nostall::exporter {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double seconds(uint64_t Ns) { return static_cast<double>(Ns) / 1e9; }
double number(uint64_t Count) { return static_cast<double>(Count); }

/// Gathers samples family by family.
class Families {
  std::vector<MetricFamily> All;

public:
  void begin(const char *Name, MetricType Type, const char *Help) {
    MetricFamily F;
    F.name = Name;
    F.help = Help;
    F.type = Type;
    All.push_back(std::move(F));
  }
  ClientMetric &add(Labels Its) {
    ClientMetric &M = All.back().metric.emplace_back();
    M.label = std::move(Its);
    return M;
  }
  void value(Labels Its, double Value) {
    ClientMetric &M = add(std::move(Its));
    if (All.back().type == MetricType::Counter)
      M.counter.value = Value;
    else
      M.gauge.value = Value;
  }
  void counter(const char *Name, const char *Help, double Value) {
    begin(Name, MetricType::Counter, Help);
    value({}, Value);
  }
  std::vector<MetricFamily> take() { return std::move(All); }
};

Labels labelsOf(const LoopNames &Names) {
  return {{"process", Names.first}, {"thread", Names.second}};
}

void iterations(Families &Out, const Totals &All) {
  Out.begin("nostall_iteration_duration_seconds", MetricType::Histogram,
            "Iterations of event loops by their length; near a bound, one that "
            "is up to 12.5 % longer counts as below it");
  for (const auto &[Names, Loop] : All.Loops) {
    ClientMetric::Histogram &H = Out.add(labelsOf(Names)).histogram;
    const LoopFigures &F = Loop.All;
    H.sample_count = F.Below.back();
    H.sample_sum = seconds(F.BusyNs);
    for (size_t I = 0; I < IterationBoundsNs.size(); ++I)
      H.bucket.push_back({F.Below[I], seconds(IterationBoundsNs[I])});
    H.bucket.push_back({F.Below.back(), 1.0 / 0.0});
  }
}

/// One sample per loop.
template <typename Value>
void perLoop(Families &Out, const Totals &All, const char *Name,
             MetricType Type, const char *Help, Value Of) {
  Out.begin(Name, Type, Help);
  for (const auto &[Names, Loop] : All.Loops)
    Out.value(labelsOf(Names), Of(Loop));
}

void loops(Families &Out, const Totals &All) {
  auto Counter = [&](const char *Name, const char *Help, auto Of) {
    perLoop(Out, All, Name, MetricType::Counter, Help, Of);
  };
  perLoop(Out, All, "nostall_loops", MetricType::Gauge,
          "Event loops that are running",
          [](const LoopTotals &L) { return static_cast<double>(L.Running); });
  iterations(Out, All);
  Counter("nostall_loop_iterations_total", "Iterations of event loops",
          [](const LoopTotals &L) { return number(L.All.Iterations); });
  Counter("nostall_loop_busy_seconds_total", "Time inside iterations",
          [](const LoopTotals &L) { return seconds(L.All.BusyNs); });
  Counter("nostall_loop_idle_seconds_total", "Time in the loop's wait",
          [](const LoopTotals &L) { return seconds(L.All.IdleNs); });
  perLoop(Out, All, "nostall_loop_longest_iteration_seconds", MetricType::Gauge,
          "The longest iteration so far",
          [](const LoopTotals &L) { return seconds(L.MaxNs); });
  Counter("nostall_loop_stalls_total",
          "Stalls as the loop counted them, also those that the trace has no "
          "room for",
          [](const LoopTotals &L) { return number(L.All.Stalls); });
  Counter("nostall_stall_victims_total",
          "Events that were ready and had to wait until a stall ended",
          [](const LoopTotals &L) { return number(L.Victims); });
  Counter("nostall_late_waits_total",
          "Waits that ended by their timeout, and later than asked",
          [](const LoopTotals &L) { return number(L.All.LateWaits); });
  Counter("nostall_late_seconds_total", "How much later, in all",
          [](const LoopTotals &L) { return seconds(L.All.LateNs); });
  Counter("nostall_dropped_stalls_total",
          "Stalls of which nothing but the number is known",
          [](const LoopTotals &L) { return number(L.All.DroppedStalls); });
  Counter("nostall_dropped_samples_total",
          "Stacks that were lost, since they came too fast",
          [](const LoopTotals &L) { return number(L.All.DroppedSamples); });
}

void stalls(Families &Out, const Totals &All) {
  auto PerCause = [&](const char *Name, const char *Help, auto Of) {
    Out.begin(Name, MetricType::Counter, Help);
    for (const auto &[Names, Loop] : All.Loops)
      for (const auto &[Cause, Figures] : Loop.Causes) {
        Labels Its = labelsOf(Names);
        Its.push_back({"cause", Cause});
        Its.push_back(
            {"origin", report::isMachineMade(Cause) ? "machine" : "program"});
        Out.value(std::move(Its), Of(Figures));
      }
  };
  PerCause("nostall_stalls_total",
           "Iterations that took the threshold or longer; of origin machine "
           "where no change of the program mends them",
           [](const StallFigures &F) { return number(F.Count); });
  PerCause("nostall_stall_seconds_total", "Time in stalls",
           [](const StallFigures &F) { return seconds(F.Ns); });
  PerCause("nostall_unfinished_stalls_total",
           "Stalls that had not ended when the trace did; in no other metric",
           [](const StallFigures &F) { return number(F.Unfinished); });
}

void signatures(Families &Out, const Totals &All) {
  auto PerKind = [&](const char *Name, const char *Help, auto Of) {
    Out.begin(Name, MetricType::Counter, Help);
    for (const SignatureTable::Kind *K : All.Signatures.shown())
      Out.value({{"signature", K->Labels.Id},
                 {"function", K->Labels.Function},
                 {"cause", K->Labels.Cause}},
                Of(K->All));
    Out.value({{"signature", "other"}, {"function", ""}, {"cause", ""}},
              Of(All.Signatures.rest()));
  };
  PerKind("nostall_signature_stalls_total",
          "The program's stalls by kind: those that took most time, and the "
          "others in one sum",
          [](const SignatureTable::Amount &A) { return number(A.Count); });
  PerKind("nostall_signature_stall_seconds_total",
          "Time in the program's stalls by kind",
          [](const SignatureTable::Amount &A) { return seconds(A.Ns); });
}

void measuring(Families &Out, const Totals &All) {
  Out.counter("nostall_watcher_cpu_seconds_total",
              "CPU time of the processes that watch",
              seconds(All.WatcherCpuNs));
  Out.counter("nostall_watcher_ticks_total", "Looks of the watchers",
              number(All.Ticks));
  Out.counter("nostall_watcher_late_ticks_total",
              "Looks that came later than the threshold",
              number(All.LateTicks));
  Out.counter("nostall_probe_seconds_total",
              "What the probe cost the event loops, an estimate",
              seconds(All.ProbeNs));
  Out.counter("nostall_slots_exhausted_total",
              "Event loops that are not watched, since there were too many",
              number(All.SlotsExhausted));
  Out.begin("nostall_traces", MetricType::Gauge,
            "Traces: running; silent, where nothing comes any more; ended; "
            "unusable");
  Out.value({{"state", "running"}}, number(All.Running));
  Out.value({{"state", "silent"}}, number(All.Silent));
  Out.value({{"state", "ended"}}, number(All.Ended));
  Out.value({{"state", "unusable"}}, number(All.Unusable));
  Out.counter("nostall_trace_read_bytes_total", "Read of traces",
              number(All.BytesRead));
  Out.counter("nostall_trace_records_total", "Read of traces",
              number(All.Records));
  Out.counter("nostall_trace_damaged_records_total",
              "Records that were left out", number(All.LeftOut));
}

uint64_t residentBytes() {
  std::ifstream File("/proc/self/statm");
  uint64_t Size = 0, Resident = 0;
  File >> Size >> Resident;
  return Resident * static_cast<uint64_t>(getpagesize());
}

void self(Families &Out) {
  Out.begin("nostall_build_info", MetricType::Gauge, "1; the version");
  Out.value({{"version", NOSTALL_VERSION}}, 1);
  rusage Use;
  getrusage(RUSAGE_SELF, &Use);
  auto Seconds = [](const timeval &T) {
    return static_cast<double>(T.tv_sec) + static_cast<double>(T.tv_usec) / 1e6;
  };
  Out.counter("process_cpu_seconds_total", "CPU time of the exporter",
              Seconds(Use.ru_utime) + Seconds(Use.ru_stime));
  Out.begin("process_resident_memory_bytes", MetricType::Gauge,
            "Memory of the exporter");
  Out.value({}, number(residentBytes()));
}

} // namespace

std::vector<MetricFamily> metricsOf(const Totals &All) {
  Families Out;
  self(Out);
  loops(Out, All);
  stalls(Out, All);
  signatures(Out, All);
  measuring(Out, All);
  return Out.take();
}

void Exposition::publish(std::vector<MetricFamily> Metrics) {
  std::lock_guard Guard(Lock);
  Latest.swap(Metrics);
}

std::vector<MetricFamily> Exposition::Collect() const {
  std::lock_guard Guard(Lock);
  return Latest;
}

} // namespace nostall::exporter
