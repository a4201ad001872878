//===- TUSummary.h - the facts of one translation unit ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the extractor writes and the linker reads: functions, the calls they
// make, the values they pass, where callables are stored, and the control
// flow between calls.
//
// A summary is deliberately free of knowledge: it does not say what blocks.
// It records enough of the program (constants, origins of values, a graph of
// calls and conditions) that the solver can decide with any KnowledgeBase, so
// a changed knowledge file needs a new link and no new extraction.
//
// All tables are flat; a function owns a contiguous range of each. Indices
// called "local" count from the start of the function's own range. Index 0 of
// Strings and Files is the empty one. Plain values; no operation can fail.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/EntityName.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace nostall {

using StringId = uint32_t;
using FileId = uint32_t;
using EntityIndex = uint32_t;
using SlotIndex = uint32_t;

inline constexpr uint32_t NoIndex = std::numeric_limits<uint32_t>::max();

/// A place in a source file. Lines and columns count from 1, in bytes.
struct Location {
  FileId File = 0;
  uint32_t Line = 0;
  uint32_t Column = 0;

  friend bool operator==(const Location &, const Location &) = default;
  bool isValid() const { return File != 0; }
};

/// Properties of a function's declaration.
enum EntityFlag : uint32_t {
  EF_Virtual = 1u << 0,
  EF_InternalLinkage = 1u << 1,
  EF_Constructor = 1u << 2,
  EF_Destructor = 1u << 3,
  EF_Member = 1u << 4, ///< Has an object argument.
  /// Declared outside the project: a system header or a vendored one.
  EF_External = 1u << 5,
  EF_NoReturn = 1u << 6,
  EF_Variadic = 1u << 7,
  EF_CallOperator = 1u << 8, ///< operator() of a class.
  EF_ExternC = 1u << 9,
  /// The extractor left this body out because nothing in it leads to the
  /// project (see BodyPruning.h); it is not an unknown function.
  EF_Pruned = 1u << 10,
  /// Converting constructor of a type-erasing wrapper: the object stands for
  /// the argument (see ValueResolver's CallableClass).
  EF_WrapperConstructor = 1u << 11,
  // What the source says of the function: annotate("nostall::loop") and so on.
  EF_DeclaredLoop = 1u << 12,
  EF_DeclaredBlocking = 1u << 13,
  EF_DeclaredNonblocking = 1u << 14,
  EF_DeclaredOffload = 1u << 15,
  EF_Declared = EF_DeclaredLoop | EF_DeclaredBlocking |
                EF_DeclaredNonblocking | EF_DeclaredOffload,
};

/// A function that some call in this unit names.
struct Entity {
  EntityName Name;
  /// Without template arguments and inline namespaces:
  /// "std::basic_ifstream::basic_ifstream".
  StringId QualifiedName = 0;
  /// Parameter types as the (un-instantiated) declaration spells them:
  /// "(const char *, std::ios_base::openmode)".
  StringId Signature = 0;
  /// File of the canonical declaration. Two programs in one build may both
  /// have a `class session`; this tells them apart.
  FileId DeclFile = 0;
  uint32_t Flags = 0;
};

/// A place that outlives the expression and can hold a callable, a stream, an
/// executor: a data member, a variable with static storage, a capture.
enum class SlotKind : uint8_t { Field, Global, Capture };

struct Slot {
  EntityName Name;
  StringId Display = 0; ///< "Loop::pending_"
  StringId Type = 0;    ///< As Value::Type.
  SlotKind Kind = SlotKind::Field;
};

enum class ValueKind : uint8_t {
  Unknown,
  Int,      ///< Data is the constant. A null pointer is Int 0.
  String,   ///< Data is a StringId.
  Duration, ///< Data is in nanoseconds.
  Param,    ///< Data is a parameter index; 0 is the object argument.
  Local,    ///< Data is a local index into the function's locals.
  Slot,     ///< Data is a SlotIndex.
  Result,   ///< Data is the local index of the call that returned it.
  Function, ///< Data is the EntityIndex of a callable's body.
  Object,   ///< A fresh object of class Type.
  ScaledParam, ///< Parameter Data times something that is not zero.
};

/// Where a value comes from, as far as this function alone can say.
struct Value {
  ValueKind Kind = ValueKind::Unknown;
  /// Qualified name of the class of the value (references, pointers and
  /// template arguments removed); 0 for non-class types.
  StringId Type = 0;
  int64_t Data = 0;

  friend bool operator==(const Value &, const Value &) = default;
};

/// One argument: the values it may have. None at all means unknown.
struct Argument {
  uint32_t FirstValue = 0;
  uint32_t NumValues = 0;
};

enum class CallKind : uint8_t {
  Direct,
  Virtual,  ///< Callee is the statically named method.
  Indirect, ///< Through the value in the object argument (Args[0]).
  Await,    ///< Suspension point: Args[0] is the awaited value. No callee.
  Yield,    ///< co_yield: suspension point as well.
};

enum CallFlag : uint16_t {
  CF_Implicit = 1u << 0,   ///< Not spelled in the source.
  CF_OnceOnly = 1u << 1,   ///< Runs once: initialiser of a static local.
  CF_Discarded = 1u << 2,  ///< The result is not used.
  CF_BaseOrMember = 1u << 3, ///< Construction or destruction of a subobject.
  CF_ScopeEnd = 1u << 4,   ///< Destructor at the end of a scope.
  CF_InHandler = 1u << 5,  ///< Inside a catch block.
  /// What the call before it does to an object of one of its template
  /// arguments' classes, if the knowledge says that it does: see
  /// CallEdge::Main.
  CF_IfConstructs = 1u << 6,
  CF_IfDestroys = 1u << 7,
  /// Destructor of an object that was moved from, as far as can be seen: only
  /// what it means to locks counts.
  CF_MovedFrom = 1u << 8,
};

struct CallEdge {
  EntityIndex Callee = NoIndex;
  Location Loc;
  /// Args[0] is the object argument (empty for a free function), Args[i + 1]
  /// is parameter i. Trailing unknown arguments are left out.
  uint32_t FirstArg = 0;
  uint16_t NumArgs = 0;
  /// Number of arguments written, object argument not counted.
  uint16_t Arity = 0;
  uint16_t Loop = 0; ///< Innermost loop: local index + 1, 0 for none.
  uint16_t Flags = 0;
  CallKind Kind = CallKind::Direct;
  /// With CF_IfConstructs or CF_IfDestroys: how many calls back the call
  /// stands that this depends on, and the number of the template argument.
  uint8_t Main = 0;
  uint8_t TemplateArg = 0;
  /// Arguments that are the address of something, and so not null: bits by
  /// position, as far as there are bits.
  uint16_t Addresses = 0;
  /// How often it is made for each round of its loop, or for each call of its
  /// function: see chanceOf().
  uint8_t Chance = 255;
};

/// A frequency of at most 1 as a Chance, and back.
inline constexpr double chanceOf(uint8_t Chance) { return Chance / 255.0; }

enum class FlowTarget : uint8_t { Local, Slot, Return };

/// "This value is put there."
struct Flow {
  FlowTarget Target = FlowTarget::Local;
  uint32_t Index = 0; ///< Local index, SlotIndex; unused for Return.
  uint32_t FirstValue = 0;
  uint32_t NumValues = 0;
  Location Loc;
};

/// A local variable that values flow into.
struct Local {
  StringId Name = 0;
  StringId Type = 0;
  Location Loc;
};

enum LoopFlag : uint16_t {
  LF_Endless = 1u << 0, ///< No condition and no way out of the body.
  LF_ConstantTrips = 1u << 1,
  LF_UnknownTrips = 1u << 2, ///< Bounded by data of unknown size.
  LF_SpinsOnAtomic = 1u << 3,
  /// The bound does not depend on what the enclosing loop iterates over.
  LF_IndependentOfParent = 1u << 4,
  /// Same bound as an enclosing loop: quadratic in one size.
  LF_SameBoundAsParent = 1u << 5,
  /// Every round, or every way round, passes a suspension point.
  LF_AlwaysSuspends = 1u << 6,
  /// Nothing but calls: no variable of the function changes.
  LF_EmptyBody = 1u << 7,
  /// A suspension point stands in it, whatever leads there.
  LF_MaySuspend = 1u << 8,
  /// Suspends every so many rounds: under a condition on what it counts.
  LF_SuspendsRegularly = 1u << 9,
  /// With LF_ConstantTrips: `break` or `return` may end it before that.
  LF_LeavesEarly = 1u << 10,
  /// Each round goes through the whole container that the loop goes through.
  LF_Quadratic = 1u << 11,
  /// With LF_EmptyBody: the unit's functions that it calls change nothing.
  LF_PureCalls = 1u << 12,
};

struct Loop {
  Location Loc;
  uint64_t Trips = 0;  ///< With LF_ConstantTrips.
  StringId Bound = 0;  ///< What bounds it, for the message: "request.items".
  uint16_t Parent = 0; ///< Local index + 1, 0 for none.
  uint16_t Flags = 0;
  /// What a round costs without inner loops and without what calls do, in
  /// picoseconds on the reference machine (extract/OperationCost.h).
  uint32_t Cost = 0;
  /// As CallEdge::Chance: how often it is entered.
  uint8_t Chance = 255;
  /// The parameter that bounds it, 0 for none: it makes about as many rounds
  /// as its value divided by BoundStep.
  uint8_t BoundParam = 0;
  uint16_t BoundStep = 1;
};

enum class ConditionOp : uint8_t {
  None, ///< Unconditional, or a condition that says nothing of a value.
  True,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Switch, ///< Successors carry the case values.
  HasBits, ///< Shares a bit with the operand: `flags & Create`.
  LacksBits,
};

/// A basic block of the function's flow of calls. Blocks without calls and
/// conditions are folded away where that loses nothing.
struct FlowBlock {
  uint32_t FirstItem = 0; ///< Into FlowItems: local call indices in order.
  uint32_t NumItems = 0;
  uint32_t FirstSuccessor = 0;
  uint16_t NumSuccessors = 0;
  ConditionOp Op = ConditionOp::None;
  int64_t Operand = 0;
  /// What the condition looks at; into Values. For a two-way branch the
  /// first successor is taken when the condition holds.
  uint32_t ConditionValue = NoIndex;
};

struct FlowSuccessor {
  uint32_t Block = NoIndex; ///< Local; NoIndex where the edge is never taken.
  /// For ConditionOp::Switch; IsDefault where no case value applies.
  int64_t CaseValue = 0;
  bool IsDefault = false;
};

/// What becomes of the value of a call, as the source has it.
enum class SpelledUse : uint8_t {
  Statement, ///< Nothing: a statement by itself.
  Value,     ///< Used where any expression may stand: an initializer.
  Operand,   ///< Used by an operator behind it: `f().x`.
};

/// The type of an argument before the conversions that the compiler adds, as
/// far as it decides what may be made of its text.
enum class SpelledType : uint8_t {
  Other,
  Class,
  Integer, ///< No bool, no enumeration.
  /// A std::chrono::duration of integers that nanoseconds express exactly.
  Duration,
};

/// Where an argument's text stands, in bytes from the start of its call.
struct SpelledArgument {
  uint32_t Begin = 0;
  uint32_t End = 0;
  SpelledType Type = SpelledType::Other;
  StringId Class = 0; ///< With SpelledType::Class: as Value::Type.
};

/// The text of a call that could be replaced by one that suspends: written out
/// in a coroutine's own body, in a place where co_await is allowed.
struct SpelledCall {
  uint32_t Call = 0;   ///< Local index of the call.
  Location Loc;        ///< Where its text begins,
  uint32_t Offset = 0; ///< the same in bytes from the start of the file.
  StringId Text = 0;
  /// Where the name of a member begins; in front of it is the object.
  uint32_t NameBegin = 0;
  uint32_t FirstArg = 0, NumArgs = 0; ///< Of SpelledArgs.
  /// Local index of the call that the object is; NoIndex if it is none.
  uint32_t Object = NoIndex;
  SpelledUse Use = SpelledUse::Statement;
  uint64_t FileHash = 0; ///< XXH3 of the file's content.
};

/// An #include among those that a file begins with, under no condition.
struct IncludeLine {
  FileId File = 0;
  uint32_t Line = 0;
  uint32_t EndOffset = 0; ///< In bytes: where the next line begins.
  StringId Header = 0;    ///< "<vector>", "\"net.h\""
  bool CrLf = false;      ///< How the line ends.
  uint64_t FileHash = 0;
};

enum FunctionFlag : uint32_t {
  FF_Coroutine = 1u << 0,
  /// Yields and is never awaited: runs inside its consumer.
  FF_Generator = 1u << 1,
  FF_Lambda = 1u << 2,
  FF_Main = 1u << 3,
  FF_External = 1u << 4, ///< Body outside the project (namespace std).
  FF_Nonblocking = 1u << 5,   ///< [[clang::nonblocking]] or nonallocating.
  FF_Pattern = 1u << 6, ///< Template that this unit does not instantiate.
  FF_Synthesized = 1u << 7, ///< Implicit member: default destructor, ...
  FF_AwaiterHook = 1u << 8,
  FF_HasErrors = 1u << 9, ///< Parsed with errors: edges may be missing.
  /// A coroutine that runs in the call until it first suspends.
  FF_Eager = 1u << 10,
};

/// One body.
struct FunctionSummary {
  EntityIndex Entity = NoIndex;
  Location Loc;
  uint32_t EndLine = 0;
  uint32_t Flags = 0;
  uint32_t NumParams = 0; ///< The object argument counts.
  /// For a coroutine: qualified name of its return type.
  StringId CoroutineType = 0;
  /// For a lambda: the function that it stands in.
  EntityIndex Parent = NoIndex;
  uint32_t FirstCall = 0, NumCalls = 0;
  uint32_t FirstFlow = 0, NumFlows = 0;
  uint32_t FirstLocal = 0, NumLocals = 0;
  uint32_t FirstLoop = 0, NumLoops = 0;
  uint32_t FirstBlock = 0, NumBlocks = 0;
  uint32_t FirstSpelled = 0, NumSpelled = 0; ///< In order of their calls.
  uint32_t Unit = 0; ///< Into LUSummary::Units; 0 within a TUSummary.
  uint32_t Cost = 0; ///< As Loop::Cost, outside of loops.
  /// Equal bodies in two units have equal hashes.
  uint64_t ContentHash = 0;
};

/// `Derived` overrides `Base`, directly.
struct Override {
  EntityIndex Derived = NoIndex;
  EntityIndex Base = NoIndex;
};

/// `Derived` has the public or other base class `Base`; qualified names, for
/// the types that values have.
struct BaseClass {
  StringId Derived = 0;
  StringId Base = 0;
};

enum class SuppressionKind : uint8_t { Line, Begin, End };

/// A NOLINT comment. For NOLINTNEXTLINE, Line is the next line.
struct SuppressionComment {
  FileId File = 0;
  uint32_t Line = 0;
  StringId Checks = 0; ///< Text between the parentheses, "*" without them.
  SuppressionKind Kind = SuppressionKind::Line;
};

/// One translation unit of a summary.
struct UnitInfo {
  std::string MainFile; ///< Root-relative where it lies below the root.
  /// Errors that the front end reported; the facts are then partial.
  uint32_t NumErrors = 0;
};

/// In unit `Unit`, the body of its entity is function `Function`.
struct UnitBody {
  uint32_t Unit = 0;
  uint32_t Function = NoIndex;
};

/// The tables that a unit's summary and a linked program's share.
struct SummaryTables {
  std::vector<UnitInfo> Units;
  std::vector<std::string> Strings = {""};
  std::vector<std::string> Files = {""};
  std::vector<Entity> Entities;
  std::vector<Slot> Slots;
  std::vector<FunctionSummary> Functions;
  std::vector<CallEdge> Calls;
  std::vector<Argument> Args;
  std::vector<Value> Values;
  std::vector<Flow> Flows;
  std::vector<Local> Locals;
  std::vector<Loop> Loops;
  std::vector<FlowBlock> Blocks;
  std::vector<uint32_t> FlowItems;
  std::vector<FlowSuccessor> Successors;
  std::vector<Override> Overrides;
  std::vector<BaseClass> BaseClasses;
  std::vector<SuppressionComment> Suppressions;
  std::vector<SpelledCall> SpelledCalls;
  std::vector<SpelledArgument> SpelledArgs;
  std::vector<IncludeLine> Includes; ///< Of files with spelled calls.
  /// Which of several bodies of one name a unit's calls mean. Only for names
  /// that have several: two programs in one build.
  std::vector<UnitBody> UnitBodies;
};

/// What the extractor writes: exactly one unit.
struct TUSummary : SummaryTables {};

} // namespace nostall
