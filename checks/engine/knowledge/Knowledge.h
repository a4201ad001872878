//===- Knowledge.h - what is known about libraries --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The content of a knowledge file, one per library: what its functions do to
// the thread that calls them, where they run the callables they are given,
// and what its types stand for. docs/knowledge.md describes the format; its
// schema is checks/knowledge/schema.json.
//
// Plain values. A rule refers to its library by pointer, so libraries are
// held by the KnowledgeBase and never moved.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Effect.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// What an object is, as far as blocking depends on it. A set of bits.
enum Trait : uint32_t {
  T_FileStream = 1u << 0,    ///< std::ofstream, a FILE from fopen
  T_MemoryStream = 1u << 1,  ///< std::ostringstream, fmemopen
  T_ConsoleStream = 1u << 2, ///< std::cout, stderr
  T_RegularFile = 1u << 3,   ///< A descriptor that O_NONBLOCK does not help.
  T_BlockingDescriptor = 1u << 4,
  T_NonblockingDescriptor = 1u << 5,
  T_WorkerExecutor = 1u << 6,
  T_LoopExecutor = 1u << 7,
  /// Holds or refers to other values: what is put in comes out. Containers,
  /// iterators, smart pointers.
  T_Transparent = 1u << 8,
  T_Callable = 1u << 9, ///< std::function and its kin.
  T_Mutex = 1u << 10,
  T_LockGuard = 1u << 11,
  T_AsyncFuture = 1u << 12, ///< The destructor waits for the result.
  T_Task = 1u << 13,        ///< Result of a coroutine that others start.
  T_Atomic = 1u << 14,
  T_OwnExecutor = 1u << 15, ///< Awaited: the executor of whoever awaits it.
  /// A descriptor with no disk behind it: a terminal, another device, whatever
  /// an event loop watches.
  T_SpecialFile = 1u << 16,
};

/// Where a library runs a callable that it is given, or what follows an
/// awaitable.
enum class RunsIn : uint8_t {
  Inline,   ///< In the call, on the caller's thread.
  Loop,     ///< On the event loop, later.
  Worker,   ///< On a thread of its own or of a pool.
  Child,    ///< In another process.
  Executor, ///< On the executor that an argument names.
  Sync,     ///< In the call, which waits for it to end (sync_wait).
  Gil,      ///< By Python, which holds its GIL.
};

/// Names an argument of a call.
struct ArgSelector {
  enum class Kind : uint8_t {
    Position,
    Receiver, ///< The object of a member call.
    Named,    ///< By the parameter's template-parameter or declared type name.
    All,
    Last,
    /// What a text begins with that is made by the printf format at Position:
    /// the format, or the argument after it where that begins with "%s".
    Format,
  };
  Kind K = Kind::Position;
  unsigned Position = 0;
  std::string Name;
};

/// A test on one argument. It holds, fails, or cannot be told.
struct Condition {
  enum class Predicate : uint8_t {
    Is,         ///< Has one of Traits.
    Equals,     ///< Is the constant Number (0 for a null pointer).
    HasFlag,    ///< Is a constant with all bits of Number.
    AtMost,     ///< Is a duration of at most Number nanoseconds, or a
                ///< constant of at most Number.
    StartsWith, ///< Is a string literal that begins with one of Texts.
    Type,       ///< Its class is one of Texts, or derives from it.
    Given,      ///< Is passed at all.
  };
  ArgSelector Subject;
  /// Of the struct that is passed, the member that is tested, as
  /// `addrinfo::ai_flags`; as the calling function has set it.
  std::string Field;
  Predicate Test = Predicate::Is;
  uint32_t Traits = 0;
  int64_t Number = 0;
  std::vector<std::string> Texts;
};

/// The call runs the event loop that the argument stands for.
struct ReentryRule {
  ArgSelector Loop;
  std::string Why; ///< What that means on this very loop: "never returns ..."
};

/// Blocks when all of When are shown to hold and none of Unless is.
struct EffectRule {
  Effect What;
  std::vector<Condition> When;
  std::vector<Condition> Unless;
  std::string Why; ///< "waits until the disk has written the data"
  /// The stream whose buffer takes what is written: a single call on one that
  /// was just opened does not fill it.
  std::optional<ArgSelector> Buffer;
  /// The wait ends when what this stands for is done: a future, a thread, a
  /// coroutine's task.
  std::optional<ArgSelector> Until;
  std::optional<ReentryRule> Reenters;
};

/// Who brings about the result of a call, or for a constructor the end of what
/// the object stands for. One of Callable and Executor is set.
struct ResultRule {
  std::optional<ArgSelector> Callable; ///< When it has ended: std::async.
  std::optional<ArgSelector> Executor; ///< Its thread: co_spawn, use_future.
  std::vector<Condition> When;
};

struct ParamRule {
  ArgSelector Param;
  RunsIn Runs = RunsIn::Inline;
  ArgSelector Executor; ///< With RunsIn::Executor.
  std::vector<Condition> When;
  /// The arguments after the callable are passed to it (std::thread).
  bool PassesRest = false;
};

/// What a call returns.
struct ReturnRule {
  std::optional<ArgSelector> Argument;
  uint32_t Traits = 0;
  bool Binds = false; ///< Argument with the later arguments bound to it.
  std::vector<Condition> When;
};

/// The object has these traits from then on: a socket is told not to block.
struct MarkRule {
  ArgSelector Object;
  uint32_t Traits = 0;
  std::vector<Condition> When;
  std::vector<Condition> Unless;
};

/// "The value of From is put into To."
struct FlowRule {
  ArgSelector From;
  ArgSelector To;
};

enum class LockOperation : uint8_t {
  Acquire,
  TryAcquire,
  Release,
  Guard,      ///< Constructs a guard (the receiver) that holds Mutex.
  TryGuard,
  Defer,      ///< Constructs a guard that holds nothing yet.
  Disown,     ///< The guard forgets its mutex.
  Transfer,   ///< The receiver takes over from Mutex, another guard.
  Swap,
};

struct LockRule {
  LockOperation Operation = LockOperation::Acquire;
  /// The mutex (or the other guard); the receiver when absent.
  std::optional<ArgSelector> Mutex;
  /// The result that means success; of a try any non-zero one when absent.
  std::optional<int64_t> Succeeds;
  std::vector<Condition> When;
};

/// A function whose result, tested by a branch, says something about what
/// follows.
struct GuardRule {
  enum class Fact : uint8_t {
    Ready,   ///< The receiver will not block.
    OnLoop,  ///< We run on the loop; otherwise we do not.
    InChild, ///< We are the forked child.
  };
  Fact What = Fact::Ready;
  /// The object that is ready; the receiver when absent.
  std::optional<ArgSelector> Object;
  /// The result that establishes the fact; any non-zero one when absent.
  std::optional<int64_t> Equals;
  std::vector<Condition> When;
};

/// Awaiting the result moves the coroutine.
struct SwitchRule {
  RunsIn To = RunsIn::Worker;
  ArgSelector Executor;
  std::vector<Condition> When;
};

enum class CostLaw : uint8_t { Linear, NLogN, Quadratic };

/// What a call computes, on the reference machine (extract/OperationCost.h).
struct CostRule {
  double Nanoseconds = 0; ///< Of a call, or for each Unit.
  /// What the cost grows with, in the singular: "byte", "element", "round";
  /// empty for a call that always costs the same.
  std::string Unit;
  std::optional<ArgSelector> Size; ///< The argument that counts the units.
  CostLaw Law = CostLaw::Linear;

  /// In nanoseconds, for \p Units units.
  double of(double Units) const;
  /// The number of units that cost \p Budget nanoseconds.
  double unitsFor(double Budget) const;
};

/// What a function does to Python's GIL.
enum class GilOperation : uint8_t {
  Release, ///< PyEval_SaveThread
  Acquire, ///< Takes what was released: PyEval_RestoreThread.
  Ensure,  ///< PyGILState_Ensure
  Restore, ///< Leaves it as it was before Ensure: PyGILState_Release.
};

/// The wait of an event loop.
enum class WaitKind : uint8_t {
  None,
  Queue, ///< For whatever was registered: epoll_wait, io_uring_wait_cqe.
  Set,   ///< For the descriptors given: poll, select.
};

struct LibraryKnowledge;

struct FunctionKnowledge {
  std::string Name; ///< Qualified, may hold `*` and `**`.
  std::optional<std::string> Signature;
  std::string Reference;
  std::vector<EffectRule> Effects;
  std::vector<ParamRule> Params;
  std::vector<ReturnRule> Returns;
  std::vector<FlowRule> Flows;
  std::vector<MarkRule> Marks;
  std::vector<LockRule> Locks;
  std::optional<GuardRule> Guard;
  /// What will not block again after the call: a future that was waited for.
  std::optional<ArgSelector> Settles;
  std::vector<ResultRule> ResultBy;
  /// The promise that the call fulfils: std::promise::set_value.
  std::optional<ArgSelector> Completes;
  /// Runs an event loop inside of a callback, which goes on serving: exec().
  bool NestsLoop = false;
  std::vector<SwitchRule> Switches;
  /// Template argument whose object the call creates or destroys.
  std::optional<unsigned> Constructs;
  std::optional<unsigned> Destroys;
  /// The same where other owners may keep the object: ~shared_ptr.
  std::optional<unsigned> Releases;
  /// Where this function runs, and whatever overrides it.
  std::optional<RunsIn> Context;
  std::optional<GilOperation> Gil;
  WaitKind Multiplexer = WaitKind::None;
  /// The number of descriptors, where an argument gives it.
  std::optional<ArgSelector> Descriptors;
  /// Does nothing that matters here; its body need not be looked at.
  bool Opaque = false;
  /// May be missing from the headers at hand: another version has it.
  bool Optional = false;
  /// Reads a variable that another thread changes (std::atomic::load).
  bool Polls = false;
  /// Gives the processor away or eases a spin (std::this_thread::yield).
  bool Relaxes = false;
  bool Intercept = false; ///< The run-time probe wraps it.
  /// Which of the costs that `nostall calibrate` measures a call has.
  std::string Measured;
  /// By framework; the generic remedy under "".
  std::map<std::string, std::string> UseInstead;
  const LibraryKnowledge *Library = nullptr;
  unsigned Line = 0; ///< Of the entry in its file.

  /// Whether the entry says what a call does, in place of the body.
  bool replacesBody() const {
    return Opaque || !Effects.empty() || !Params.empty() || !Returns.empty() ||
           !Flows.empty() || !Locks.empty() || !Switches.empty() ||
           Constructs || Destroys || Releases || Gil ||
           Multiplexer != WaitKind::None;
  }
};

struct TypeKnowledge {
  std::string Name;
  uint32_t Traits = 0;
  bool Optional = false;
  const LibraryKnowledge *Library = nullptr;
};

/// A member of a library's struct in which programs put callables.
struct FieldKnowledge {
  std::string Name; ///< "ev_io::cb"
  RunsIn Runs = RunsIn::Loop;
  bool Optional = false;
  const LibraryKnowledge *Library = nullptr;
};

/// What calls of some functions compute. Apart from FunctionKnowledge: it says
/// nothing of what a call does otherwise.
struct CostKnowledge {
  std::string Name; ///< Qualified, may hold `*` and `**`.
  CostRule Cost;
};

/// Who wrote a file, and so which comes first: later ones.
enum class KnowledgeOrigin : uint8_t {
  Builtin,
  Installed, ///< The library itself, beside its headers.
  User,
};

/// What the type of an argument, as it is written, has to be.
struct WrittenType {
  enum class Kind : uint8_t { Any, Integer, Duration, Class };
  Kind K = Kind::Any;
  std::vector<std::string> Classes; ///< One of these; without arguments.
  bool Negated = false;             ///< None of them.
};

/// What a call can be replaced by in a coroutine. Apart from
/// FunctionKnowledge: it is the coroutine's library that knows.
struct FixKnowledge {
  std::string Name;      ///< The function; qualified, no pattern.
  std::string Coroutine; ///< The type of the coroutine that makes the call.
  /// With `{0}`, `{args}`, `{object}` and `{object.head}` for the call's own
  /// text (docs/knowledge.md).
  std::string Text;
  std::vector<unsigned> Arity; ///< Numbers of arguments; empty for any.
  std::vector<WrittenType> Written; ///< By position; the rest are any.
  /// The object is a call whose last argument is of one of these classes.
  std::vector<std::string> ObjectLast;
  bool GivesValue = false; ///< Has the value of the call that it replaces.
  std::vector<std::string> Includes; ///< Headers that it needs,
  std::vector<std::string> Umbrellas; ///< or any one of these.
  const LibraryKnowledge *Library = nullptr;
};

struct LibraryKnowledge {
  std::string Id;    ///< "boost-asio"
  std::string Title; ///< "Boost.Asio"
  std::string File;  ///< Where it was read from, for messages.
  KnowledgeOrigin Origin = KnowledgeOrigin::Builtin;
  std::vector<std::string> Headers;
  std::vector<std::string> Packages;
  std::vector<std::string> VerifyFlags; ///< Compiler flags for the headers.
  std::vector<std::string> Namespaces;
  /// Remedies for code whose loop is this library's, by category.
  std::map<Category, std::string> Remedies;
  std::vector<FunctionKnowledge> Functions;
  std::vector<TypeKnowledge> Types;
  std::vector<TypeKnowledge> Variables;
  std::vector<FieldKnowledge> Fields;
  std::vector<CostKnowledge> Costs;
  std::vector<FixKnowledge> Fixes;
  /// Template bodies of the standard library that need not be parsed, by
  /// name prefix: what they do is said here.
  std::vector<std::string> SkipBodies;
};

} // namespace nostall
