//===- SummaryValidator.cpp - are the indices in range ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryValidator.h"

#include <algorithm>

namespace nostall {
namespace {

/// Collects whether all indices are in range; the first bad table is named.
class Validator {
public:
  explicit Validator(const SummaryTables &T) : T(T) {}
  const char *run();

private:
  void check(bool Condition, const char *Table) {
    if (!Condition && !Bad)
      Bad = Table;
  }
  static bool range(uint64_t First, uint64_t Count, size_t Size) {
    return First + Count <= Size;
  }
  bool string(StringId Id) const { return Id < T.Strings.size(); }
  bool file(FileId Id) const { return Id < T.Files.size(); }
  bool entity(EntityIndex I) const { return I < T.Entities.size(); }
  bool location(const Location &L) const { return file(L.File); }
  void checkFunction(const FunctionSummary &F);
  void checkSpelled(const FunctionSummary &F);
  void checkCalls(const FunctionSummary &F);
  void checkFlows(const FunctionSummary &F);
  void checkBlocks(const FunctionSummary &F);
  void checkValue(const Value &V);
  void checkLocalValues(const FunctionSummary &F, uint32_t First,
                        uint32_t Count);

  const SummaryTables &T;
  const char *Bad = nullptr;
};

void Validator::checkValue(const Value &V) {
  check(string(V.Type), "values");
  switch (V.Kind) {
  case ValueKind::String:
    check(V.Data >= 0 && string(V.Data), "values");
    break;
  case ValueKind::Slot:
    check(V.Data >= 0 && uint64_t(V.Data) < T.Slots.size(), "values");
    break;
  case ValueKind::Function:
    check(V.Data >= 0 && entity(V.Data), "values");
    break;
  default:
    check(V.Kind <= ValueKind::ScaledParam, "values");
  }
}

/// Values that count from the function's own ranges.
void Validator::checkLocalValues(const FunctionSummary &F, uint32_t First,
                                 uint32_t Count) {
  if (!range(First, Count, T.Values.size()))
    return check(false, "arguments");
  for (uint32_t I = First; I != First + Count; ++I) {
    const Value &V = T.Values[I];
    if (V.Kind == ValueKind::Result)
      check(V.Data >= 0 && V.Data < F.NumCalls, "values");
    else if (V.Kind == ValueKind::Local)
      check(V.Data >= 0 && V.Data < F.NumLocals, "values");
    else if (V.Kind == ValueKind::Param)
      check(V.Data >= 0 && V.Data < std::max<uint32_t>(F.NumParams, 1),
            "values");
  }
}

/// Places in a call's text are followed without another look.
void Validator::checkSpelled(const FunctionSummary &F) {
  for (uint32_t I = F.FirstSpelled; I != F.FirstSpelled + F.NumSpelled; ++I) {
    const SpelledCall &C = T.SpelledCalls[I];
    check(location(C.Loc) && string(C.Text) && C.Call < F.NumCalls &&
              (C.Object == NoIndex || C.Object < F.NumCalls) &&
              C.Use <= SpelledUse::Operand &&
              range(C.FirstArg, C.NumArgs, T.SpelledArgs.size()),
          "spelled calls");
    if (Bad)
      return;
    size_t Length = T.Strings[C.Text].size();
    check(C.NameBegin <= Length, "spelled calls");
    for (uint32_t A = C.FirstArg; A != C.FirstArg + C.NumArgs; ++A) {
      const SpelledArgument &Arg = T.SpelledArgs[A];
      check(Arg.Begin <= Arg.End && Arg.End <= Length &&
                Arg.Type <= SpelledType::Duration && string(Arg.Class),
            "spelled arguments");
    }
  }
}

void Validator::checkCalls(const FunctionSummary &F) {
  for (uint32_t I = F.FirstCall; I != F.FirstCall + F.NumCalls; ++I) {
    const CallEdge &C = T.Calls[I];
    check(C.Main <= I - F.FirstCall && C.Loop <= F.NumLoops &&
              range(C.FirstArg, C.NumArgs, T.Args.size()),
          "calls");
    if (Bad)
      return;
    for (uint32_t A = C.FirstArg; A != C.FirstArg + C.NumArgs; ++A)
      checkLocalValues(F, T.Args[A].FirstValue, T.Args[A].NumValues);
  }
}

void Validator::checkFlows(const FunctionSummary &F) {
  for (uint32_t I = F.FirstFlow; I != F.FirstFlow + F.NumFlows; ++I) {
    const Flow &Fl = T.Flows[I];
    check(Fl.Target <= FlowTarget::Return, "flows");
    if (Fl.Target == FlowTarget::Local)
      check(Fl.Index < F.NumLocals, "flows");
    else if (Fl.Target == FlowTarget::Slot)
      check(Fl.Index < T.Slots.size(), "flows");
    checkLocalValues(F, Fl.FirstValue, Fl.NumValues);
  }
}

void Validator::checkBlocks(const FunctionSummary &F) {
  for (uint32_t I = F.FirstBlock; I != F.FirstBlock + F.NumBlocks; ++I) {
    const FlowBlock &B = T.Blocks[I];
    check(range(B.FirstItem, B.NumItems, T.FlowItems.size()) &&
              range(B.FirstSuccessor, B.NumSuccessors, T.Successors.size()) &&
              B.Op <= ConditionOp::LacksBits,
          "blocks");
    if (Bad)
      return;
    if (B.ConditionValue != NoIndex)
      checkLocalValues(F, B.ConditionValue, 1);
    for (uint32_t J = B.FirstItem; J != B.FirstItem + B.NumItems; ++J)
      check(T.FlowItems[J] < F.NumCalls, "flow items");
    for (uint32_t J = B.FirstSuccessor; J != B.FirstSuccessor + B.NumSuccessors;
         ++J)
      check(T.Successors[J].Block == NoIndex ||
                T.Successors[J].Block < F.NumBlocks,
            "successors");
  }
}

void Validator::checkFunction(const FunctionSummary &F) {
  check(entity(F.Entity) && location(F.Loc) && string(F.CoroutineType) &&
            (F.Parent == NoIndex || entity(F.Parent)) &&
            F.Unit < T.Units.size() &&
            range(F.FirstCall, F.NumCalls, T.Calls.size()) &&
            range(F.FirstFlow, F.NumFlows, T.Flows.size()) &&
            range(F.FirstLocal, F.NumLocals, T.Locals.size()) &&
            range(F.FirstLoop, F.NumLoops, T.Loops.size()) &&
            range(F.FirstBlock, F.NumBlocks, T.Blocks.size()) &&
            range(F.FirstSpelled, F.NumSpelled, T.SpelledCalls.size()),
        "functions");
  if (Bad)
    return;
  checkSpelled(F);
  checkCalls(F);
  if (Bad)
    return;
  checkFlows(F);
  for (uint32_t I = F.FirstLoop; I != F.FirstLoop + F.NumLoops; ++I)
    check(T.Loops[I].Parent <= F.NumLoops, "loops");
  checkBlocks(F);
}

const char *Validator::run() {
  check(!T.Strings.empty(), "strings");
  check(!T.Files.empty(), "files");
  if (Bad)
    return Bad;
  for (const Entity &E : T.Entities)
    check(string(E.QualifiedName) && string(E.Signature) && file(E.DeclFile),
          "entities");
  for (const Slot &S : T.Slots)
    check(string(S.Display) && string(S.Type) && S.Kind <= SlotKind::Capture,
          "slots");
  for (const CallEdge &C : T.Calls)
    check((C.Callee == NoIndex || entity(C.Callee)) && location(C.Loc) &&
              C.Kind <= CallKind::Yield &&
              (C.Callee != NoIndex || C.Kind >= CallKind::Indirect),
          "calls");
  for (const Value &V : T.Values)
    checkValue(V);
  for (const Flow &F : T.Flows)
    check(location(F.Loc), "flows");
  for (const Local &L : T.Locals)
    check(string(L.Name) && string(L.Type) && location(L.Loc), "locals");
  for (const Loop &L : T.Loops)
    check(string(L.Bound) && location(L.Loc), "loops");
  for (const Override &O : T.Overrides)
    check(entity(O.Derived) && entity(O.Base), "overrides");
  for (const BaseClass &B : T.BaseClasses)
    check(string(B.Derived) && string(B.Base), "base classes");
  for (const SuppressionComment &S : T.Suppressions)
    check(file(S.File) && string(S.Checks) && S.Kind <= SuppressionKind::End,
          "suppressions");
  for (const IncludeLine &I : T.Includes)
    check(file(I.File) && string(I.Header), "includes");
  for (const UnitBody &B : T.UnitBodies)
    check(B.Unit < T.Units.size() && B.Function < T.Functions.size(),
          "unit bodies");
  for (const FunctionSummary &F : T.Functions) {
    if (Bad)
      break;
    checkFunction(F);
  }
  return Bad;
}

} // namespace

llvm::Error validate(const SummaryTables &Tables, llvm::StringRef Name) {
  if (const char *Table = Validator(Tables).run())
    return llvm::createStringError(
        "%s: not a usable summary: an index out of range in its %s",
        Name.str().c_str(), Table);
  return llvm::Error::success();
}

} // namespace nostall
