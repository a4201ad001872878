//===- SummaryReader.cpp - from files to summaries --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryIO.h"

#include "engine/summary/SummaryValidator.h"

#include "Summary_generated.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace nostall {

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
  return {C.callee(),    unpack(C.loc()),
          C.first_arg(), C.num_args(),
          C.arity(),     C.loop(),
          C.flags(),     static_cast<CallKind>(C.kind()),
          C.main(),      C.template_arg(),
          C.addresses(), C.chance()};
}
static Flow unpack(const fbs::Flow &F) {
  return {static_cast<FlowTarget>(F.target()), F.index(), F.first_value(),
          F.num_values(), unpack(F.loc())};
}
static Local unpack(const fbs::Local &L) {
  return {L.name(), L.type(), unpack(L.loc())};
}
static Loop unpack(const fbs::Loop &L) {
  return {unpack(L.loc()), L.trips(),       L.bound(),
          L.parent(),      L.flags(),       L.cost(),
          L.chance(),      L.bound_param(), L.bound_step()};
}
static FlowBlock unpack(const fbs::Block &B) {
  return {B.first_item(),
          B.num_items(),
          B.first_successor(),
          B.num_successors(),
          static_cast<ConditionOp>(B.op()),
          B.operand(),
          B.condition_value()};
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
  Out.FirstSpelled = F.first_spelled();
  Out.NumSpelled = F.num_spelled();
  Out.ContentHash = F.content_hash();
  return Out;
}
static SpelledCall unpack(const fbs::SpelledCall &C) {
  SpelledCall Out;
  Out.Call = C.call();
  Out.Loc = unpack(C.loc());
  Out.Offset = C.offset();
  Out.Text = C.text();
  Out.NameBegin = C.name_begin();
  Out.FirstArg = C.first_arg();
  Out.NumArgs = C.num_args();
  Out.Object = C.object();
  Out.Use = static_cast<SpelledUse>(C.use());
  Out.FileHash = C.file_hash();
  return Out;
}
static SpelledArgument unpack(const fbs::SpelledArgument &A) {
  return {A.begin(), A.end(), static_cast<SpelledType>(A.type()),
          A.class_name()};
}
static IncludeLine unpack(const fbs::Include &I) {
  return {I.file(),   I.line(), I.end_offset(),
          I.header(), I.crlf(), I.file_hash()};
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
  To.clear();
  if (!From)
    return;
  To.reserve(From->size());
  for (const Packed *Element : *From)
    To.push_back(unpack(*Element));
}

static void unpackStrings(
    const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>> *From,
    std::vector<std::string> &To) {
  if (!From) {
    To.assign({""});
    return;
  }
  // Assigned, not made: those that \p To has keep their memory.
  To.resize(From->size());
  auto Text = To.begin();
  for (const flatbuffers::String *S : *From)
    (Text++)->assign(S->c_str(), S->size());
}

static llvm::Error corrupt(llvm::StringRef Name, const char *What) {
  return llvm::createStringError("%s: not a usable summary: %s",
                                 Name.str().c_str(), What);
}

/// Into tables that may have been used before.
static llvm::Error unpackFile(llvm::StringRef Bytes, llvm::StringRef Name,
                              LUSummary &Out) {
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

  Out.Units.clear();
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
  Out.FlowItems.clear();
  if (In->flow_items())
    Out.FlowItems.assign(In->flow_items()->begin(), In->flow_items()->end());
  unpackAll(In->successors(), Out.Successors);
  unpackAll(In->overrides(), Out.Overrides);
  unpackAll(In->base_classes(), Out.BaseClasses);
  unpackAll(In->suppressions(), Out.Suppressions);
  unpackAll(In->unit_bodies(), Out.UnitBodies);
  unpackAll(In->spelled_calls(), Out.SpelledCalls);
  unpackAll(In->spelled_args(), Out.SpelledArgs);
  unpackAll(In->includes(), Out.Includes);
  return validate(Out, Name);
}

llvm::Expected<LUSummary> deserialize(llvm::StringRef Bytes,
                                      llvm::StringRef Name) {
  LUSummary Out;
  if (llvm::Error E = unpackFile(Bytes, Name, Out))
    return std::move(E);
  return Out;
}

static llvm::Error cannotRead(llvm::StringRef Path, std::error_code EC) {
  return llvm::createStringError(EC, "%s: %s", Path.str().c_str(),
                                 EC.message().c_str());
}

llvm::Expected<LUSummary> readSummaryFile(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return cannotRead(Path, Buffer.getError());
  return deserialize((*Buffer)->getBuffer(), Path);
}

llvm::Error SummaryReader::read(llvm::StringRef Path, LUSummary &Into) {
  // What is mapped costs a page fault for every few pages, and each time anew;
  // but linked programs, which may be given as well, are too large to copy.
  constexpr uint64_t MostCopied = 8 << 20;
  uint64_t Size = 0;
  if (std::error_code EC = llvm::sys::fs::file_size(Path, Size))
    return cannotRead(Path, EC);
  if (Size > MostCopied) {
    auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    if (!Buffer)
      return cannotRead(Path, Buffer.getError());
    return unpackFile((*Buffer)->getBuffer(), Path, Into);
  }
  llvm::Expected<llvm::sys::fs::file_t> File =
      llvm::sys::fs::openNativeFileForRead(Path);
  if (!File)
    return cannotRead(Path, llvm::errorToErrorCode(File.takeError()));
  auto Close = llvm::make_scope_exit([&] { llvm::sys::fs::closeFile(*File); });
  Bytes.clear();
  // More than there is: the end is then found at the first attempt.
  const ssize_t Chunk = Size + llvm::sys::fs::DefaultReadChunkSize;
  if (llvm::Error E = llvm::sys::fs::readNativeFileToEOF(*File, Bytes, Chunk))
    return cannotRead(Path, llvm::errorToErrorCode(std::move(E)));
  return unpackFile({Bytes.data(), Bytes.size()}, Path, Into);
}

} // namespace nostall
