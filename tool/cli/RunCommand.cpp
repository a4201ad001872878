//===- RunCommand.cpp - nostall run -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "reporter/Report.h"
#include "watcher/Launch.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nostall {
namespace {

struct RunArguments {
  std::string Threshold = "5ms";
  std::string FailOnStall;
  std::string Trace;
  std::string Probe;
  std::string Sampler = "auto";
  std::string Loops;
  std::string MaxSize = "256";
  std::string Suppressions;
  bool Daemon = false;
  bool Quiet = false;
};

/// "5ms", "250us", "1s", "1.5ms"; nullopt for anything else, and for nothing.
std::optional<uint64_t> parseDuration(llvm::StringRef Text) {
  double Unit;
  if (Text.consume_back("ms"))
    Unit = 1e6;
  else if (Text.consume_back("us"))
    Unit = 1e3;
  else if (Text.consume_back("ns"))
    Unit = 1;
  else if (Text.consume_back("s"))
    Unit = 1e9;
  else
    return std::nullopt;
  double Value;
  if (Text.getAsDouble(Value) || !(Value > 0) || Value * Unit > 3.6e12 ||
      Value * Unit < 1)
    return std::nullopt;
  return static_cast<uint64_t>(Value * Unit);
}

std::string probeBesideProgram() {
  std::string Self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&probeBesideProgram));
  llvm::SmallString<256> Path(llvm::sys::path::parent_path(Self));
  llvm::sys::path::append(Path, "..", "lib", "libnostall-probe.so");
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

/// A message, or empty.
std::string toOptions(const RunArguments &Args, RunOptions &Options) {
  std::optional<uint64_t> Threshold = parseDuration(Args.Threshold);
  if (!Threshold || *Threshold < 100'000)
    return "--threshold: '" + Args.Threshold +
           "' is not a time of 100us or more, such as 5ms";
  Options.Watch.ThresholdNs = *Threshold;
  Options.Watch.Loops = Args.Loops;
  Options.Watch.Sampler = Args.Sampler == "perf"     ? RunningSampler::Perf
                          : Args.Sampler == "signal" ? RunningSampler::Signal
                          : Args.Sampler == "none"   ? RunningSampler::None
                                                     : RunningSampler::Auto;
  Options.ProbePath = Args.Probe.empty() ? probeBesideProgram() : Args.Probe;
  if (access(Options.ProbePath.c_str(), R_OK) != 0)
    return Options.ProbePath + ": " + strerror(errno);
  uint64_t Mib;
  if (llvm::StringRef(Args.MaxSize).getAsInteger(10, Mib) || !Mib)
    return "--max-size: '" + Args.MaxSize + "' is not a number of MiB";
  Options.MaxTraceBytes = Mib << 20;
  Options.TracePath = Args.Trace;
  if (Options.TracePath.empty())
    Options.TracePath = "nostall." + std::to_string(getpid()) + ".trace";
  return "";
}

/// As the shell would see the program: its exit code, or its signal.
[[noreturn]] void endAs(int Status) {
  if (WIFSIGNALED(Status)) {
    llvm::errs().flush();
    rlimit NoCore = {0, 0};
    setrlimit(RLIMIT_CORE, &NoCore);
    signal(WTERMSIG(Status), SIG_DFL);
    kill(getpid(), WTERMSIG(Status));
    _exit(128 + WTERMSIG(Status));
  }
  llvm::errs().flush();
  _exit(WEXITSTATUS(Status));
}

void showReport(const RunArguments &Args, const RunOptions &Options) {
  report::ReportOptions Report;
  Report.Traces = {Options.TracePath};
  Report.Suppressions = Args.Suppressions;
  if (Args.Quiet)
    return;
  report::runReport(Report, llvm::errs(), llvm::errs());
  if (!Args.Trace.empty())
    llvm::errs() << "trace: " << Options.TracePath << '\n';
}

/// Of those that the program made and no suppression covers, in nanoseconds.
uint64_t longestStall(const RunArguments &Args, const RunOptions &Options) {
  report::ReportOptions Report;
  Report.Traces = {Options.TracePath};
  Report.Suppressions = Args.Suppressions;
  bool Complete;
  std::optional<report::StallReport> All =
      report::makeReport(Report, llvm::nulls(), Complete);
  uint64_t Longest = 0;
  if (All)
    for (const report::Signature &S : All->Signatures)
      Longest = std::max(Longest, S.MaxNs);
  return Longest;
}

int attach(const RunArguments &Args, pid_t Pid) {
  RunOptions Options;
  std::string Error = toOptions(Args, Options);
  RunResult Result;
  if (Error.empty()) {
    Result = attachProgram(Options, Pid);
    Error = Result.Error;
  }
  if (!Error.empty()) {
    printError(Error);
    return EX_Incomplete;
  }
  showReport(Args, Options);
  if (Args.Trace.empty())
    unlink(Options.TracePath.c_str());
  return Result.TraceComplete ? EX_Clean : EX_Incomplete;
}

int run(const RunArguments &Args, const CompilerArguments &Command) {
  RunOptions Options;
  if (!Command || Command->empty()) {
    printError("run: no program; give it after --");
    return EX_Incomplete;
  }
  Options.Command = *Command;
  uint64_t FailNs = 0;
  if (!Args.FailOnStall.empty()) {
    std::optional<uint64_t> Limit = parseDuration(Args.FailOnStall);
    if (!Limit) {
      printError("--fail-on-stall: '" + Args.FailOnStall +
                 "' is not a time such as 50ms");
      return EX_Incomplete;
    }
    FailNs = *Limit;
  }
  std::string Error = toOptions(Args, Options);
  if (Error.empty() && Args.Daemon && FailNs)
    Error = "-D and --fail-on-stall do not go together: the exit status is the "
            "program's";
  if (Error.empty() && Args.Daemon)
    Error = becomeProgram(Options); // Returns on failure only.
  if (!Error.empty()) {
    printError(Error);
    return EX_Incomplete;
  }
  RunResult Result = runProgram(Options);
  if (!Result.Error.empty()) {
    printError(Result.Error);
    if (Args.Trace.empty())
      unlink(Options.TracePath.c_str());
    return EX_Incomplete;
  }
  if (!Result.TraceComplete)
    printError(Options.TracePath + ": not written completely");
  report::ReportOptions Report;
  Report.Traces = {Options.TracePath};
  if (!Args.Suppressions.empty())
    Report.Suppressions = Args.Suppressions;
  if (!Args.Quiet) {
    report::runReport(Report, llvm::errs(), llvm::errs());
    if (!Args.Trace.empty())
      llvm::errs() << "trace: " << Options.TracePath << '\n';
  }
  bool Failed = FailNs && longestStall(Args, Options) >= FailNs;
  if (Args.Trace.empty())
    unlink(Options.TracePath.c_str());
  if (!Failed)
    endAs(Result.Status);
  llvm::errs().flush();
  _exit(EX_Stalled);
}

/// What run and attach share.
void addWatchOptions(CLI::App &Command, RunArguments &Args) {
  Command.add_option("--threshold", Args.Threshold,
                  "An iteration that takes this long is a stall")
      ->capture_default_str();
  Command.add_option("-o", Args.Trace,
                  "Keep the trace in this file, for nostall report");
  Command.add_option("--suppressions", Args.Suppressions,
                  "YAML file: stalls to leave out of the report");
  Command.add_option("--loops", Args.Loops,
                  "Only loops of threads with such a name (shell pattern)");
  Command.add_option("--sampler", Args.Sampler,
                  "How running code is sampled")
      ->check(CLI::IsMember({"auto", "perf", "signal", "none"}))
      ->capture_default_str();
  Command.add_option("--max-size", Args.MaxSize,
                  "MiB of trace; what goes beyond is counted by signature")
      ->capture_default_str();
  Command.add_option("--probe", Args.Probe, "libnostall-probe.so to load");
  Command.add_flag("-q,--quiet", Args.Quiet, "Print no report at the end");
}

} // namespace

void addRunCommand(CLI::App &App, const CompilerArguments &Command, int &Exit) {
  auto Args = std::make_shared<RunArguments>();
  CLI::App *Run = App.add_subcommand(
      "run", "Runs a program and reports the stalls of its event loops.");
  Run->footer("nostall run [options] -- PROGRAM [ARGUMENTS]");
  addWatchOptions(*Run, *Args);
  Run->add_option("--fail-on-stall", Args->FailOnStall,
                  "Exit with 3 when a stall took this long");
  Run->add_flag("-D", Args->Daemon,
                "Become the program and watch from a grandchild: for services "
                "and containers");
  Run->callback([Args, &Command, &Exit] { Exit = run(*Args, Command); });

  CLI::App *Attach = App.add_subcommand(
      "attach", "Watches a program that was started with the probe preloaded, "
                "until it ends or ^C.");
  auto AttachArgs = std::make_shared<RunArguments>();
  auto Pid = std::make_shared<int>(0);
  Attach->add_option("pid", *Pid, "The program's process id")->required();
  addWatchOptions(*Attach, *AttachArgs);
  Attach->callback(
      [AttachArgs, Pid, &Exit] { Exit = attach(*AttachArgs, *Pid); });
}

} // namespace nostall
