//===- EntityLinker.cpp - summaries of units to one program -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/index/EntityLinker.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

namespace nostall {

Value EntityLinker::patch(Value V) const {
  V.Type = Strings[V.Type];
  switch (V.Kind) {
  case ValueKind::String:
    V.Data = Strings[V.Data];
    break;
  case ValueKind::Slot:
    V.Data = Slots[V.Data];
    break;
  case ValueKind::Function:
    V.Data = Entities[V.Data];
    break;
  default:
    break;
  }
  return V;
}

Location EntityLinker::patch(Location L) const {
  L.File = Files[L.File];
  return L;
}

Argument EntityLinker::patchValues(const SummaryTables &Unit, uint32_t First,
                                   uint32_t Count) {
  std::vector<Value> &Values = Builder.Summary.Values;
  Argument Out{static_cast<uint32_t>(Values.size()), Count};
  for (uint32_t I = First; I != First + Count; ++I)
    Values.push_back(patch(Unit.Values[I]));
  return Out;
}

/// Entities, slots and the other tables that functions refer to.
void EntityLinker::addTables(const SummaryTables &Unit) {
  Builder.strings(Unit.Strings, Strings);
  Builder.files(Unit.Files, Files);
  Entities.clear();
  auto Patched = [&](Entity E) {
    E.QualifiedName = Strings[E.QualifiedName];
    E.Signature = Strings[E.Signature];
    E.DeclFile = Files[E.DeclFile];
    return E;
  };
  constexpr size_t Ahead = 16; // As SummaryBuilder does.
  for (size_t I = 0, End = Unit.Entities.size(); I != End; ++I) {
    if (I + Ahead < End)
      Builder.prefetch(Patched(Unit.Entities[I + Ahead]));
    Entities.push_back(Builder.entity(Patched(Unit.Entities[I])));
  }
  Slots.clear();
  for (Slot S : Unit.Slots) {
    S.Display = Strings[S.Display];
    S.Type = Strings[S.Type];
    Slots.push_back(Builder.slot(S));
  }
  for (const Override &O : Unit.Overrides)
    Builder.Summary.Overrides.push_back(
        {Entities[O.Derived], Entities[O.Base]});
  for (const BaseClass &B : Unit.BaseClasses)
    Builder.Summary.BaseClasses.push_back(
        {Strings[B.Derived], Strings[B.Base]});
  for (SuppressionComment S : Unit.Suppressions) {
    S.File = Files[S.File];
    S.Checks = Strings[S.Checks];
    Builder.Summary.Suppressions.push_back(S);
  }
  for (IncludeLine I : Unit.Includes) {
    I.File = Files[I.File];
    I.Header = Strings[I.Header];
    Builder.Summary.Includes.push_back(I);
  }
}

void EntityLinker::addSpelledCalls(const SummaryTables &Unit,
                                   const FunctionSummary &F) {
  SummaryTables &To = Builder.Summary;
  for (uint32_t I = F.FirstSpelled; I != F.FirstSpelled + F.NumSpelled; ++I) {
    SpelledCall C = Unit.SpelledCalls[I];
    uint32_t FirstArg = To.SpelledArgs.size();
    for (uint32_t A = C.FirstArg; A != C.FirstArg + C.NumArgs; ++A) {
      To.SpelledArgs.push_back(Unit.SpelledArgs[A]);
      To.SpelledArgs.back().Class = Strings[Unit.SpelledArgs[A].Class];
    }
    C.FirstArg = FirstArg;
    C.Loc = patch(C.Loc);
    C.Text = Strings[C.Text];
    To.SpelledCalls.push_back(C);
  }
}

/// Whether the program has no such body yet; notes that the unit has it.
bool EntityLinker::isNew(const SummaryTables &Unit, const FunctionSummary &F,
                         uint32_t UnitIndex) {
  const EntityName &Name = Unit.Entities[F.Entity].Name;
  const uint32_t Mine = static_cast<uint32_t>(Bodies.size());
  uint32_t Last = NoIndex;
  for (uint32_t I = FirstBodies.find(
           Name.Low, [&](uint32_t B) { return Bodies[B].Name == Name; });
       I != NoIndex; I = Bodies[I].Next) {
    if (Bodies[I].ContentHash == F.ContentHash) {
      BodyUsers.push_back({I, UnitIndex});
      return false;
    }
    Last = I;
  }
  if (Last == NoIndex)
    FirstBodies.add(Name.Low, Mine);
  else
    Bodies[Last].Next = Mine;
  Bodies.push_back({Name, F.ContentHash,
                    static_cast<uint32_t>(Builder.Summary.Functions.size())});
  BodyUsers.push_back({Mine, UnitIndex});
  return true;
}

void EntityLinker::addFunction(const SummaryTables &Unit,
                               const FunctionSummary &F, uint32_t UnitIndex) {
  SummaryTables &To = Builder.Summary;
  if (!isNew(Unit, F, UnitIndex))
    return;

  FunctionSummary Out = F;
  Out.Entity = Entities[F.Entity];
  Out.Loc = patch(F.Loc);
  Out.CoroutineType = Strings[F.CoroutineType];
  if (F.Parent != NoIndex)
    Out.Parent = Entities[F.Parent];
  Out.Unit = UnitIndex;

  Out.FirstCall = To.Calls.size();
  for (uint32_t I = F.FirstCall; I != F.FirstCall + F.NumCalls; ++I) {
    CallEdge Call = Unit.Calls[I];
    if (Call.Callee != NoIndex)
      Call.Callee = Entities[Call.Callee];
    Call.Loc = patch(Call.Loc);
    uint32_t FirstArg = To.Args.size();
    for (uint32_t A = Call.FirstArg; A != Call.FirstArg + Call.NumArgs; ++A) {
      Argument Arg =
          patchValues(Unit, Unit.Args[A].FirstValue, Unit.Args[A].NumValues);
      To.Args.push_back(Arg);
    }
    Call.FirstArg = FirstArg;
    To.Calls.push_back(Call);
  }

  Out.FirstFlow = To.Flows.size();
  for (uint32_t I = F.FirstFlow; I != F.FirstFlow + F.NumFlows; ++I) {
    Flow Fl = Unit.Flows[I];
    if (Fl.Target == FlowTarget::Slot)
      Fl.Index = Slots[Fl.Index];
    Fl.FirstValue = patchValues(Unit, Fl.FirstValue, Fl.NumValues).FirstValue;
    Fl.Loc = patch(Fl.Loc);
    To.Flows.push_back(Fl);
  }

  Out.FirstLocal = To.Locals.size();
  for (uint32_t I = F.FirstLocal; I != F.FirstLocal + F.NumLocals; ++I) {
    Local L = Unit.Locals[I];
    To.Locals.push_back({Strings[L.Name], Strings[L.Type], patch(L.Loc)});
  }

  Out.FirstLoop = To.Loops.size();
  for (uint32_t I = F.FirstLoop; I != F.FirstLoop + F.NumLoops; ++I) {
    Loop L = Unit.Loops[I];
    L.Loc = patch(L.Loc);
    L.Bound = Strings[L.Bound];
    To.Loops.push_back(L);
  }

  Out.FirstBlock = To.Blocks.size();
  for (uint32_t I = F.FirstBlock; I != F.FirstBlock + F.NumBlocks; ++I) {
    FlowBlock B = Unit.Blocks[I];
    uint32_t FirstItem = To.FlowItems.size();
    To.FlowItems.insert(To.FlowItems.end(),
                        Unit.FlowItems.begin() + B.FirstItem,
                        Unit.FlowItems.begin() + B.FirstItem + B.NumItems);
    B.FirstItem = FirstItem;
    uint32_t FirstSuccessor = To.Successors.size();
    To.Successors.insert(
        To.Successors.end(), Unit.Successors.begin() + B.FirstSuccessor,
        Unit.Successors.begin() + B.FirstSuccessor + B.NumSuccessors);
    B.FirstSuccessor = FirstSuccessor;
    if (B.ConditionValue != NoIndex)
      B.ConditionValue = patchValues(Unit, B.ConditionValue, 1).FirstValue;
    To.Blocks.push_back(B);
  }
  Out.FirstSpelled = To.SpelledCalls.size();
  addSpelledCalls(Unit, F);
  To.Functions.push_back(Out);
}

void EntityLinker::addUnits(
    const SummaryTables &Program,
    llvm::function_ref<bool(const FunctionSummary &)> Wanted) {
  SummaryTables &To = Builder.Summary;
  uint32_t FirstUnit = To.Units.size();
  To.Units.insert(To.Units.end(), Program.Units.begin(), Program.Units.end());
  addTables(Program);
  makeRoom(Program);
  ++Added;
  for (const FunctionSummary &F : Program.Functions)
    if (Wanted(F))
      addFunction(Program, F, FirstUnit + F.Unit);
  // A linked program names the units of its ambiguous bodies itself.
  for (const UnitBody &UB : Program.UnitBodies) {
    const FunctionSummary &F = Program.Functions[UB.Function];
    const EntityName &Name = Program.Entities[F.Entity].Name;
    for (uint32_t I = FirstBodies.find(
             Name.Low, [&](uint32_t B) { return Bodies[B].Name == Name; });
         I != NoIndex; I = Bodies[I].Next)
      if (Bodies[I].ContentHash == F.ContentHash)
        BodyUsers.push_back({I, FirstUnit + UB.Unit});
  }
}

/// A table that is full grows to what all units will need, judged by those
/// that were added, but not without bounds: the next may be small. Copying a
/// large one costs more than addresses that are never used.
void EntityLinker::makeRoom(const SummaryTables &Unit) {
  if (Expected <= Added)
    return;
  const double Ratio =
      std::min(16.0, 1.1 * double(Expected) / double(Added + 1));
  auto Grow = [&](auto &Table, const auto &More) {
    size_t Needed = Table.size() + More.size();
    if (Needed > Table.capacity())
      Table.reserve(std::max(2 * Table.capacity(),
                             static_cast<size_t>(Ratio * double(Needed))));
  };
  SummaryTables &To = Builder.Summary;
  Grow(To.Functions, Unit.Functions);
  Grow(To.Calls, Unit.Calls);
  Grow(To.Args, Unit.Args);
  Grow(To.Values, Unit.Values);
  Grow(To.Flows, Unit.Flows);
  Grow(To.Locals, Unit.Locals);
  Grow(To.Loops, Unit.Loops);
  Grow(To.Blocks, Unit.Blocks);
  Grow(To.FlowItems, Unit.FlowItems);
  Grow(To.Successors, Unit.Successors);
}

void EntityLinker::add(const SummaryTables &Unit) {
  addUnits(Unit, [](const FunctionSummary &) { return true; });
}

void EntityLinker::addWithout(const SummaryTables &Program,
                              const SummaryTables &Fresh) {
  llvm::StringRef MainFile = Fresh.Units.front().MainFile;
  std::unordered_set<EntityName, EntityNameHash> Anew;
  for (const FunctionSummary &F : Fresh.Functions)
    Anew.insert(Fresh.Entities[F.Entity].Name);
  addUnits(Program, [&](const FunctionSummary &F) {
    return Program.Files[F.Loc.File] != MainFile &&
           (Program.Units[F.Unit].MainFile != MainFile ||
            !Anew.count(Program.Entities[F.Entity].Name));
  });
  llvm::StringSet<> Read;
  for (const std::string &File : Fresh.Files)
    Read.insert(File);
  llvm::erase_if(Builder.Summary.Suppressions, [&](const auto &Comment) {
    return Read.contains(Builder.Summary.Files[Comment.File]);
  });
  llvm::erase_if(Builder.Summary.Includes, [&](const IncludeLine &I) {
    return Read.contains(Builder.Summary.Files[I.File]);
  });
}

/// A template's pattern stands in for it only where nothing instantiates it.
void EntityLinker::dropPatterns() {
  SummaryTables &S = Builder.Summary;
  using Place = std::tuple<FileId, uint32_t, uint32_t>;
  auto PlaceOf = [](const FunctionSummary &F) {
    return Place(F.Loc.File, F.Loc.Line, F.Loc.Column);
  };
  std::set<Place> Patterns;
  for (const FunctionSummary &F : S.Functions)
    if (F.Flags & FF_Pattern)
      Patterns.insert(PlaceOf(F));
  if (Patterns.empty())
    return;
  std::set<Place> Instantiated;
  for (const FunctionSummary &F : S.Functions)
    if (!(F.Flags & FF_Pattern) && Patterns.count(PlaceOf(F)))
      Instantiated.insert(PlaceOf(F));
  // Their calls stay in the tables, unreferenced: renumbering them would cost
  // more than they do.
  for (FunctionSummary &F : S.Functions)
    if ((F.Flags & FF_Pattern) && Instantiated.count(PlaceOf(F))) {
      F.NumCalls = F.NumFlows = F.NumLoops = F.NumBlocks = F.NumLocals =
          F.NumSpelled = 0;
      F.Flags |= FF_Synthesized;
    }
}

/// Which unit means which body, where a name has several.
void EntityLinker::nameAmbiguous() {
  std::vector<bool> IsAmbiguous(Bodies.size());
  for (size_t I = 0; I != Bodies.size(); ++I)
    if (Bodies[I].Next != NoIndex)
      IsAmbiguous[I] = IsAmbiguous[Bodies[I].Next] = true;
  std::vector<UnitBody> Ambiguous;
  for (const BodyUser &User : BodyUsers)
    if (IsAmbiguous[User.Body])
      Ambiguous.push_back({User.Unit, Bodies[User.Body].Function});
  auto Less = [](const UnitBody &A, const UnitBody &B) {
    return std::tie(A.Function, A.Unit) < std::tie(B.Function, B.Unit);
  };
  auto Equal = [](const UnitBody &A, const UnitBody &B) {
    return A.Function == B.Function && A.Unit == B.Unit;
  };
  std::sort(Ambiguous.begin(), Ambiguous.end(), Less);
  Ambiguous.erase(std::unique(Ambiguous.begin(), Ambiguous.end(), Equal),
                  Ambiguous.end());
  Builder.Summary.UnitBodies = std::move(Ambiguous);
}

LUSummary EntityLinker::finish() {
  SummaryTables &S = Builder.Summary;
  dropPatterns();
  nameAmbiguous();

  auto Dedupe = [](auto &Table, auto Key) {
    std::sort(Table.begin(), Table.end(),
              [&](const auto &A, const auto &B) { return Key(A) < Key(B); });
    Table.erase(std::unique(Table.begin(), Table.end(),
                            [&](const auto &A, const auto &B) {
                              return Key(A) == Key(B);
                            }),
                Table.end());
  };
  Dedupe(S.Overrides,
         [](const Override &O) { return std::pair(O.Derived, O.Base); });
  Dedupe(S.BaseClasses,
         [](const BaseClass &B) { return std::pair(B.Derived, B.Base); });
  Dedupe(S.Suppressions, [](const SuppressionComment &C) {
    return std::tuple(C.File, C.Line, C.Kind, C.Checks);
  });
  Dedupe(S.Includes, [](const IncludeLine &I) {
    return std::tuple(I.File, I.FileHash, I.Line, I.Header);
  });

  LUSummary Out;
  static_cast<SummaryTables &>(Out) = std::move(S);
  *this = EntityLinker();
  return Out;
}

} // namespace nostall
