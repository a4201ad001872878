//===- RunCommand.cpp - nostall run -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "model/Amounts.h"
#include "reporter/CleanText.h"
#include "reporter/Report.h"
#include "reporter/Suppressions.h"
#include "watcher/Launch.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/BinaryFormat/Magic.h"
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

/// The dynamic linker ignores with a warning what it cannot load, and the
/// program would run without the probe. A message, or empty.
std::string probeProblem(const std::string &Path) {
  if (access(Path.c_str(), R_OK) != 0)
    return Path + ": " + strerror(errno);
  llvm::file_magic Magic;
  if (std::error_code EC = llvm::identify_magic(Path, Magic))
    return Path + ": " + EC.message();
  if (Magic != llvm::file_magic::elf_shared_object)
    return Path + ": not a shared library (ELF); --probe names a "
                  "libnostall-probe.so";
  return "";
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
  // The dynamic linker takes a name without a folder for a library of the
  // system's, and the program may change its working directory.
  llvm::SmallString<256> Probe(Args.Probe.empty() ? probeBesideProgram()
                                                  : Args.Probe);
  if (std::error_code EC = llvm::sys::fs::make_absolute(Probe))
    return std::string(Probe) + ": " + EC.message();
  Options.ProbePath = std::string(Probe);
  if (std::string Problem = probeProblem(Options.ProbePath); !Problem.empty())
    return Problem;
  uint64_t Mib;
  if (llvm::StringRef(Args.MaxSize).getAsInteger(10, Mib) || !Mib)
    return "--max-size: '" + Args.MaxSize + "' is not a number of MiB";
  Options.MaxTraceBytes = Mib << 20;
  Options.TracePath = Args.Trace;
  if (Options.TracePath.empty())
    Options.TracePath = "nostall." + std::to_string(getpid()) + ".trace";
  // Now, and not when the program has run in vain.
  std::string Problem;
  if (!Args.Suppressions.empty() &&
      !report::readSuppressions(Args.Suppressions, Problem))
    return Problem;
  return "";
}

/// One message for each line of \p Error.
int refuse(llvm::StringRef Error) {
  llvm::SmallVector<llvm::StringRef, 2> Lines;
  Error.split(Lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef Line : Lines)
    printError(report::cleanText(Line));
  return EX_Incomplete;
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

/// The report, unless it is not wanted; with -q for the gate alone. None where
/// nobody asked for one, or where the trace could not be read.
std::optional<report::StallReport> showReport(const RunArguments &Args,
                                              const RunOptions &Options) {
  report::ReportOptions Report;
  Report.Traces = {Options.TracePath};
  Report.Suppressions = Args.Suppressions;
  if (Args.Quiet && Args.FailOnStall.empty())
    return std::nullopt;
  bool Complete = true;
  std::optional<report::StallReport> All =
      report::makeReport(Report, llvm::errs(), Complete);
  if (All && !Args.Quiet)
    report::writeReport(*All, Report, nullptr, {}, llvm::errs(), llvm::errs());
  return All;
}

/// What --fail-on-stall makes of a run; EX_Clean leaves the program's own exit
/// code. Counted are stalls that the program made and no suppression covers.
int judge(const RunArguments &Args, const RunOptions &Options,
          const RunResult &Result, const report::StallReport &All,
          uint64_t LimitNs) {
  uint64_t Longest = 0;
  for (const report::Signature &S : All.Signatures)
    Longest = std::max(Longest, S.MaxNs);
  if (Longest >= LimitNs) {
    llvm::errs() << "nostall: a stall took " << durationText(Longest)
                 << " (--fail-on-stall " << Args.FailOnStall
                 << "); trace: " << Options.TracePath << '\n';
    return EX_Stalled;
  }
  // Where nothing was measured nothing was tested.
  if (!Result.Processes)
    return refuse("--fail-on-stall: " + Result.WhyNoLoop);
  if (!Result.WhyNoLoop.empty() && Args.Quiet)
    llvm::errs() << "nostall: " << report::cleanText(Result.WhyNoLoop) << '\n';
  return EX_Clean;
}

int attach(const RunArguments &Args, pid_t Pid) {
  RunOptions Options;
  std::string Error = toOptions(Args, Options);
  RunResult Result;
  if (Error.empty()) {
    Result = attachProgram(Options, Pid);
    Error = Result.Error;
  }
  if (!Error.empty())
    return refuse(Error);
  showReport(Args, Options);
  if (Args.Trace.empty())
    unlink(Options.TracePath.c_str());
  else if (!Args.Quiet)
    llvm::errs() << "trace: " << Options.TracePath << '\n';
  return Result.TraceComplete ? EX_Clean : EX_Incomplete;
}

/// What is checked before the program is started. A message, or empty; with -D
/// it returns on failure only.
std::string prepare(const RunArguments &Args, const CompilerArguments &Command,
                    RunOptions &Options, uint64_t &LimitNs) {
  if (!Command || Command->empty())
    return "run: no program; give it after --";
  Options.Command = *Command;
  if (!Args.FailOnStall.empty()) {
    std::optional<uint64_t> Limit = parseDuration(Args.FailOnStall);
    if (!Limit)
      return "--fail-on-stall: '" + Args.FailOnStall +
             "' is not a time such as 50ms";
    LimitNs = *Limit;
  }
  if (std::string Error = toOptions(Args, Options); !Error.empty())
    return Error;
  if (Args.Daemon && LimitNs)
    return "-D and --fail-on-stall do not go together: the exit status is the "
           "program's";
  return Args.Daemon ? becomeProgram(Options) : "";
}

int run(const RunArguments &Args, const CompilerArguments &Command) {
  RunOptions Options;
  uint64_t LimitNs = 0;
  std::string Error = prepare(Args, Command, Options, LimitNs);
  if (!Error.empty())
    return refuse(Error);
  RunResult Result = runProgram(Options);
  if (!Result.Error.empty()) {
    if (Args.Trace.empty())
      unlink(Options.TracePath.c_str());
    return refuse(Result.Error);
  }
  if (!Result.TraceComplete)
    printError(Options.TracePath + ": not written completely");
  std::optional<report::StallReport> All = showReport(Args, Options);
  int Exit = EX_Clean;
  if (LimitNs)
    Exit = All ? judge(Args, Options, Result, *All, LimitNs) : EX_Incomplete;
  // What made the gate fail is there to be looked at.
  if (Args.Trace.empty() && Exit != EX_Stalled)
    unlink(Options.TracePath.c_str());
  if (!Args.Trace.empty() && !Args.Quiet && Exit != EX_Stalled)
    llvm::errs() << "trace: " << Options.TracePath << '\n';
  if (Exit == EX_Clean)
    endAs(Result.Status);
  llvm::errs().flush();
  _exit(Exit);
}

/// What run and attach share.
void addWatchOptions(CLI::App &Command, RunArguments &Args) {
  Command.add_option("--threshold", Args.Threshold,
                  "An iteration that takes this long is a stall")
      ->type_name("TIME")
      ->capture_default_str();
  Command.add_option("-o", Args.Trace,
                  "Keep the trace in this file, for nostall report")
      ->type_name("FILE");
  Command.add_option("--suppressions", Args.Suppressions,
                  "A YAML file of stalls to leave out of the report")
      ->type_name("FILE");
  Command.add_option("--loops", Args.Loops,
                  "Only loops of threads with such a name (shell pattern)")
      ->type_name("PATTERN");
  Command.add_option("--sampler", Args.Sampler,
                  "How running code is sampled")
      ->check(CLI::IsMember({"auto", "perf", "signal", "none"}))
      ->type_name("KIND")
      ->capture_default_str();
  Command.add_option("--max-size", Args.MaxSize,
                  "MiB of trace; what goes beyond is counted by signature")
      ->type_name("MIB")
      ->capture_default_str();
  Command.add_option("--probe", Args.Probe, "The libnostall-probe.so to load")
      ->type_name("FILE");
  Command.add_flag("-q,--quiet", Args.Quiet, "Print no report at the end");
}

} // namespace

void addRunCommand(CLI::App &App, const CompilerArguments &Command, int &Exit) {
  auto Args = std::make_shared<RunArguments>();
  CLI::App *Run = App.add_subcommand(
      "run", "Run a program and report the stalls of its event loops");
  Run->footer("nostall run [options] -- PROGRAM [ARGUMENTS]");
  addWatchOptions(*Run, *Args);
  Run->add_option("--fail-on-stall", Args->FailOnStall,
                  "Exit with 3 when a stall took this long, and keep the trace")
      ->type_name("TIME");
  Run->add_flag("-D", Args->Daemon,
                "Become the program and watch from a grandchild: for services "
                "and containers");
  Run->callback([Args, &Command, &Exit] { Exit = run(*Args, Command); });

  CLI::App *Attach = App.add_subcommand(
      "attach", "Watch a program that was started with the probe preloaded, "
                "until it ends or ^C");
  auto AttachArgs = std::make_shared<RunArguments>();
  auto Pid = std::make_shared<int>(0);
  Attach->add_option("pid", *Pid, "The program's process id")
      ->required()
      ->type_name("");
  addWatchOptions(*Attach, *AttachArgs);
  Attach->callback(
      [AttachArgs, Pid, &Exit] { Exit = attach(*AttachArgs, *Pid); });
}

} // namespace nostall
