//===- EntityLinker.h - summaries of units to one program -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Resolve, merge, patch: gives every entity, slot and string of every unit one
// number, keeps one of equal bodies, and renumbers what refers to them.
//
// One build directory often holds several programs (examples, tests). A name
// with several different bodies is kept with all of them, and remembered by
// unit, so that each unit's calls reach its own.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/summary/SummaryBuilder.h"
#include "model/LUSummary.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <vector>

namespace nostall {

class EntityLinker {
public:
  /// How many are going to be added, if known: memory for all is then asked
  /// for early, and tables that grow are copied less often.
  void expect(size_t NumUnits) { Expected = NumUnits; }

  /// Adds one unit or a program linked before. Add units in a fixed order:
  /// it decides which of equal bodies is kept and how everything is numbered.
  void add(const SummaryTables &Unit);

  /// Adds a linked program without what \p Fresh, which is about to be added,
  /// has anew: the functions that stand in its main file, those that its unit
  /// gave to the program and gives again, and the comments of the files that
  /// it has read. Functions of headers stay: a unit may come without their
  /// bodies (clangd skips them).
  void addWithout(const SummaryTables &Program, const SummaryTables &Fresh);

  /// Leaves the linker empty.
  LUSummary finish();

private:
  /// Of one name there are several when programs share a build; the next is
  /// then in Next.
  struct Body {
    EntityName Name;
    uint64_t ContentHash;
    uint32_t Function;
    uint32_t Next = NoIndex;
  };
  struct BodyUser {
    uint32_t Body;
    uint32_t Unit;
  };

  void addUnits(const SummaryTables &Program,
                llvm::function_ref<bool(const FunctionSummary &)> Wanted);
  void makeRoom(const SummaryTables &Unit);
  void addTables(const SummaryTables &Unit);
  void addSpelledCalls(const SummaryTables &Unit, const FunctionSummary &F);
  bool isNew(const SummaryTables &Unit, const FunctionSummary &F,
             uint32_t UnitIndex);
  void addFunction(const SummaryTables &Unit, const FunctionSummary &F,
                   uint32_t UnitIndex);
  Value patch(Value V) const;
  Location patch(Location L) const;
  Argument patchValues(const SummaryTables &Unit, uint32_t First,
                       uint32_t Count);
  void dropPatterns();
  void nameAmbiguous();

  SummaryBuilder Builder;
  std::vector<Body> Bodies;
  InternTable FirstBodies; ///< By name: into Bodies.
  std::vector<BodyUser> BodyUsers;
  size_t Expected = 0, Added = 0;

  // The current unit's numbers to the program's.
  std::vector<StringId> Strings;
  std::vector<FileId> Files;
  std::vector<EntityIndex> Entities;
  std::vector<SlotIndex> Slots;
};

} // namespace nostall
