//===- SignatureTable.cpp - the kinds of stalls that are shown --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/SignatureTable.h"

#include <algorithm>

namespace nostall::exporter {
namespace {

/// What is not shown is remembered too, since it may come to the top.
constexpr size_t KindsPerShown = 20, MinKinds = 2000;

using Kind = SignatureTable::Kind;

/// Of equal ones the id decides, so that the same traces give the same series.
bool isLarger(const Kind *A, const Kind *B) {
  return A->All.Ns != B->All.Ns ? A->All.Ns > B->All.Ns
                                : A->Labels.Id < B->Labels.Id;
}

} // namespace

SignatureTable::SignatureTable(size_t MaxShown)
    : MaxShown(MaxShown),
      MaxKinds(std::max(MaxShown * KindsPerShown, MinKinds)) {}

void SignatureTable::add(const SignatureLabels &Labels, Amount More,
                         uint32_t Trace) {
  if (Kinds.size() >= MaxKinds && !Kinds.count(Labels.Id))
    forgetSmall();
  Kind &K = Kinds[Labels.Id];
  if (K.Labels.Id.empty())
    K.Labels = Labels;
  K.All.Count += More.Count;
  K.All.Ns += More.Ns;
  K.Traces.insert(Trace);
}

void SignatureTable::rank() {
  std::vector<Kind *> In, Out;
  for (auto &[Id, K] : Kinds)
    (K.IsShown ? In : Out).push_back(&K);
  std::sort(In.begin(), In.end(), isLarger);
  size_t Candidates = std::min(Out.size(), MaxShown);
  std::partial_sort(Out.begin(), Out.begin() + static_cast<long>(Candidates),
                    Out.end(), isLarger);
  for (size_t I = 0; I < Candidates; ++I) {
    if (In.size() + I < MaxShown) {
      Out[I]->IsShown = true;
      continue;
    }
    if (In.empty())
      break;
    // A quarter more, or two of a size would take turns.
    Kind &Smallest = *In.back();
    if (Out[I]->All.Ns / 5 <= Smallest.All.Ns / 4)
      break;
    Smallest.IsShown = false;
    Smallest.Elsewhere = Smallest.All;
    Out[I]->IsShown = true;
    In.pop_back();
  }
  for (auto &[Id, K] : Kinds)
    if (!K.IsShown)
      addToRest(K);
}

void SignatureTable::addToRest(Kind &K) {
  Rest.Count += K.All.Count - K.Elsewhere.Count;
  Rest.Ns += K.All.Ns - K.Elsewhere.Ns;
  K.Elsewhere = K.All;
}

void SignatureTable::forgetSmall() {
  std::vector<Kind *> Hidden;
  for (auto &[Id, K] : Kinds)
    if (!K.IsShown)
      Hidden.push_back(&K);
  std::sort(Hidden.begin(), Hidden.end(), isLarger);
  std::vector<std::string> Small;
  for (size_t I = Hidden.size() / 2; I < Hidden.size(); ++I) {
    addToRest(*Hidden[I]);
    Small.push_back(Hidden[I]->Labels.Id);
  }
  for (const std::string &Id : Small)
    Kinds.erase(Id);
}

void SignatureTable::drop(uint32_t Trace) {
  for (auto &[Id, K] : Kinds) {
    K.Traces.erase(Trace);
    if (K.Traces.empty() && !K.IsShown)
      addToRest(K);
  }
  std::erase_if(Kinds,
                [](const auto &Entry) { return Entry.second.Traces.empty(); });
}

std::vector<const Kind *> SignatureTable::shown() const {
  std::vector<const Kind *> All;
  for (const auto &[Id, K] : Kinds)
    if (K.IsShown)
      All.push_back(&K);
  std::sort(All.begin(), All.end(), [](const Kind *A, const Kind *B) {
    return A->Labels.Id < B->Labels.Id;
  });
  return All;
}

} // namespace nostall::exporter
