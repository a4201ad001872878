//===- SummaryIO.cpp - summaries as files -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryIO.h"

#include "Summary_generated.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace nostall {

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

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
  return {pack(C.Loc), C.Callee, C.FirstArg, C.NumArgs,
          C.Arity,     C.Loop,   C.Flags,    static_cast<uint8_t>(C.Kind),
          C.Main,      C.TemplateArg, C.Addresses, C.Chance};
}
static fbs::Flow pack(const Flow &F) {
  return {pack(F.Loc), F.Index, F.FirstValue, F.NumValues,
          static_cast<uint8_t>(F.Target)};
}
static fbs::Local pack(const Local &L) { return {pack(L.Loc), L.Name, L.Type}; }
static fbs::Loop pack(const Loop &L) {
  return {L.Trips, pack(L.Loc), L.Bound, L.Parent, L.Flags,
          L.Cost, L.Chance, L.BoundParam, L.BoundStep};
}
static fbs::Block pack(const FlowBlock &B) {
  return {B.Operand,        B.FirstItem,      B.NumItems,
          B.FirstSuccessor, B.ConditionValue, B.NumSuccessors,
          static_cast<uint8_t>(B.Op)};
}
static fbs::Successor pack(const FlowSuccessor &S) {
  return {S.CaseValue, S.Block, S.IsDefault};
}
static fbs::Function pack(const FunctionSummary &F) {
  return {F.ContentHash, pack(F.Loc), F.Entity,     F.EndLine,   F.Flags,
          F.NumParams,   F.CoroutineType, F.Parent, F.FirstCall, F.NumCalls,
          F.FirstFlow,   F.NumFlows,  F.FirstLocal, F.NumLocals, F.FirstLoop,
          F.NumLoops,    F.FirstBlock, F.NumBlocks, F.Unit, F.Cost};
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
      packAll(FBB, Tables.UnitBodies));
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

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static Location unpack(const fbs::Location &L) {
  return {L.file(), L.line(), L.column()};
}
static EntityName unpack(const fbs::EntityName &N) {
  return {N.high(), N.low()};
}
static Entity unpack(const fbs::Entity &E) {
  return {unpack(E.name()), E.qualified_name(), E.signature(), E.decl_file(),
          E.flags()};
}
static Slot unpack(const fbs::Slot &S) {
  return {unpack(S.name()), S.display(), S.type(),
          static_cast<SlotKind>(S.kind())};
}
static Value unpack(const fbs::Value &V) {
  return {static_cast<ValueKind>(V.kind()), V.type(), V.data()};
}
static Argument unpack(const fbs::Argument &A) {
  return {A.first_value(), A.num_values()};
}
static CallEdge unpack(const fbs::Call &C) {
  return {C.callee(), unpack(C.loc()), C.first_arg(),
          C.num_args(), C.arity(),     C.loop(),
          C.flags(),  static_cast<CallKind>(C.kind()),
          C.main(),   C.template_arg(), C.addresses(), C.chance()};
}
static Flow unpack(const fbs::Flow &F) {
  return {static_cast<FlowTarget>(F.target()), F.index(), F.first_value(),
          F.num_values(), unpack(F.loc())};
}
static Local unpack(const fbs::Local &L) {
  return {L.name(), L.type(), unpack(L.loc())};
}
static Loop unpack(const fbs::Loop &L) {
  return {unpack(L.loc()), L.trips(), L.bound(), L.parent(), L.flags(),
          L.cost(), L.chance(), L.bound_param(), L.bound_step()};
}
static FlowBlock unpack(const fbs::Block &B) {
  return {B.first_item(),     B.num_items(),
          B.first_successor(), B.num_successors(),
          static_cast<ConditionOp>(B.op()), B.operand(), B.condition_value()};
}
static FlowSuccessor unpack(const fbs::Successor &S) {
  return {S.block(), S.case_value(), S.is_default()};
}
static FunctionSummary unpack(const fbs::Function &F) {
  FunctionSummary Out;
  Out.Entity = F.entity();
  Out.Loc = unpack(F.loc());
  Out.EndLine = F.end_line();
  Out.Flags = F.flags();
  Out.NumParams = F.num_params();
  Out.CoroutineType = F.coroutine_type();
  Out.Parent = F.parent();
  Out.FirstCall = F.first_call();
  Out.NumCalls = F.num_calls();
  Out.FirstFlow = F.first_flow();
  Out.NumFlows = F.num_flows();
  Out.FirstLocal = F.first_local();
  Out.NumLocals = F.num_locals();
  Out.FirstLoop = F.first_loop();
  Out.NumLoops = F.num_loops();
  Out.FirstBlock = F.first_block();
  Out.NumBlocks = F.num_blocks();
  Out.Unit = F.unit();
  Out.Cost = F.cost();
  Out.ContentHash = F.content_hash();
  return Out;
}
static Override unpack(const fbs::Override &O) {
  return {O.derived(), O.base()};
}
static BaseClass unpack(const fbs::BaseClass &B) {
  return {B.derived(), B.base()};
}
static SuppressionComment unpack(const fbs::Suppression &S) {
  return {S.file(), S.line(), S.checks(),
          static_cast<SuppressionKind>(S.kind())};
}
static UnitBody unpack(const fbs::UnitBody &B) {
  return {B.unit(), B.function()};
}

template <typename Packed, typename T>
static void unpackAll(const flatbuffers::Vector<const Packed *> *From,
                      std::vector<T> &To) {
  if (!From)
    return;
  To.reserve(From->size());
  for (const Packed *Element : *From)
    To.push_back(unpack(*Element));
}

static void unpackStrings(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>> *From,
    std::vector<std::string> &To) {
  if (!From)
    return;
  To.clear();
  To.reserve(From->size());
  for (const flatbuffers::String *S : *From)
    To.push_back(S->str());
}

static llvm::Error corrupt(llvm::StringRef Name, const char *What) {
  return llvm::createStringError("%s: not a usable summary: %s",
                                 Name.str().c_str(), What);
}

llvm::Expected<LUSummary> deserialize(llvm::StringRef Bytes,
                                      llvm::StringRef Name) {
  const auto *Data = reinterpret_cast<const uint8_t *>(Bytes.data());
  // Programs of 10 million calls exceed FlatBuffers' default of 1 million
  // tables only in strings, which do not count.
  flatbuffers::Verifier Verifier(Data, Bytes.size(), /*max_depth=*/16,
                                 /*max_tables=*/1 << 24);
  if (Bytes.size() < 8 || !fbs::SummaryBufferHasIdentifier(Data))
    return corrupt(Name, "no summary file");
  if (!fbs::VerifySummaryBuffer(Verifier))
    return corrupt(Name, "damaged");
  const fbs::Summary *In = fbs::GetSummary(Data);
  if (In->format() != SummaryFormat)
    return corrupt(Name, "written by another version; run the check again");

  LUSummary Out;
  if (In->units())
    for (const fbs::Unit *U : *In->units())
      Out.Units.push_back(
          {U->main_file() ? U->main_file()->str() : "", U->num_errors()});
  unpackStrings(In->strings(), Out.Strings);
  unpackStrings(In->files(), Out.Files);
  unpackAll(In->entities(), Out.Entities);
  unpackAll(In->slots(), Out.Slots);
  unpackAll(In->functions(), Out.Functions);
  unpackAll(In->calls(), Out.Calls);
  unpackAll(In->args(), Out.Args);
  unpackAll(In->values(), Out.Values);
  unpackAll(In->flows(), Out.Flows);
  unpackAll(In->locals(), Out.Locals);
  unpackAll(In->loops(), Out.Loops);
  unpackAll(In->blocks(), Out.Blocks);
  if (In->flow_items())
    Out.FlowItems.assign(In->flow_items()->begin(), In->flow_items()->end());
  unpackAll(In->successors(), Out.Successors);
  unpackAll(In->overrides(), Out.Overrides);
  unpackAll(In->base_classes(), Out.BaseClasses);
  unpackAll(In->suppressions(), Out.Suppressions);
  unpackAll(In->unit_bodies(), Out.UnitBodies);
  if (llvm::Error E = validate(Out, Name))
    return std::move(E);
  return Out;
}

//===----------------------------------------------------------------------===//
// Validation
//===----------------------------------------------------------------------===//

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
      check(V.Data >= 0 && V.Data < std::max<uint32_t>(F.NumParams, 1), "values");
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
            range(F.FirstBlock, F.NumBlocks, T.Blocks.size()),
        "functions");
  if (Bad)
    return;
  for (uint32_t I = F.FirstCall; I != F.FirstCall + F.NumCalls; ++I) {
    const CallEdge &C = T.Calls[I];
    check(C.Main <= I - F.FirstCall && C.Loop <= F.NumLoops && range(C.FirstArg, C.NumArgs, T.Args.size()),
          "calls");
    if (Bad)
      return;
    for (uint32_t A = C.FirstArg; A != C.FirstArg + C.NumArgs; ++A)
      checkLocalValues(F, T.Args[A].FirstValue, T.Args[A].NumValues);
  }
  for (uint32_t I = F.FirstFlow; I != F.FirstFlow + F.NumFlows; ++I) {
    const Flow &Fl = T.Flows[I];
    check(Fl.Target <= FlowTarget::Return, "flows");
    if (Fl.Target == FlowTarget::Local)
      check(Fl.Index < F.NumLocals, "flows");
    else if (Fl.Target == FlowTarget::Slot)
      check(Fl.Index < T.Slots.size(), "flows");
    checkLocalValues(F, Fl.FirstValue, Fl.NumValues);
  }
  for (uint32_t I = F.FirstLoop; I != F.FirstLoop + F.NumLoops; ++I)
    check(T.Loops[I].Parent <= F.NumLoops, "loops");
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

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

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

llvm::Expected<LUSummary> readSummaryFile(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(), "%s: %s",
                                   Path.str().c_str(),
                                   Buffer.getError().message().c_str());
  return deserialize((*Buffer)->getBuffer(), Path);
}

} // namespace nostall
