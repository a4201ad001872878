//===- KindTable.cpp - gathers stalls of one kind ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/KindTable.h"

#include "reporter/StackShape.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

#include <fmt/format.h>

#include <tuple>

namespace nostall::report {

std::string signatureId(const std::string &Cause, const std::string &Call,
                        const Stack &Frames) {
  // The first number is the recipe's version: other words, another number.
  std::string Text = fmt::format("1|{}|{}", Cause, Call);
  for (const std::string &Word : placeWords(Frames, Cause))
    Text += "|" + Word;
  return fmt::format("{:016x}", llvm::xxh3_64bits(Text));
}

uint64_t quantile(std::vector<std::pair<uint64_t, uint64_t>> &Durations,
                  unsigned Permille) {
  llvm::sort(Durations);
  // A damaged trace may count to more than 64 bits hold.
  double All = 0;
  for (const auto &[Duration, Count] : Durations)
    All += double(Count);
  double Below = All * Permille / 1000;
  double Seen = 0;
  for (const auto &[Duration, Count] : Durations) {
    Seen += double(Count);
    // The sum is exact up to 2^53, a product with 0.99 is not.
    if (Seen >= Below - 1e-6)
      return Duration;
  }
  return Durations.empty() ? 0 : Durations.back().first;
}

std::string KindTable::add(const Addition &A) {
  std::string Id = signatureId(A.Cause, A.Call, A.Frames);
  Kind &K = Kinds[Id];
  Signature &S = K.S;
  // Of equally long ones the first, that the order of files decides alone.
  if (S.Count == 0 || A.MaxNs > S.MaxNs) {
    S.Frames = A.Frames;
    S.Truncated = A.Truncated;
    S.OwnerFrames = A.OwnerFrames;
    S.Owner = A.Owner;
    S.Task = A.Task;
    S.MaxNs = A.MaxNs;
  }
  S.Id = Id;
  S.Cause = A.Cause;
  S.Call = A.Call;
  S.Count += A.Count;
  S.TotalNs += A.TotalNs;
  S.Victims += A.Victims;
  S.Split.RunNs += A.Split.RunNs;
  S.Split.RunqueueNs += A.Split.RunqueueNs;
  S.Split.CallNs += A.Split.CallNs;
  S.Split.MinorFaults += A.Split.MinorFaults;
  S.Split.MajorFaults += A.Split.MajorFaults;
  // Several stalls, each at most the maximum: a bound on the quantile.
  S.P99Exact &= A.Count == 1;
  K.Durations.emplace_back(A.MaxNs, A.Count);
  ThreadShare &Share = K.Threads[A.Thread];
  Share.Thread = A.Thread;
  Share.Count += A.Count;
  Share.TotalNs += A.TotalNs;
  return Id;
}

std::vector<Signature> KindTable::take() {
  std::vector<Signature> All;
  for (auto &[Id, K] : Kinds) {
    K.S.P99Ns = quantile(K.Durations, 990);
    for (auto &[Name, Share] : K.Threads)
      K.S.Threads.push_back(std::move(Share));
    All.push_back(std::move(K.S));
  }
  Kinds.clear();
  llvm::sort(All, [](const Signature &A, const Signature &B) {
    return std::tie(B.TotalNs, A.Id) < std::tie(A.TotalNs, B.Id);
  });
  return All;
}

} // namespace nostall::report
