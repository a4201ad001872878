//===- Loop.cpp - the event loop that stalls --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each injection: the helper is told to prepare it, writes the eventfd
// when it has, that starts the timer of the gap, and the timer's handler goes
// to the site. A heartbeat gives the ordinary short iterations in between.
//
//===----------------------------------------------------------------------===//

#include "Loop.h"
#include "Helper.h"

#include <cstdio>
#include <cstdlib>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace inject {
namespace {

constexpr int64_t NsPerSecond = 1'000'000'000;
constexpr int64_t HeartbeatNs = 3'000'000;
constexpr size_t MostSlow = 65536;

int orDie(int Descriptor, const char *Call) {
  if (Descriptor < 0) {
    perror(Call);
    exit(2);
  }
  return Descriptor;
}

void setTimer(int Timer, int64_t FirstNs, int64_t PeriodNs) {
  const itimerspec Time{{PeriodNs / NsPerSecond, PeriodNs % NsPerSecond},
                        {FirstNs / NsPerSecond, FirstNs % NsPerSecond}};
  orDie(timerfd_settime(Timer, 0, &Time, nullptr), "timerfd_settime");
}

class Loop {
public:
  Loop(const Options &Chosen, std::vector<Injection> &Plan)
      : Chosen(Chosen), Plan(Plan) {
    // Room now: growing during the run would copy, and fault pages in.
    Result.Slow.resize(MostSlow);
    for (const int Descriptor : {Prepared, Gap, Heartbeat}) {
      epoll_event Event{};
      Event.events = EPOLLIN;
      Event.data.fd = Descriptor;
      orDie(epoll_ctl(Epoll, EPOLL_CTL_ADD, Descriptor, &Event), "epoll_ctl");
    }
  }

  ~Loop() {
    for (const int Descriptor : {Prepared, Gap, Heartbeat, Epoll})
      close(Descriptor);
  }
  Loop(const Loop &) = delete;
  Loop &operator=(const Loop &) = delete;

  LoopResult run() {
    helper::start(Prepared);
    setTimer(Heartbeat, HeartbeatNs, HeartbeatNs);
    helper::prepare(Plan[0]);
    while (Next < Plan.size())
      iterate();
    // A heartbeat more: the last injection's iteration ends with a wait too.
    iterate();
    Result.LastStartNs = IterationStart;
    helper::stop();
    Result.Slow.resize(NumSlow);
    return std::move(Result);
  }

private:
  void iterate() {
    epoll_event Events[8];
    const int Count = epoll_wait(Epoll, Events, 8, -1);
    IterationStart = now();
    const Usage Before = Meter.read();
    Current = nullptr;
    for (int At = 0; At < Count; ++At)
      handle(Events[At].data.fd);
    ++Result.Iterations;
    const Usage Used = Meter.read() - Before;
    const int64_t End = now();
    if (Current) {
      Current->IterationEndNs = End;
      Current->IterationRunDelayNs = Used.RunDelayNs;
    } else if (End - IterationStart > Chosen.thresholdNs() * 8 / 10) {
      noteSlow({IterationStart, End, Used});
    }
  }

  void handle(int Descriptor) {
    uint64_t Expirations = 0;
    if (read(Descriptor, &Expirations, sizeof Expirations) !=
        sizeof Expirations)
      return;
    if (Descriptor == Prepared)
      setTimer(Gap, static_cast<int64_t>(Chosen.GapMs * 1e6) + 1, 0);
    else if (Descriptor == Heartbeat)
      spinUntil(now() + 20'000);
    else
      handleInjection();
  }

  INJECT_FRAME void handleInjection() {
    Current = &Plan[Next++];
    Current->IterationStartNs = IterationStart;
    Current->Where->Enter(*Current);
    if (Next < Plan.size())
      helper::prepare(Plan[Next]);
  }

  void noteSlow(const SlowIteration &Slow) {
    if (NumSlow < MostSlow)
      Result.Slow[NumSlow++] = Slow;
    else
      ++Result.LostSlow;
  }

  const Options &Chosen;
  std::vector<Injection> &Plan;
  size_t Next = 0;
  Injection *Current = nullptr;
  int64_t IterationStart = 0;
  size_t NumSlow = 0;
  LoopResult Result;
  const ThreadMeter Meter;
  const int Epoll = orDie(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
  const int Prepared = orDie(eventfd(0, EFD_CLOEXEC), "eventfd");
  const int Gap =
      orDie(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create");
  const int Heartbeat =
      orDie(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), "timerfd_create");
};

} // namespace

LoopResult runLoop(const Options &Chosen, std::vector<Injection> &Plan) {
  if (Plan.empty())
    return {};
  return Loop(Chosen, Plan).run();
}

} // namespace inject
