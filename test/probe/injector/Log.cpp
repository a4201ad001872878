//===- Log.cpp - what the injector saw, as JSON lines -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Log.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace inject {
namespace {

/// One JSON object on one line.
class Line {
public:
  Line &add(std::string_view Key, std::string_view Value) {
    addKey(Key) += '"';
    for (const char Character : Value) {
      if (Character == '"' || Character == '\\')
        Text += '\\';
      Text += static_cast<unsigned char>(Character) < 0x20 ? ' ' : Character;
    }
    Text += '"';
    return *this;
  }

  Line &add(std::string_view Key, int64_t Value) {
    addKey(Key) += std::to_string(Value);
    return *this;
  }

  Line &add(const Usage &Used) {
    add("cpu_ns", Used.CpuNs).add("user_ns", Used.UserNs);
    add("system_ns", Used.SystemNs).add("run_delay_ns", Used.RunDelayNs);
    return add("minflt", Used.MinorFaults).add("majflt", Used.MajorFaults);
  }

  std::string end() const { return Text + "}\n"; }

private:
  std::string &addKey(std::string_view Key) {
    Text += Text.size() > 1 ? ",\"" : "\"";
    return ((Text += Key) += "\":");
  }

  std::string Text = "{";
};

std::string formatInjection(const Injection &I) {
  Line Result;
  Result.add("id", static_cast<int64_t>(I.Id));
  Result.add("cause", I.What->Name).add("site", I.Where->Name);
  Result.add("function", I.Where->Function);
  Result.add("chain", std::string(I.What->Function) + " runMeasured " +
                          std::string(I.Where->Chain));
  Result.add("expect_cause", I.What->Expected);
  if (!I.What->Also.empty())
    Result.add("also_cause", I.What->Also);
  if (!I.What->Owner.empty())
    Result.add("owner_function", I.What->Owner)
        .add("owner_state", I.OwnerComputes ? "computing" : "blocked");
  Result.add("iteration_start_ns", I.IterationStartNs);
  Result.add("iteration_end_ns", I.IterationEndNs);
  Result.add("iteration_run_delay_ns", I.IterationRunDelayNs);
  Result.add("start_ns", I.StartNs).add("end_ns", I.EndNs);
  Result.add("asked_ns", I.AskedNs).add(I.Used);
  Result.add("loop_eintr", int64_t{I.LoopInterrupted});
  Result.add("helper_eintr", int64_t{I.HelperInterrupted});
  Result.add("error", int64_t{I.Error});
  return Result.end();
}

std::string formatSlow(const SlowIteration &Slow) {
  Line Result;
  Result.add("cause", "none");
  Result.add("iteration_start_ns", Slow.StartNs);
  Result.add("iteration_end_ns", Slow.EndNs);
  Result.add("start_ns", Slow.StartNs).add("end_ns", Slow.EndNs);
  return Result.add(Slow.Used).end();
}

} // namespace

std::string formatLog(const Options &Chosen, const std::vector<Injection> &Plan,
                      const LoopResult &Result,
                      const std::vector<Skipped> &Missing) {
  Line Header;
  Header.add("injector", int64_t{1});
#ifdef __clang__
  Header.add("compiler", "clang " __clang_version__);
#else
  Header.add("compiler", "gcc " __VERSION__);
#endif
  Header.add("pid", int64_t{getpid()}).add("tid", syscall(SYS_gettid));
  Header.add("seed", static_cast<int64_t>(Chosen.Seed));
  Header.add("threshold_ns", Chosen.thresholdNs());
  Header.add("iterations", static_cast<int64_t>(Result.Iterations));
  Header.add("last_start_ns", Result.LastStartNs);
  Header.add("lost_slow", static_cast<int64_t>(Result.LostSlow));
  std::string Text = Header.end();
  for (const auto &[What, Why] : Missing)
    Text += Line().add("skipped", What->Name).add("why", Why).end();
  for (const Injection &I : Plan)
    Text += formatInjection(I);
  for (const SlowIteration &Slow : Result.Slow)
    Text += formatSlow(Slow);
  return Text;
}

} // namespace inject
