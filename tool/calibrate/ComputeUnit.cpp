//===- ComputeUnit.cpp - how fast this machine computes ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference figures are those of engine/extract/OperationCost.cpp and of
// the knowledge's costs: what the model says that a round costs.
//
//===----------------------------------------------------------------------===//

#include "calibrate/ComputeUnit.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace nostall {
namespace {

constexpr int Rounds = 4096;

/// What the loops work on; made once.
struct Data {
  unsigned char Bytes[Rounds];
  uint32_t Table[256];
  long Longs[Rounds];
  double Doubles[Rounds];
  std::map<int, long> Tree;
  std::unordered_map<int, long> Hash;
  struct Node {
    Node *Next;
    long Value;
  };
  std::unique_ptr<Node[]> Nodes = std::make_unique<Node[]>(Rounds);

  Data() {
    uint64_t Random = 88172645463325252ull;
    auto Next = [&] {
      Random ^= Random << 13;
      Random ^= Random >> 7;
      Random ^= Random << 17;
      return Random;
    };
    for (int I = 0; I < Rounds; ++I) {
      Bytes[I] = static_cast<unsigned char>(Next());
      Longs[I] = static_cast<long>(Next() % 1000003) + 1;
      Doubles[I] = static_cast<double>(Next() % 1000) / 100.0;
      // Steps of a prime visit every node.
      Nodes[I] = {&Nodes[(I + 1031) % Rounds], I};
    }
    for (uint32_t &Entry : Table)
      Entry = static_cast<uint32_t>(Next());
    for (int I = 0; I < 1024; ++I)
      Tree[I * 3] = Hash[I * 3] = I;
  }
};

/// Nanoseconds a round. Each call of \p Body is one pass of Rounds.
template <typename F> double fastest(F Body) {
  using Clock = std::chrono::steady_clock;
  constexpr int Blocks = 20;
  constexpr double BlockNanoseconds = 1.5e6;
  double Best = 1e18;
  for (int Block = 0; Block < Blocks; ++Block) {
    int Passes = 0;
    std::chrono::duration<double, std::nano> Spent{};
    auto Start = Clock::now();
    do {
      uint64_t Result = Body();
      asm volatile("" : : "r"(Result) : "memory");
      ++Passes;
      Spent = Clock::now() - Start;
    } while (Spent.count() < BlockNanoseconds);
    Best = std::min(Best, Spent.count() / Passes / Rounds);
  }
  return Best;
}

} // namespace

std::vector<UnitLoop> measureUnitLoops() {
  auto Owned = std::make_unique<Data>();
  Data &D = *Owned;
  std::vector<UnitLoop> Loops;
  auto Add = [&](const char *Name, double Reference, auto Body) {
    Loops.push_back({Name, Reference, fastest(Body)});
  };
  Add("multiply-and-add chain", 1.0, [&] {
    uint64_t Sum = 1;
    for (unsigned char Byte : D.Bytes)
      Sum = Sum * 31 + Byte;
    return Sum;
  });
  Add("table lookup chain", 2.0, [&] {
    uint32_t Sum = 1;
    for (unsigned char Byte : D.Bytes)
      Sum = D.Table[(Sum ^ Byte) & 0xff] ^ (Sum >> 8);
    return uint64_t(Sum);
  });
  Add("integer division", 2.8, [&] {
    uint64_t Sum = 0;
    for (int I = 0; I < Rounds; ++I)
      Sum += static_cast<uint64_t>(D.Longs[I]) /
             static_cast<uint64_t>(D.Bytes[I] | 1);
    return Sum;
  });
  Add("floating-point chain", 1.6, [&] {
    double Sum = 0;
    for (double Value : D.Doubles)
      Sum = Sum * 0.999 + Value;
    return static_cast<uint64_t>(Sum);
  });
  Add("node to node", 2.5, [&] {
    uint64_t Sum = 0;
    const Data::Node *N = D.Nodes.get();
    for (int I = 0; I < Rounds; ++I, N = N->Next)
      Sum += static_cast<uint64_t>(N->Value);
    return Sum;
  });
  Add("tree lookup", 12, [&] {
    uint64_t Sum = 0;
    for (int I = 0; I < Rounds; ++I)
      Sum += D.Tree.count((I * 2654435761u >> 7) % 3072);
    return Sum;
  });
  Add("hash lookup", 3, [&] {
    uint64_t Sum = 0;
    for (int I = 0; I < Rounds; ++I)
      Sum += D.Hash.count((I * 2654435761u >> 7) % 3072);
    return Sum;
  });
  Add("allocation", 16, [&] {
    uint64_t Sum = 0;
    for (int I = 0; I < Rounds; ++I) {
      auto *Block = static_cast<char *>(::operator new(40 + (I & 63)));
      asm volatile("" : : "r"(Block) : "memory");
      Sum += reinterpret_cast<uintptr_t>(Block) & 1;
      ::operator delete(Block);
    }
    return Sum;
  });
  return Loops;
}

double slownessOf(const std::vector<UnitLoop> &Loops) {
  double Sum = 0;
  for (const UnitLoop &L : Loops)
    Sum += std::log(L.Measured / L.Reference);
  return Loops.empty() ? 1 : std::exp(Sum / static_cast<double>(Loops.size()));
}

} // namespace nostall
