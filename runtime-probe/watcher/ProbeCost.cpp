//===- ProbeCost.cpp - what the probe costs on this machine -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/ProbeCost.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace nostall {
namespace {

constexpr int Rounds = 8, Iterations = 1000, CallsPerIteration = 4;

using Wait = int (*)(int, epoll_event *, int, int);
using Close = int (*)(int);

/// Nanoseconds for Iterations of a loop that has an event at hand always, with
/// so many calls in each.
uint64_t runLoop(Wait Epoll, Close Call, int Calls, int Fd) {
  uint64_t Best = ~uint64_t(0);
  for (int Round = 0; Round < Rounds; ++Round) {
    uint64_t Begin = monotonicNs();
    for (int I = 0; I < Iterations; ++I) {
      epoll_event Event;
      Epoll(Fd, &Event, 1, 0);
      for (int J = 0; J < Calls; ++J)
        Call(-1); // EBADF: the shortest of system calls.
    }
    Best = std::min(Best, monotonicNs() - Begin);
  }
  return Best;
}

uint64_t picoseconds(uint64_t With, uint64_t Without, uint64_t Count) {
  return With > Without ? (With - Without) * 1000 / Count : 0;
}

} // namespace

ProbeCost measureProbeCost(const std::string &ProbePath,
                           const TickClock &Clock) {
  ProbeCost Cost;
  // A session of its own: no stalls, nobody who watches.
  auto [File, Error] = SessionFile::create(Clock, uint64_t(3'600'000'000'000));
  if (!Error.empty())
    return Cost;
  setenv(wire::FileVariable, File.path().c_str(), 1);
  void *Probe = dlopen(ProbePath.c_str(), RTLD_NOW | RTLD_LOCAL);
  unsetenv(wire::FileVariable);
  if (!Probe)
    return Cost;
  auto Epoll = reinterpret_cast<Wait>(dlsym(Probe, "epoll_wait"));
  auto Call = reinterpret_cast<Close>(dlsym(Probe, "close"));
  int Fd = epoll_create1(EPOLL_CLOEXEC), Ready = eventfd(1, EFD_CLOEXEC);
  epoll_event Event = {};
  Event.events = EPOLLIN;
  if (Epoll && Call && Fd >= 0 && Ready >= 0 &&
      epoll_ctl(Fd, EPOLL_CTL_ADD, Ready, &Event) == 0) {
    uint64_t Plain = runLoop(epoll_wait, close, 0, Fd);
    uint64_t PlainCalls = runLoop(epoll_wait, close, CallsPerIteration, Fd);
    uint64_t Probed = runLoop(Epoll, Call, 0, Fd);
    uint64_t ProbedCalls = runLoop(Epoll, Call, CallsPerIteration, Fd);
    Cost.EdgePs = picoseconds(Probed, Plain, 2 * Iterations);
    Cost.CallPs = picoseconds(ProbedCalls - std::min(ProbedCalls, Probed),
                              PlainCalls - std::min(PlainCalls, Plain),
                              Iterations * CallsPerIteration);
  }
  if (Call && Fd >= 0)
    Call(Fd); // Through the probe: its loop ends here.
  if (Ready >= 0)
    close(Ready);
  // The probe stays loaded: it has registered a fork handler.
  return Cost;
}

} // namespace nostall
