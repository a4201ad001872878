//===- SummaryWriter.cpp - from summaries to files --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryIO.h"

#include "Summary_generated.h"

#include "llvm/Support/FileOutputBuffer.h"
#include "llvm/Support/FileSystem.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <thread>
#include <utility>

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

/// A vector of as many structs, which are not written yet.
template <typename T>
static auto roomFor(flatbuffers::FlatBufferBuilder &FBB,
                    const std::vector<T> &From) {
  using Packed = decltype(pack(From.front()));
  Packed *To = nullptr;
  return FBB.CreateUninitializedVectorOfStructs(From.size(), &To);
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

/// All but the structs: texts, and how many of what there are.
static void layOut(flatbuffers::FlatBufferBuilder &FBB,
                   const SummaryTables &Tables) {
  std::vector<flatbuffers::Offset<fbs::Unit>> Units;
  for (const UnitInfo &U : Tables.Units)
    Units.push_back(
        fbs::CreateUnitDirect(FBB, U.MainFile.c_str(), U.NumErrors));
  auto Root = fbs::CreateSummary(
      FBB, SummaryFormat, FBB.CreateString("nostall " NOSTALL_VERSION),
      FBB.CreateVector(Units), FBB.CreateVectorOfStrings(Tables.Strings),
      FBB.CreateVectorOfStrings(Tables.Files), roomFor(FBB, Tables.Entities),
      roomFor(FBB, Tables.Slots), roomFor(FBB, Tables.Functions),
      roomFor(FBB, Tables.Calls), roomFor(FBB, Tables.Args),
      roomFor(FBB, Tables.Values), roomFor(FBB, Tables.Flows),
      roomFor(FBB, Tables.Locals), roomFor(FBB, Tables.Loops),
      roomFor(FBB, Tables.Blocks), FBB.CreateVector(Tables.FlowItems),
      roomFor(FBB, Tables.Successors), roomFor(FBB, Tables.Overrides),
      roomFor(FBB, Tables.BaseClasses), roomFor(FBB, Tables.Suppressions),
      roomFor(FBB, Tables.UnitBodies), roomFor(FBB, Tables.SpelledCalls),
      roomFor(FBB, Tables.SpelledArgs), roomFor(FBB, Tables.Includes));
  fbs::FinishSummaryBuffer(FBB, Root);
}

/// Writes the structs for which layOut() has made room.
class StructPacker {
public:
  /// \p To has the size of \p From, what layOut() made, or is the same. Tables
  /// of \p Owned, which is \p Tables or null, are freed when packed.
  StructPacker(llvm::StringRef From, uint8_t *To, const SummaryTables &Tables,
               SummaryTables *Owned)
      : From(From), To(To), Tables(Tables), Owned(Owned) {
    const fbs::Summary &In = *fbs::GetSummary(From.data());
    // The largest first, for two threads that take turns.
    add(In.values(), &SummaryTables::Values);
    add(In.calls(), &SummaryTables::Calls);
    add(In.args(), &SummaryTables::Args);
    add(In.flows(), &SummaryTables::Flows);
    add(In.blocks(), &SummaryTables::Blocks);
    add(In.successors(), &SummaryTables::Successors);
    add(In.functions(), &SummaryTables::Functions);
    add(In.locals(), &SummaryTables::Locals);
    add(In.loops(), &SummaryTables::Loops);
    add(In.entities(), &SummaryTables::Entities);
    add(In.slots(), &SummaryTables::Slots);
    add(In.overrides(), &SummaryTables::Overrides);
    add(In.base_classes(), &SummaryTables::BaseClasses);
    add(In.suppressions(), &SummaryTables::Suppressions);
    add(In.unit_bodies(), &SummaryTables::UnitBodies);
    add(In.spelled_calls(), &SummaryTables::SpelledCalls);
    add(In.spelled_args(), &SummaryTables::SpelledArgs);
    add(In.includes(), &SummaryTables::Includes);
  }

  /// All but the structs, where they are written to another place.
  void copyRest() {
    std::sort(Rooms.begin(), Rooms.end());
    size_t Begin = 0;
    for (auto [Offset, Size] : Rooms) {
      std::memcpy(To + Begin, From.data() + Begin, Offset - Begin);
      Begin = Offset + Size;
    }
    std::memcpy(To + Begin, From.data() + Begin, From.size() - Begin);
  }

  /// Any number of threads may run it at once.
  void run() {
    for (size_t I; (I = Next++) < Steps.size();)
      Steps[I]();
  }

private:
  template <typename Packed, typename T>
  void add(const flatbuffers::Vector<const Packed *> *Room,
           std::vector<T> SummaryTables::*Table) {
    const size_t Offset =
        Room->Data() - reinterpret_cast<const uint8_t *>(From.data());
    Rooms.push_back({Offset, Room->size() * sizeof(Packed)});
    Steps.push_back([this, Offset, Table] {
      auto *Place = reinterpret_cast<Packed *>(To + Offset);
      for (const T &Element : Tables.*Table)
        *Place++ = pack(Element);
      if (Owned)
        std::vector<T>().swap(Owned->*Table);
    });
  }

  llvm::StringRef From;
  uint8_t *To;
  const SummaryTables &Tables;
  SummaryTables *Owned;
  std::vector<std::pair<size_t, size_t>> Rooms; ///< Offset, size.
  std::vector<std::function<void()>> Steps;
  std::atomic<size_t> Next = 0;
};

static llvm::StringRef bytesOf(const flatbuffers::FlatBufferBuilder &FBB) {
  return {reinterpret_cast<const char *>(FBB.GetBufferPointer()),
          FBB.GetSize()};
}

/// The whole file, in the builder's buffer.
static void build(flatbuffers::FlatBufferBuilder &FBB,
                  const SummaryTables &Tables) {
  layOut(FBB, Tables);
  StructPacker(bytesOf(FBB), FBB.GetBufferPointer(), Tables, nullptr).run();
}

std::string serialize(const SummaryTables &Tables) {
  flatbuffers::FlatBufferBuilder FBB(sizeOf(Tables));
  build(FBB, Tables);
  return bytesOf(FBB).str();
}

static llvm::Error checkSize(size_t Size, llvm::StringRef Path) {
  if (Size <= FLATBUFFERS_MAX_BUFFER_SIZE)
    return llvm::Error::success();
  return llvm::createStringError(
      "%s: the program is too large for one file: %zu MiB, of at most 2047",
      Path.str().c_str(), Size >> 20);
}

llvm::Error writeSummaryFile(const SummaryTables &Tables,
                             llvm::StringRef Path) {
  const size_t Size = sizeOf(Tables);
  if (llvm::Error E = checkSize(Size, Path))
    return E;
  flatbuffers::FlatBufferBuilder FBB(Size);
  build(FBB, Tables);
  return llvm::writeToOutput(Path, [&](llvm::raw_ostream &OS) {
    OS << bytesOf(FBB);
    return llvm::Error::success();
  });
}

llvm::Error writeSummaryFile(SummaryTables &&Tables, llvm::StringRef Path) {
  constexpr size_t Large = 8 << 20;
  const size_t Size = sizeOf(Tables);
  if (Size < Large)
    return writeSummaryFile(std::as_const(Tables), Path);
  if (llvm::Error E = checkSize(Size, Path))
    return E;
  // The builder's buffer is hardly touched, and so takes no memory: structs go
  // to the file, which is mapped.
  flatbuffers::FlatBufferBuilder FBB(Size);
  layOut(FBB, Tables);
  auto File = llvm::FileOutputBuffer::create(Path, FBB.GetSize());
  if (!File)
    return llvm::createFileError(Path, File.takeError());
  StructPacker Packer(bytesOf(FBB), (*File)->getBufferStart(), Tables, &Tables);
  std::thread Other([&] { Packer.run(); });
  Packer.copyRest();
  Packer.run();
  Other.join();
  if (llvm::Error E = (*File)->commit())
    return llvm::createFileError(Path, std::move(E));
  return llvm::Error::success();
}

} // namespace nostall
