//===- ValueFlow.h - where values come from, with knowledge -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows a Value through local variables, through what calls return, and
// through library functions that the knowledge describes (std::move,
// containers, std::function), to its origins. Stops at parameters and slots:
// what callers pass is for CallGraph, what slots hold is for slotSources().
//
// Flow-insensitive within a function: a variable holds whatever is put into it
// anywhere.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Program.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include <optional>
#include <vector>

namespace nostall {

enum class OriginKind : uint8_t {
  Unknown,
  Int,
  String,
  Duration,
  Param,
  Slot,
  Function, ///< A callable: Data is the EntityIndex of its body.
  Task,     ///< A coroutine's result: Data is the FunctionIndex, Call made it.
  Bind,     ///< A callable with bound arguments: Data is the EntityIndex, Call
            ///< is the binding call.
  Result,   ///< Of a call that the knowledge describes or that has no body.
  Object,
  ScaledParam, ///< Param, times something that is not zero.
};

struct Origin {
  OriginKind Kind = OriginKind::Unknown;
  StringId Type = 0;
  int64_t Data = 0;
  /// The call that it came from, into LUSummary::Calls; else NoIndex.
  uint32_t Call = NoIndex;
  /// A Result that one of the program's functions returned: the call of that
  /// function, if it is the one that Call stands in.
  uint32_t Via = NoIndex;

  friend bool operator==(const Origin &, const Origin &) = default;
};
using OriginList = llvm::SmallVector<Origin, 2>;

/// "Values of argument `Arg` of call `Call`" or "values of flow `Flow`", in
/// function `In`.
struct ValueSource {
  FunctionIndex In = NoIndex;
  uint32_t FirstValue = 0;
  uint32_t NumValues = 0;
  Location Loc;
};

class ValueFlow {
public:
  explicit ValueFlow(const Program &P);

  /// Origins of \p Values, which belong to \p F. Empty means unknown.
  OriginList resolve(FunctionIndex F, llvm::ArrayRef<Value> Values) const;
  OriginList resolve(FunctionIndex F, const Value &V) const;
  OriginList argument(FunctionIndex F, const CallEdge &Call,
                      unsigned Arg) const {
    return resolve(F, P.argument(Call, Arg));
  }

  /// The constant that \p Call of \p F passes, if it is one.
  std::optional<int64_t> constant(FunctionIndex F, const CallEdge &Call,
                                  unsigned Arg) const;

  /// The text that the value begins with, where that is a literal: of
  /// `"/proc/" + pid`, format("/proc/{}", pid), and what is made of these.
  /// Or else the parameter that it begins with.
  struct Beginning {
    std::optional<llvm::StringRef> Text;
    std::optional<unsigned> Param;
  };
  Beginning beginning(FunctionIndex F, const Value &V,
                      unsigned Depth = 0) const;
  /// What a local variable is set to, in its own function.
  llvm::ArrayRef<ValueSource> localSources(FunctionIndex F,
                                           uint32_t Local) const;

  /// Everything that is put into a slot, anywhere.
  llvm::ArrayRef<ValueSource> slotSources(SlotIndex Slot) const;
  llvm::ArrayRef<Value> values(const ValueSource &Source) const {
    return llvm::ArrayRef(P.summary().Values)
        .slice(Source.FirstValue, Source.NumValues);
  }
  /// What \p F puts into its parameter \p Param: a container, by reference.
  struct ParamStore {
    unsigned Param;
    ValueSource Source;
  };
  llvm::ArrayRef<ParamStore> paramStores(FunctionIndex F) const;

  /// The positions that a selector names in a call, 0 being the object
  /// argument.
  llvm::SmallVector<unsigned, 4> positions(const CallEdge &Call,
                                           const ArgSelector &Selector) const;

  const Program &program() const { return P; }

  /// What calls anywhere in the program make of a variable or member, such as
  /// a socket that is told not to block: set once, before anything is asked.
  void setMarks(llvm::DenseMap<uint64_t, uint32_t> Found,
                llvm::StringMap<uint32_t> OfClasses) {
    Marks = std::move(Found);
    ClassMarks = std::move(OfClasses);
    SlotTraits.clear();
  }
  /// Its traits; 0 for none. `this` has those that objects of its class are
  /// given.
  uint32_t marks(FunctionIndex F, const Value &V) const {
    if (V.Kind == ValueKind::Param && V.Data == 0)
      return V.Type ? classMarks(P.string(V.Type)) : 0;
    return Marks.empty() || !canBeMarked(V) ? 0 : Marks.lookup(markKey(F, V));
  }
  static bool canBeMarked(const Value &V) {
    return V.Kind == ValueKind::Local || V.Kind == ValueKind::Slot ||
           (V.Kind == ValueKind::Param && V.Data != 0);
  }
  uint32_t classMarks(llvm::StringRef Class) const {
    return ClassMarks.lookup(Class);
  }
  static uint64_t markKey(FunctionIndex F, const Value &V) {
    uint64_t Index = static_cast<uint32_t>(V.Data) & 0x7fffffff;
    if (V.Kind == ValueKind::Slot)
      return static_cast<uint64_t>(NoIndex) << 32 | Index;
    if (V.Kind == ValueKind::Param)
      Index |= 0x80000000;
    return static_cast<uint64_t>(F) << 32 | Index;
  }

  /// What is put into a slot has in common, as Conditions has found it at a
  /// depth of its search: from it a slot is asked about again and again, and
  /// asks about others in turn.
  struct TraitsOfSlot {
    uint32_t Traits = 0;
    bool Any = false;
    bool AllKnown = true;
  };
  /// Null while that is not known, and while something is being resolved: an
  /// answer that a cycle cuts short holds only there.
  const TraitsOfSlot *slotTraits(SlotIndex Slot, unsigned Depth) const {
    if (!Active.empty())
      return nullptr;
    auto It = SlotTraits.find({Slot, Depth});
    return It == SlotTraits.end() ? nullptr : &It->second;
  }
  void noteSlotTraits(SlotIndex Slot, unsigned Depth, TraitsOfSlot T) const {
    if (Active.empty())
      SlotTraits[{Slot, Depth}] = T;
  }

private:
  bool passesOn(const CallEdge &Call, unsigned Arg) const;
  void collect(FunctionIndex F);
  void store(FunctionIndex F, llvm::ArrayRef<Value> Target,
             const ValueSource &Source);
  void resolveInto(FunctionIndex F, const Value &V, OriginList &Out) const;
  void resolveLocal(FunctionIndex F, uint32_t Local, OriginList &Out) const;
  void resolveResult(FunctionIndex F, uint32_t Index, StringId Type,
                     OriginList &Out) const;
  bool resolveKnown(FunctionIndex F, const CallEdge &Call, uint32_t CallIndex,
                    StringId Type, OriginList &Out) const;
  void resolveReturns(FunctionIndex F, const CallEdge &Call,
                      FunctionIndex Target, OriginList &Out) const;
  const OriginList &returns(FunctionIndex F) const;
  /// A member of a class that holds values and of which nothing else is
  /// known.
  bool isTransparentCall(const CallEdge &Call) const;

  const Program &P;
  std::vector<std::vector<ValueSource>> SlotSources;
  llvm::DenseMap<uint64_t, llvm::SmallVector<ValueSource, 2>> LocalSources;
  llvm::DenseMap<FunctionIndex, llvm::SmallVector<ParamStore, 2>> ParamStores;

  llvm::DenseMap<uint64_t, uint32_t> Marks;
  llvm::StringMap<uint32_t> ClassMarks;

  mutable llvm::DenseMap<std::pair<SlotIndex, unsigned>, TraitsOfSlot>
      SlotTraits;
  mutable llvm::DenseMap<uint64_t, OriginList> LocalCache;
  mutable llvm::DenseMap<uint32_t, OriginList> ResultCache;
  mutable llvm::DenseMap<FunctionIndex, OriginList> ReturnCache;
  /// What is being resolved; a cycle adds nothing.
  mutable llvm::SmallVector<uint64_t, 16> Active;
};

} // namespace nostall
