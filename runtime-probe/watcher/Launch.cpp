//===- Launch.cpp - runs a program under the probe --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Launch.h"
#include "watcher/Calls.h"
#include "watcher/Coverage.h"
#include "watcher/ProbeCost.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace nostall {
namespace {

std::atomic<pid_t> Child;

/// For a service manager that ends us: the program is to end.
void passOn(int Number) {
  if (pid_t Pid = Child.load())
    kill(Pid, Number);
}

/// The terminal sends these to the program too; a process sends them to us.
void passOnUnlessTerminal(int Number, siginfo_t *Info, void *) {
  if (Info->si_code != SI_KERNEL)
    passOn(Number);
}

void setSignals() {
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  sigemptyset(&Action.sa_mask);
  Action.sa_flags = SA_RESTART;
  Action.sa_handler = passOn;
  for (int Number : {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCONT})
    sigaction(Number, &Action, nullptr);
  Action.sa_flags = SA_RESTART | SA_SIGINFO;
  Action.sa_sigaction = passOnUnlessTerminal;
  for (int Number : {SIGINT, SIGQUIT})
    sigaction(Number, &Action, nullptr);
}

void setEnvironment(const RunOptions &Options, const SessionFile &File) {
  std::string Preload = Options.ProbePath;
  if (const char *Others = getenv("LD_PRELOAD"); Others && *Others)
    Preload += ":" + std::string(Others);
  setenv("LD_PRELOAD", Preload.c_str(), 1);
  setenv(wire::FileVariable, File.path().c_str(), 1);
}

char **argumentsOf(const RunOptions &Options) {
  auto **Arguments = new char *[Options.Command.size() + 1];
  for (size_t I = 0; I < Options.Command.size(); ++I)
    Arguments[I] = strdup(Options.Command[I].c_str());
  Arguments[Options.Command.size()] = nullptr;
  return Arguments;
}

/// A child that has not become the program yet.
class Spawned {
  int Go = -1, Failure = -1;

public:
  pid_t Pid = 0;
  std::string Error; ///< Of spawn() or release(); empty: none.

  /// Forks. To be called while there is one thread.
  void spawn(const RunOptions &Options, const SessionFile &File);
  /// Lets the child become the program. A failed exec comes back through a pipe
  /// that a successful one closes.
  void release(const RunOptions &Options);
};

void Spawned::spawn(const RunOptions &Options, const SessionFile &File) {
  int GoPipe[2], FailurePipe[2];
  if (pipe2(GoPipe, O_CLOEXEC) != 0 || pipe2(FailurePipe, O_CLOEXEC) != 0) {
    Error = strerror(errno);
    return;
  }
  char **Arguments = argumentsOf(Options);
  Pid = fork();
  if (Pid == 0) {
    close(GoPipe[1]); // Else it would not see us end.
    setEnvironment(Options, File);
    char Byte;
    if (read(GoPipe[0], &Byte, 1) != 1)
      _exit(127);
    execvp(Arguments[0], Arguments);
    int Number = errno;
    (void)!write(FailurePipe[1], &Number, sizeof(Number));
    _exit(127);
  }
  if (Pid < 0)
    Error = strerror(errno);
  close(GoPipe[0]);
  close(FailurePipe[1]);
  Go = GoPipe[1];
  Failure = FailurePipe[0];
}

void Spawned::release(const RunOptions &Options) {
  (void)!write(Go, "", 1);
  close(Go);
  int Number = 0;
  if (read(Failure, &Number, sizeof(Number)) == sizeof(Number))
    Error = Options.Command[0] + ": " + strerror(Number);
  close(Failure);
}

void writeStart(TraceWriter &Out, const RunOptions &Options) {
  trace::Record R;
  auto *S = R.mutable_start();
  utsname Name;
  uname(&Name);
  S->set_host(Name.nodename);
  S->set_kernel(Name.release);
  timespec Real;
  clock_gettime(CLOCK_REALTIME, &Real);
  S->set_realtime_ns(static_cast<uint64_t>(Real.tv_sec) * 1'000'000'000 +
                     static_cast<uint64_t>(Real.tv_nsec));
  S->set_monotonic_ns(monotonicNs());
  S->set_threshold_ns(Options.Watch.ThresholdNs);
  for (const std::string &Word : Options.Command)
    S->add_command(Word);
  S->set_version(NOSTALL_VERSION);
  std::ifstream Boot("/proc/sys/kernel/random/boot_id");
  std::string Id;
  Boot >> Id;
  S->set_boot_id(Id);
  for (const InterposedCall &Call : InterposedCalls)
    S->add_calls(Call.Name);
  S->set_loops(Options.Watch.Loops);
  Out.write(R);
}

void writeFinish(TraceWriter &Out, SessionFile &File, const Watcher &W,
                 const RunResult &Result, ProbePrices &Prices,
                 uint64_t WithoutStacks) {
  const WatchTotals &T = W.totals();
  wire::Session &S = File.session();
  trace::Record R;
  auto *F = R.mutable_finish();
  F->set_monotonic_ns(monotonicNs());
  F->set_watcher_cpu_ns(ownCpuNs());
  F->set_ticks(T.Ticks);
  F->set_late_ticks(T.LateTicks);
  F->set_samples_remote(T.Remote);
  F->set_samples_signal(T.Signal);
  F->set_samples_perf(T.Perf);
  F->set_samples_call_exit(T.CallExit);
  F->set_samples_failed(T.Failed);
  F->set_processes(Result.Processes);
  F->set_slots_exhausted(S.SlotsExhausted.load());
  F->set_waits_no_loop(S.PollsNotLoops.load());
  F->set_exit_status(static_cast<uint32_t>(Result.Status));
  for (const std::string &Note : T.Notes)
    F->add_notes(Note);
  if (WithoutStacks)
    F->add_notes(std::to_string(WithoutStacks) +
                 " stalls have no stack: they came faster than stacks could be "
                 "unwound");
  if (!Result.WhyNoLoop.empty())
    F->add_notes(Result.WhyNoLoop);
  const ProbeCost &Cost = Prices.get();
  F->set_probe_edge_ps(Cost.EdgePs);
  F->set_probe_call_ps(Cost.CallPs);
  Out.write(R);
}

/// Watches until the program has ended; the same for both ways to start it.
/// Abandon: whether to leave loops that live on when the wait is over.
template <typename WaitForEnd>
RunResult watch(const RunOptions &Options, SessionFile &File, TickClock &Clock,
                TraceWriter &Out, bool Abandon, WaitForEnd Wait) {
  RunResult Result;
  writeStart(Out, Options);
  ProbePrices Prices(Options.ProbePath, Clock);
  Recorder Records(Out, Prices);
  Watcher W(File, Clock, Records, Options.Watch);
  std::atomic<bool> Started = false;
  std::thread Watching([&W, &Started, Abandon] {
    sigset_t All;
    sigfillset(&All);
    pthread_sigmask(SIG_BLOCK, &All, nullptr);
    Started.store(true);
    Started.notify_one();
    W.run(Abandon);
  });
  Started.wait(false); // A short program is over before a thread gets a CPU.
  Result.Status = Wait();
  W.stop();
  Watching.join();
  Records.close();
  Out.writeCounted();
  wire::Session &S = File.session();
  Result.Processes = S.Processes.load();
  if (!W.loopsSeen())
    Result.WhyNoLoop = whyNoLoop(Options.Command, Result.Processes,
                                 S.PollsNotLoops.load());
  writeFinish(Out, File, W, Result, Prices, Records.dropped());
  Result.TraceComplete = Out.close();
  return Result;
}

} // namespace

RunResult runProgram(const RunOptions &Options) {
  RunResult Result;
  TickClock Clock = TickClock::measure();
  auto [File, Error] = SessionFile::create(Clock, Options.Watch.ThresholdNs);
  if (!Error.empty())
    return {.Error = Error};
  TraceWriter Out(Options.MaxTraceBytes);
  if (Error = Out.open(Options.TracePath); !Error.empty())
    return {.Error = Error};
  Spawned Program;
  Program.spawn(Options, File);
  if (!Program.Error.empty())
    return {.Error = Program.Error};
  Child = Program.Pid;
  // The report's reader may go away; the program's status is still passed on.
  signal(SIGPIPE, SIG_IGN);
  setSignals();
  Result = watch(Options, File, Clock, Out, false, [&] {
    Program.release(Options);
    int Status = 0;
    while (waitpid(Program.Pid, &Status, 0) < 0 && errno == EINTR)
      ;
    Child = 0;
    return Status;
  });
  Result.Error = Program.Error;
  return Result;
}

std::string becomeProgram(const RunOptions &Options) {
  TickClock Clock = TickClock::measure();
  auto [File, Error] = SessionFile::create(Clock, Options.Watch.ThresholdNs);
  if (!Error.empty())
    return Error;
  pid_t Program = getpid();
  int Pipe[2]; // The program waits until it is watched.
  if (pipe2(Pipe, O_CLOEXEC) != 0)
    return strerror(errno);
  pid_t Between = fork();
  if (Between < 0)
    return strerror(errno);
  if (Between == 0) {
    // The watcher's parent ends at once, so the watcher is not the program's
    // child: the program's wait() finds none.
    if (fork() != 0)
      _exit(0);
    setsid();
    // Who reads the program's output waits until nobody has it open.
    int Null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int Fd : {0, 1, 2})
      dup2(Null, Fd);
    File.session().WatcherPid = getpid();
    TraceWriter Out(Options.MaxTraceBytes);
    std::string Failure = Out.open(Options.TracePath);
    (void)!write(Pipe[1], Failure.c_str(), Failure.size() + 1);
    close(Pipe[0]);
    close(Pipe[1]);
    if (!Failure.empty())
      _exit(2);
    setSignals();
    watch(Options, File, Clock, Out, false, [Program] {
      // Not our child: it cannot be waited for, its status is not known.
      // Its parent may be waiting for us to let go before it reaps it.
      ThreadInfo Main(Program, Program);
      while (Main.isAlive())
        usleep(100'000);
      return 0;
    });
    File = SessionFile(); // Removed here: _exit runs no destructors.
    _exit(0);
  }
  close(Pipe[1]);
  int Status;
  while (waitpid(Between, &Status, 0) < 0 && errno == EINTR)
    ;
  char Failure[512] = "the watcher did not start";
  (void)!read(Pipe[0], Failure, sizeof(Failure));
  close(Pipe[0]);
  if (Failure[0])
    return Failure;
  setEnvironment(Options, File);
  File.disown();
  char **Arguments = argumentsOf(Options);
  execvp(Arguments[0], Arguments);
  return Options.Command[0] + ": " + strerror(errno);
}

namespace {
std::atomic<bool> Asked;
void askToEnd(int) { Asked.store(true); }
} // namespace

RunResult attachProgram(const RunOptions &Options, pid_t Pid) {
  TickClock Clock = TickClock::measure();
  auto [File, Error] = SessionFile::open(Pid);
  if (!Error.empty())
    return {.Error = Error};
  wire::Session &S = File.session();
  if (S.Clock != Clock.kind())
    return {.Error = "the program measures with another clock"};
  TraceWriter Out(Options.MaxTraceBytes);
  if (Error = Out.open(Options.TracePath); !Error.empty())
    return {.Error = Error};
  S.TicksPerNs = Clock.ticksPerNs();
  File.setThreshold(Clock.durationTicks(Options.Watch.ThresholdNs));
  struct sigaction Action;
  memset(&Action, 0, sizeof(Action));
  Action.sa_handler = askToEnd;
  for (int Number : {SIGINT, SIGTERM, SIGHUP})
    sigaction(Number, &Action, nullptr);
  RunResult Result = watch(Options, File, Clock, Out, true, [Pid] {
    ThreadInfo Main(Pid, Pid);
    while (!Asked.load() && Main.isAlive())
      usleep(50'000);
    return 0;
  });
  // The program goes on as it was before.
  File.setThreshold(~uint64_t(0));
  S.WatcherPid = 0;
  return Result;
}

} // namespace nostall
