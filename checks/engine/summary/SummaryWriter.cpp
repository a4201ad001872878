//===- SummaryWriter.cpp - from summaries to files --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryIO.h"

#include "Summary_generated.h"

#include "llvm/Support/FileSystem.h"

namespace nostall {

static fbs::Location pack(const Location &L) {
  return {L.File, L.Line, L.Column};
}
static fbs::EntityName pack(const EntityName &N) { return {N.High, N.Low}; }
static fbs::Entity pack(const Entity &E) {
  return {pack(E.Name), E.QualifiedName, E.Signature, E.DeclFile, E.Flags};
}
static fbs::Slot pack(const Slot &S) {
  return {pack(S.Name), S.Display, S.Type, static_cast<uint8_t>(S.Kind)};
}
static fbs::Value pack(const Value &V) {
  return {V.Data, V.Type, static_cast<uint8_t>(V.Kind)};
}
static fbs::Argument pack(const Argument &A) {
  return {A.FirstValue, A.NumValues};
}
static fbs::Call pack(const CallEdge &C) {
  return {pack(C.Loc), C.Callee,      C.FirstArg,  C.NumArgs,
          C.Arity,     C.Loop,        C.Flags,     static_cast<uint8_t>(C.Kind),
          C.Main,      C.TemplateArg, C.Addresses, C.Chance};
}
static fbs::Flow pack(const Flow &F) {
  return {pack(F.Loc), F.Index, F.FirstValue, F.NumValues,
          static_cast<uint8_t>(F.Target)};
}
static fbs::Local pack(const Local &L) { return {pack(L.Loc), L.Name, L.Type}; }
static fbs::Loop pack(const Loop &L) {
  return {L.Trips, pack(L.Loc), L.Bound,      L.Parent,   L.Flags,
          L.Cost,  L.Chance,    L.BoundParam, L.BoundStep};
}
static fbs::Block pack(const FlowBlock &B) {
  return {B.Operand,
          B.FirstItem,
          B.NumItems,
          B.FirstSuccessor,
          B.ConditionValue,
          B.NumSuccessors,
          static_cast<uint8_t>(B.Op)};
}
static fbs::Successor pack(const FlowSuccessor &S) {
  return {S.CaseValue, S.Block, S.IsDefault};
}
static fbs::Function pack(const FunctionSummary &F) {
  return {F.ContentHash,  pack(F.Loc), F.Entity,        F.EndLine,
          F.Flags,        F.NumParams, F.CoroutineType, F.Parent,
          F.FirstCall,    F.NumCalls,  F.FirstFlow,     F.NumFlows,
          F.FirstLocal,   F.NumLocals, F.FirstLoop,     F.NumLoops,
          F.FirstBlock,   F.NumBlocks, F.Unit,          F.Cost,
          F.FirstSpelled, F.NumSpelled};
}
static fbs::SpelledCall pack(const SpelledCall &C) {
  return {C.FileHash, pack(C.Loc),
          C.Call,     C.Offset,
          C.Text,     C.NameBegin,
          C.FirstArg, C.NumArgs,
          C.Object,   static_cast<uint8_t>(C.Use)};
}
static fbs::SpelledArgument pack(const SpelledArgument &A) {
  return {A.Begin, A.End, A.Class, static_cast<uint8_t>(A.Type)};
}
static fbs::Include pack(const IncludeLine &I) {
  return {I.FileHash, I.File, I.Line, I.EndOffset, I.Header, I.CrLf};
}
static fbs::Override pack(const Override &O) { return {O.Derived, O.Base}; }
static fbs::BaseClass pack(const BaseClass &B) { return {B.Derived, B.Base}; }
static fbs::Suppression pack(const SuppressionComment &S) {
  return {S.File, S.Line, S.Checks, static_cast<uint8_t>(S.Kind)};
}
static fbs::UnitBody pack(const UnitBody &B) { return {B.Unit, B.Function}; }

template <typename T>
static auto packAll(flatbuffers::FlatBufferBuilder &FBB,
                    const std::vector<T> &From) {
  using Packed = decltype(pack(From.front()));
  Packed *To = nullptr;
  auto Vector = FBB.CreateUninitializedVectorOfStructs(From.size(), &To);
  for (const T &Element : From)
    *To++ = pack(Element);
  return Vector;
}

/// About as many bytes as the file will have, or some more: the buffer need not
/// grow, which would copy it.
static size_t sizeOf(const SummaryTables &T) {
  size_t Size = 1 << 12;
  auto Add = [&](const auto &Table) {
    if (!Table.empty())
      Size += Table.size() * sizeof(pack(Table.front())) + 16;
  };
  Add(T.Entities);
  Add(T.Slots);
  Add(T.Functions);
  Add(T.Calls);
  Add(T.Args);
  Add(T.Values);
  Add(T.Flows);
  Add(T.Locals);
  Add(T.Loops);
  Add(T.Blocks);
  Add(T.Successors);
  Add(T.Overrides);
  Add(T.BaseClasses);
  Add(T.Suppressions);
  Add(T.UnitBodies);
  Add(T.SpelledCalls);
  Add(T.SpelledArgs);
  Add(T.Includes);
  Size += T.FlowItems.size() * sizeof(uint32_t);
  // A length, an offset, the terminating zero, padding.
  constexpr size_t PerText = 16, PerUnit = 48;
  for (const auto *Texts : {&T.Strings, &T.Files})
    for (const std::string &Text : *Texts)
      Size += Text.size() + PerText;
  for (const UnitInfo &U : T.Units)
    Size += U.MainFile.size() + PerUnit;
  return Size;
}

static void build(flatbuffers::FlatBufferBuilder &FBB,
                  const SummaryTables &Tables) {
  std::vector<flatbuffers::Offset<fbs::Unit>> Units;
  for (const UnitInfo &U : Tables.Units)
    Units.push_back(
        fbs::CreateUnitDirect(FBB, U.MainFile.c_str(), U.NumErrors));
  auto Root = fbs::CreateSummary(
      FBB, SummaryFormat, FBB.CreateString("nostall " NOSTALL_VERSION),
      FBB.CreateVector(Units), FBB.CreateVectorOfStrings(Tables.Strings),
      FBB.CreateVectorOfStrings(Tables.Files), packAll(FBB, Tables.Entities),
      packAll(FBB, Tables.Slots), packAll(FBB, Tables.Functions),
      packAll(FBB, Tables.Calls), packAll(FBB, Tables.Args),
      packAll(FBB, Tables.Values), packAll(FBB, Tables.Flows),
      packAll(FBB, Tables.Locals), packAll(FBB, Tables.Loops),
      packAll(FBB, Tables.Blocks), FBB.CreateVector(Tables.FlowItems),
      packAll(FBB, Tables.Successors), packAll(FBB, Tables.Overrides),
      packAll(FBB, Tables.BaseClasses), packAll(FBB, Tables.Suppressions),
      packAll(FBB, Tables.UnitBodies), packAll(FBB, Tables.SpelledCalls),
      packAll(FBB, Tables.SpelledArgs), packAll(FBB, Tables.Includes));
  fbs::FinishSummaryBuffer(FBB, Root);
}

static llvm::StringRef bytesOf(const flatbuffers::FlatBufferBuilder &FBB) {
  return {reinterpret_cast<const char *>(FBB.GetBufferPointer()),
          FBB.GetSize()};
}

std::string serialize(const SummaryTables &Tables) {
  flatbuffers::FlatBufferBuilder FBB(sizeOf(Tables));
  build(FBB, Tables);
  return bytesOf(FBB).str();
}

llvm::Error writeSummaryFile(const SummaryTables &Tables,
                             llvm::StringRef Path) {
  const size_t Size = sizeOf(Tables);
  if (Size > FLATBUFFERS_MAX_BUFFER_SIZE)
    return llvm::createStringError(
        "%s: the program is too large for one file: %zu MiB, of at most 2047",
        Path.str().c_str(), Size >> 20);
  flatbuffers::FlatBufferBuilder FBB(Size);
  build(FBB, Tables);
  return llvm::writeToOutput(Path, [&](llvm::raw_ostream &OS) {
    OS << bytesOf(FBB);
    return llvm::Error::success();
  });
}

} // namespace nostall
