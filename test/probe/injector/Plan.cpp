//===- Plan.cpp - which injections, in which order --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "Causes.h"

#include <cmath>

namespace inject {

const std::vector<Cause> &allCauses() {
  static const std::vector<Cause> Causes{
      userSpin(),   systemCpu(),        minorFaults(),   userfault(),
      mappedFile(), sleepByNanosleep(), sleepByUsleep(), mutex(),
      rwlock(),     condition(),        semaphore(),     pipeRead(),
      socketRecv(), pollOne(),          childWait(),     fileRead(),
      fileSync(),   hostLookup(),
  };
  return Causes;
}

namespace {

/// SplitMix64: the library's distributions differ between implementations.
class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed) {}

  uint64_t next() {
    State += 0x9e3779b97f4a7c15U;
    uint64_t Value = State;
    Value = (Value ^ (Value >> 30)) * 0xbf58476d1ce4e5b9U;
    Value = (Value ^ (Value >> 27)) * 0x94d049bb133111ebU;
    return Value ^ (Value >> 31);
  }

  /// In [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
  uint64_t State;
};

/// Log-uniform, but one in five lies around the threshold: there a wrong
/// comparison shows.
int64_t chooseDuration(const Options &Chosen, Random &Dice) {
  double Ms = Chosen.MinMs * pow(Chosen.MaxMs / Chosen.MinMs, Dice.unit());
  if (Dice.unit() < 0.2)
    Ms = Chosen.ThresholdMs * (0.8 + 0.4 * Dice.unit());
  return static_cast<int64_t>(Ms * 1e6);
}

} // namespace

std::vector<Injection> makePlan(const Options &Chosen,
                                const std::vector<const Cause *> &Causes) {
  Random Dice(Chosen.Seed);
  std::vector<Injection> Round;
  for (const Cause *What : Causes)
    for (const Site *Where : Chosen.Sites)
      Round.push_back({.What = What, .Where = Where});
  std::vector<Injection> Plan;
  if (Round.empty())
    return Plan;
  const uint64_t Count = Chosen.Count ? Chosen.Count : Round.size();
  while (Plan.size() < Count) {
    for (size_t Left = Round.size(); Left > 1; --Left)
      std::swap(Round[Left - 1], Round[Dice.next() % Left]);
    for (const Injection &One : Round) {
      if (Plan.size() == Count)
        break;
      Plan.push_back(One);
      Plan.back().Id = Plan.size();
      Plan.back().AskedNs = chooseDuration(Chosen, Dice);
      Plan.back().OwnerComputes = Dice.unit() < 0.33;
    }
  }
  return Plan;
}

} // namespace inject
