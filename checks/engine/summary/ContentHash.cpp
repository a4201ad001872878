//===- ContentHash.cpp - equality of bodies across units --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/ContentHash.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

namespace nostall {

uint64_t contentHash(const SummaryTables &Unit, const FunctionSummary &F) {
  llvm::SmallVector<uint64_t, 256> Words;
  auto AddString = [&](StringId Id) {
    Words.push_back(llvm::xxh3_64bits(Unit.Strings[Id]));
  };
  auto AddValues = [&](uint32_t First, uint32_t Count) {
    Words.push_back(Count);
    for (uint32_t I = First; I != First + Count; ++I) {
      const Value &V = Unit.Values[I];
      Words.push_back(static_cast<uint64_t>(V.Kind));
      AddString(V.Type);
      switch (V.Kind) {
      case ValueKind::String:
        AddString(static_cast<StringId>(V.Data));
        break;
      case ValueKind::Slot:
        Words.push_back(Unit.Slots[V.Data].Name.Low);
        break;
      case ValueKind::Function:
        Words.push_back(Unit.Entities[V.Data].Name.Low);
        break;
      default:
        Words.push_back(static_cast<uint64_t>(V.Data));
      }
    }
  };
  Words.push_back(Unit.Entities[F.Entity].Name.Low);
  Words.push_back(uint64_t(F.Cost) << 32 | F.Flags);
  // Clang places an implicit member at whatever declaration it saw first.
  bool Placed = !(F.Flags & FF_Synthesized);
  Words.push_back(Placed ? F.Loc.Line : 0);
  Words.push_back(Placed ? llvm::xxh3_64bits(Unit.Files[F.Loc.File]) : 0);
  for (uint32_t I = F.FirstCall; I != F.FirstCall + F.NumCalls; ++I) {
    const CallEdge &Call = Unit.Calls[I];
    Words.push_back(
        Call.Callee == NoIndex ? 0 : Unit.Entities[Call.Callee].Name.Low);
    Words.push_back(
        Placed ? uint64_t(Call.Loc.Line) << 32 | Call.Loc.Column : 0);
    Words.push_back(uint64_t(Call.Flags) << 32 | uint64_t(Call.Loop) << 16 |
                    static_cast<uint64_t>(Call.Kind));
    for (uint32_t A = Call.FirstArg; A != Call.FirstArg + Call.NumArgs; ++A)
      AddValues(Unit.Args[A].FirstValue, Unit.Args[A].NumValues);
  }
  for (uint32_t I = F.FirstFlow; I != F.FirstFlow + F.NumFlows; ++I) {
    const Flow &Fl = Unit.Flows[I];
    Words.push_back(static_cast<uint64_t>(Fl.Target));
    Words.push_back(Fl.Target == FlowTarget::Slot
                        ? Unit.Slots[Fl.Index].Name.Low
                        : Fl.Index);
    AddValues(Fl.FirstValue, Fl.NumValues);
  }
  return llvm::xxh3_64bits(
      llvm::ArrayRef(reinterpret_cast<const uint8_t *>(Words.data()),
                     Words.size() * sizeof(uint64_t)));
}

} // namespace nostall
