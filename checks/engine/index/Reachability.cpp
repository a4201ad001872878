//===- Reachability.cpp - which function reaches which ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/index/Reachability.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

#include <set>
#include <unordered_map>

namespace nostall {
namespace {

class ReachabilityWriter {
public:
  explicit ReachabilityWriter(const SummaryTables &S) : S(S) {
    for (uint32_t F = 0; F < S.Functions.size(); ++F)
      Bodies[S.Entities[S.Functions[F].Entity].Name].push_back(F);
  }

  std::set<std::string> pairsFrom(uint32_t From) {
    std::set<std::string> Found;
    llvm::DenseSet<uint32_t> Seen;
    llvm::SmallVector<uint32_t, 16> Work = {From};
    auto Visit = [&](EntityIndex E) {
      auto It = Bodies.find(S.Entities[E].Name);
      bool HasBody = It != Bodies.end();
      if (!(S.Entities[E].Flags & EF_External))
        Found.insert(S.Strings[S.Entities[E].QualifiedName] +
                     S.Strings[S.Entities[E].Signature]);
      if (!HasBody)
        return;
      for (uint32_t Target : It->second)
        if ((S.Functions[Target].Flags & FF_External) &&
            Seen.insert(Target).second)
          Work.push_back(Target);
    };
    while (!Work.empty()) {
      const FunctionSummary &F = S.Functions[Work.pop_back_val()];
      for (uint32_t C = F.FirstCall; C != F.FirstCall + F.NumCalls; ++C) {
        const CallEdge &Call = S.Calls[C];
        if (Call.Callee != NoIndex)
          Visit(Call.Callee);
        for (uint32_t A = Call.FirstArg; A != Call.FirstArg + Call.NumArgs; ++A)
          for (uint32_t V = S.Args[A].FirstValue;
               V != S.Args[A].FirstValue + S.Args[A].NumValues; ++V)
            if (S.Values[V].Kind == ValueKind::Function)
              Visit(static_cast<EntityIndex>(S.Values[V].Data));
      }
    }
    return Found;
  }

private:
  const SummaryTables &S;
  std::unordered_map<EntityName, llvm::SmallVector<uint32_t, 1>,
                     EntityNameHash>
      Bodies;
};

} // namespace

void writeReachability(const SummaryTables &Program, llvm::raw_ostream &OS) {
  ReachabilityWriter Writer(Program);
  std::set<std::string> Lines;
  for (uint32_t F = 0; F < Program.Functions.size(); ++F) {
    const FunctionSummary &Fn = Program.Functions[F];
    if (Fn.Flags & FF_External)
      continue;
    std::string From =
        Program.Strings[Program.Entities[Fn.Entity].QualifiedName] + " (" +
        Program.Files[Fn.Loc.File] + ":" + std::to_string(Fn.Loc.Line) + ":" +
        std::to_string(Fn.Loc.Column) + ")";
    for (const std::string &To : Writer.pairsFrom(F))
      Lines.insert(From + " -> " + To);
  }
  for (const std::string &Line : Lines)
    OS << Line << '\n';
}

} // namespace nostall
