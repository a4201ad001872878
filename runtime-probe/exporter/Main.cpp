//===- Main.cpp - nostall-exporter ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows traces and serves what they say as Prometheus metrics.
// docs/observability/README.md says how to use it.
//
//===----------------------------------------------------------------------===//

#include "exporter/Exposition.h"
#include "exporter/TraceSet.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <prometheus/exposer.h>
#include <prometheus/text_serializer.h>
#include <signal.h>

namespace nostall::exporter {
namespace {

enum Exit { Done = 0, Failed = 2 };

struct Arguments {
  FollowOptions Follow;
  std::vector<std::string> DebugFolders;
  std::string Listen = "127.0.0.1:9464";
  size_t MaxSignatures = 50, MaxLoops = 100;
  uint64_t KeepMs = 600'000, IntervalMs = 1000;
  bool Print = false;
};

void error(const std::string &Text) {
  std::cerr << "nostall-exporter: error: " << Text << std::endl;
}

std::vector<prometheus::MetricFamily> look(TraceSet &Traces, Totals &All) {
  std::vector<std::string> Said;
  Traces.look(Said);
  for (const std::string &Text : Said)
    std::cerr << "nostall-exporter: " << Text << std::endl;
  All.Signatures.rank();
  return metricsOf(All);
}

/// Where a server's address has no host it would listen to everybody.
bool isAddress(const std::string &Listen) {
  size_t Colon = Listen.rfind(':');
  if (Colon == std::string::npos || Colon == 0)
    return false;
  std::string Port = Listen.substr(Colon + 1);
  return !Port.empty() && Port.size() <= 5 &&
         Port.find_first_not_of("0123456789") == std::string::npos &&
         std::stoi(Port) <= 65535;
}

/// Until SIGTERM or SIGINT, which are blocked.
int serve(const Arguments &Args, TraceSet &Traces, Totals &All,
          const sigset_t &Ends) {
  auto Page = std::make_shared<Exposition>();
  // What is there already takes a while, and the first scrape should see it
  // all.
  Page->publish(look(Traces, All));
  std::unique_ptr<prometheus::Exposer> Server;
  try {
    Server = std::make_unique<prometheus::Exposer>(Args.Listen);
  } catch (const std::exception &) {
    error("--listen: cannot listen on " + Args.Listen);
    return Failed;
  }
  Server->RegisterCollectable(Page);
  std::string Host = Args.Listen.substr(0, Args.Listen.rfind(':'));
  std::cout << "nostall-exporter: http://" << Host << ":"
            << Server->GetListeningPorts().at(0) << "/metrics" << std::endl;
  timespec Interval = {static_cast<time_t>(Args.IntervalMs / 1000),
                       static_cast<long>(Args.IntervalMs % 1000 * 1'000'000)};
  while (sigtimedwait(&Ends, nullptr, &Interval) < 0)
    Page->publish(look(Traces, All));
  return Done;
}

int run(const Arguments &Args) {
  // Before there are other threads: none of them is to get these.
  sigset_t Ends;
  sigemptyset(&Ends);
  sigaddset(&Ends, SIGTERM);
  sigaddset(&Ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &Ends, nullptr);
  signal(SIGPIPE, SIG_IGN);
  Totals All(Args.MaxSignatures, Args.MaxLoops);
  FunctionNames Names(Args.DebugFolders);
  TraceSet Traces(Args.Follow, All, Names);
  if (!Args.Print)
    return serve(Args, Traces, All, Ends);
  prometheus::TextSerializer().Serialize(std::cout, look(Traces, All));
  return std::cout.flush() ? Done : Failed;
}

/// "10m", "500ms", to milliseconds.
CLI::AsNumberWithUnit timeUnits() {
  return CLI::AsNumberWithUnit(
      std::map<std::string, uint64_t>{
          {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}},
      CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME");
}

void define(CLI::App &App, Arguments &Args) {
  App.set_version_flag("--version", "nostall-exporter " NOSTALL_VERSION);
  App.add_option("traces", Args.Follow.Paths,
                 "Traces that nostall run or attach writes; of a folder, its "
                 "*.trace")
      ->required();
  App.add_option("--listen", Args.Listen, "HOST:PORT; with port 0 a free one")
      ->capture_default_str()
      ->check([](const std::string &Text) {
        return isAddress(Text) ? "" : "'" + Text + "' is not HOST:PORT";
      });
  App.add_option("--max-signatures", Args.MaxSignatures,
                 "Kinds of stalls with a time series of their own")
      ->capture_default_str()
      ->check(CLI::Range(0, 10000));
  App.add_option("--max-loops", Args.MaxLoops,
                 "Names of threads with time series of their own")
      ->capture_default_str()
      ->check(CLI::Range(0, 10000));
  App.add_option("--keep", Args.KeepMs,
                 "For how long a trace's series stay when it has ended")
      ->transform(timeUnits())
      ->default_str("10m");
  App.add_option("--interval", Args.IntervalMs, "How often to look at traces")
      ->transform(timeUnits())
      ->default_str("1s")
      ->check([](const std::string &Ms) {
        return std::stoull(Ms) >= 100 ? "" : "less than 100ms";
      });
  App.add_option("--debug-dir", Args.DebugFolders,
                 "Look here too for separate debug information");
  App.add_flag("--from-now", Args.Follow.FromNow,
               "Do not count what the traces have at the start");
  App.add_flag("--print", Args.Print,
               "Write the metrics to the standard output, and end");
}

} // namespace
} // namespace nostall::exporter

int main(int Argc, char **Argv) {
  using namespace nostall::exporter;
  CLI::App App("Serves what nostall measures as Prometheus metrics",
               "nostall-exporter");
  Arguments Args;
  define(App, Args);
  try {
    App.parse(Argc, Argv);
  } catch (const CLI::ParseError &Error) {
    if (Error.get_exit_code() == 0)
      return App.exit(Error); // --help, --version
    error(Error.what());
    return Failed;
  }
  Args.Follow.Keep = std::chrono::seconds(Args.KeepMs / 1000);
  return run(Args);
}
