//===- SummaryJson.cpp - summaries for people and tests ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryJson.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <iterator>

namespace nostall {
namespace {

struct FlagName {
  uint32_t Flag;
  llvm::StringLiteral Name;
};

constexpr FlagName EntityFlagNames[] = {
    {EF_Virtual, "virtual"},         {EF_InternalLinkage, "internal"},
    {EF_Constructor, "constructor"}, {EF_Destructor, "destructor"},
    {EF_Member, "member"},           {EF_External, "external"},
    {EF_NoReturn, "noreturn"},       {EF_Variadic, "variadic"},
    {EF_CallOperator, "call-operator"}, {EF_ExternC, "extern-c"},
    {EF_Pruned, "pruned"},
    {EF_WrapperConstructor, "wrapper-constructor"},
    {EF_DeclaredLoop, "declared-loop"},
    {EF_DeclaredBlocking, "declared-blocking"},
    {EF_DeclaredNonblocking, "declared-nonblocking"},
    {EF_DeclaredOffload, "declared-offload"}};

constexpr FlagName CallFlagNames[] = {
    {CF_Implicit, "implicit"},       {CF_OnceOnly, "once"},
    {CF_Discarded, "discarded"},     {CF_BaseOrMember, "subobject"},
    {CF_ScopeEnd, "scope-end"},      {CF_InHandler, "in-catch"},
    {CF_IfConstructs, "if-constructs"}, {CF_IfDestroys, "if-destroys"},
    {CF_MovedFrom, "moved-from"}};

constexpr FlagName LoopFlagNames[] = {
    {LF_Endless, "endless"},
    {LF_ConstantTrips, "constant"},
    {LF_UnknownTrips, "unknown"},
    {LF_SpinsOnAtomic, "spins"},
    {LF_IndependentOfParent, "independent"},
    {LF_SameBoundAsParent, "same-bound"},
    {LF_AlwaysSuspends, "suspends"},
    {LF_EmptyBody, "empty"},
    {LF_MaySuspend, "may-suspend"},
    {LF_SuspendsRegularly, "suspends-regularly"},
    {LF_LeavesEarly, "leaves-early"},
    {LF_Quadratic, "quadratic"},
    {LF_PureCalls, "pure-calls"}};

constexpr FlagName FunctionFlagNames[] = {
    {FF_Coroutine, "coroutine"},
    {FF_Generator, "generator"},
    {FF_Lambda, "lambda"},
    {FF_Main, "main"},
    {FF_External, "external"},
    {FF_Nonblocking, "nonblocking"},
    {FF_Pattern, "pattern"},
    {FF_Synthesized, "synthesized"},
    {FF_AwaiterHook, "awaiter-hook"},
    {FF_HasErrors, "has-errors"},
    {FF_Eager, "eager"}};

constexpr llvm::StringLiteral CallKindNames[] = {"direct", "virtual",
                                                 "indirect", "await", "yield"};
constexpr llvm::StringLiteral OpNames[] = {
    "", "true", "==", "!=", "<", "<=", ">", ">=", "switch", "&", "!&"};
static_assert(std::size(OpNames) ==
              static_cast<size_t>(ConditionOp::LacksBits) + 1);

class JsonWriter {
public:
  JsonWriter(const SummaryTables &T, llvm::raw_ostream &OS)
      : T(T), J(OS, /*IndentSize=*/1) {}
  void write();

private:
  void flags(uint32_t Flags, llvm::ArrayRef<FlagName> Names);
  std::string at(const Location &L) const;
  std::string entity(EntityIndex I) const;
  std::string value(const Value &V, const FunctionSummary &F) const;
  void values(uint32_t First, uint32_t Count, const FunctionSummary &F);
  void function(const FunctionSummary &F);
  void call(const CallEdge &C, const FunctionSummary &F);
  void blocks(const FunctionSummary &F);

  const SummaryTables &T;
  llvm::json::OStream J;
};

void JsonWriter::flags(uint32_t Flags, llvm::ArrayRef<FlagName> Names) {
  if (!Flags)
    return;
  J.attributeArray("flags", [&] {
    for (const FlagName &N : Names)
      if (Flags & N.Flag)
        J.value(N.Name);
  });
}

std::string JsonWriter::at(const Location &L) const {
  return T.Files[L.File] + ":" + std::to_string(L.Line) + ":" +
         std::to_string(L.Column);
}

std::string JsonWriter::entity(EntityIndex I) const {
  return T.Strings[T.Entities[I].QualifiedName];
}

/// A damaged file may hold anything; JSON may not.
static std::string clean(std::string Text) {
  return llvm::json::isUTF8(Text) ? Text : llvm::json::fixUTF8(Text);
}

std::string JsonWriter::value(const Value &V, const FunctionSummary &F) const {
  std::string Text;
  switch (V.Kind) {
  case ValueKind::Unknown:
    Text = "unknown";
    break;
  case ValueKind::Int:
    Text = std::to_string(V.Data);
    break;
  case ValueKind::String:
    Text = "\"" + T.Strings[V.Data] + "\"";
    break;
  case ValueKind::Duration:
    Text = std::to_string(V.Data) + "ns";
    break;
  case ValueKind::Param:
    Text = V.Data == 0 ? "this" : "param " + std::to_string(V.Data - 1);
    break;
  case ValueKind::ScaledParam:
    Text = "multiple of param " + std::to_string(V.Data - 1);
    break;
  case ValueKind::Local:
    Text = "local " + T.Strings[T.Locals[F.FirstLocal + V.Data].Name];
    break;
  case ValueKind::Slot:
    Text = "slot " + T.Strings[T.Slots[V.Data].Display];
    break;
  case ValueKind::Result:
    Text = "result of " + std::to_string(V.Data);
    break;
  case ValueKind::Function:
    Text = "function " + entity(V.Data);
    break;
  case ValueKind::Object:
    Text = "object";
    break;
  }
  if (V.Type)
    Text += " : " + T.Strings[V.Type];
  return clean(std::move(Text));
}

void JsonWriter::values(uint32_t First, uint32_t Count,
                        const FunctionSummary &F) {
  J.array([&] {
    for (uint32_t I = First; I != First + Count; ++I)
      J.value(value(T.Values[I], F));
  });
}

void JsonWriter::call(const CallEdge &C, const FunctionSummary &F) {
  J.object([&] {
    J.attribute("kind", CallKindNames[static_cast<size_t>(C.Kind)]);
    if (C.Callee != NoIndex)
      J.attribute("callee", clean(entity(C.Callee)));
    J.attribute("at", clean(at(C.Loc)));
    if (C.Loop)
      J.attribute("loop", C.Loop - 1);
    flags(C.Flags, CallFlagNames);
    if (C.NumArgs)
      J.attributeArray("args", [&] {
        for (uint32_t A = C.FirstArg; A != C.FirstArg + C.NumArgs; ++A)
          values(T.Args[A].FirstValue, T.Args[A].NumValues, F);
      });
  });
}

void JsonWriter::blocks(const FunctionSummary &F) {
  J.attributeArray("blocks", [&] {
    for (uint32_t I = F.FirstBlock; I != F.FirstBlock + F.NumBlocks; ++I) {
      const FlowBlock &B = T.Blocks[I];
      J.object([&] {
        J.attributeArray("calls", [&] {
          for (uint32_t K = B.FirstItem; K != B.FirstItem + B.NumItems; ++K)
            J.value(T.FlowItems[K]);
        });
        if (B.ConditionValue != NoIndex)
          J.attribute("condition",
                      value(T.Values[B.ConditionValue], F) + " " +
                          OpNames[static_cast<size_t>(B.Op)].str() + " " +
                          std::to_string(B.Operand));
        J.attributeArray("next", [&] {
          for (uint32_t K = B.FirstSuccessor;
               K != B.FirstSuccessor + B.NumSuccessors; ++K) {
            if (T.Successors[K].Block == NoIndex)
              J.value(nullptr);
            else
              J.value(T.Successors[K].Block);
          }
        });
      });
    }
  });
}

void JsonWriter::function(const FunctionSummary &F) {
  const Entity &E = T.Entities[F.Entity];
  J.object([&] {
    J.attribute("name", clean(entity(F.Entity)));
    J.attribute("signature", clean(T.Strings[E.Signature]));
    J.attribute("id", llvm::utohexstr(E.Name.High) + llvm::utohexstr(E.Name.Low));
    J.attribute("at", clean(at(F.Loc)));
    J.attribute("end_line", F.EndLine);
    flags(F.Flags, FunctionFlagNames);
    if (F.CoroutineType)
      J.attribute("coroutine_type", clean(T.Strings[F.CoroutineType]));
    if (F.Parent != NoIndex)
      J.attribute("parent", clean(entity(F.Parent)));
    J.attributeArray("calls", [&] {
      for (uint32_t I = F.FirstCall; I != F.FirstCall + F.NumCalls; ++I)
        call(T.Calls[I], F);
    });
    if (F.NumFlows)
      J.attributeArray("flows", [&] {
        for (uint32_t I = F.FirstFlow; I != F.FirstFlow + F.NumFlows; ++I) {
          const Flow &Fl = T.Flows[I];
          J.object([&] {
            if (Fl.Target == FlowTarget::Slot)
              J.attribute("slot", clean(T.Strings[T.Slots[Fl.Index].Display]));
            else if (Fl.Target == FlowTarget::Local)
              J.attribute("local",
                          T.Strings[T.Locals[F.FirstLocal + Fl.Index].Name]);
            else
              J.attribute("return", true);
            J.attributeBegin("values");
            values(Fl.FirstValue, Fl.NumValues, F);
            J.attributeEnd();
            J.attribute("at", clean(at(Fl.Loc)));
          });
        }
      });
    if (F.NumLoops)
      J.attributeArray("loops", [&] {
        for (uint32_t I = F.FirstLoop; I != F.FirstLoop + F.NumLoops; ++I) {
          const Loop &L = T.Loops[I];
          J.object([&] {
            J.attribute("at", clean(at(L.Loc)));
            if (L.Parent)
              J.attribute("parent", L.Parent - 1);
            if (L.Flags & LF_ConstantTrips)
              J.attribute("trips", L.Trips);
            if (L.Bound)
              J.attribute("bound", clean(T.Strings[L.Bound]));
            J.attribute("cost_ps", L.Cost);
            if (L.BoundParam)
              J.attribute("bound_param", L.BoundParam);
            flags(L.Flags, LoopFlagNames);
          });
        }
      });
    if (F.NumBlocks)
      blocks(F);
  });
}

void JsonWriter::write() {
  J.object([&] {
    J.attributeArray("units", [&] {
      for (const UnitInfo &U : T.Units)
        J.object([&] {
          J.attribute("file", clean(U.MainFile));
          J.attribute("errors", U.NumErrors);
        });
    });
    J.attributeArray("functions", [&] {
      for (const FunctionSummary &F : T.Functions)
        function(F);
    });
    J.attributeArray("overrides", [&] {
      for (const Override &O : T.Overrides)
        J.object([&] {
          J.attribute("derived", clean(entity(O.Derived)));
          J.attribute("base", clean(entity(O.Base)));
        });
    });
    J.attributeArray("declared", [&] {
      std::vector<bool> Defined(T.Entities.size());
      for (const FunctionSummary &F : T.Functions)
        Defined[F.Entity] = true;
      for (size_t I = 0; I < T.Entities.size(); ++I) {
        if (Defined[I])
          continue;
        J.object([&] {
          J.attribute("name", clean(entity(I)));
          J.attribute("signature", clean(T.Strings[T.Entities[I].Signature]));
          flags(T.Entities[I].Flags, EntityFlagNames);
        });
      }
    });
    if (!T.Suppressions.empty())
      J.attributeArray("suppressions", [&] {
        for (const SuppressionComment &S : T.Suppressions)
          J.object([&] {
            J.attribute("at", clean(T.Files[S.File] + ":" + std::to_string(S.Line)));
            J.attribute("checks", clean(T.Strings[S.Checks]));
            if (S.Kind != SuppressionKind::Line)
              J.attribute("region", S.Kind == SuppressionKind::Begin ? "begin"
                                                                     : "end");
          });
      });
  });
}

} // namespace

void writeSummaryJson(const SummaryTables &Tables, llvm::raw_ostream &OS) {
  JsonWriter(Tables, OS).write();
  OS << "\n";
}

} // namespace nostall
