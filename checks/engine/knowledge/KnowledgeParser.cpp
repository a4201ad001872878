//===- KnowledgeParser.cpp - YAML to knowledge ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Uses LLVM's YAML traits: a mapping lists its keys once, and unknown keys,
// missing keys and wrong values are reported with their place. What traits
// cannot check (a flag that no constant defines) is reported through
// IO::setError, at the node being read.
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeParser.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace llvm;
using namespace nostall;

namespace {

/// What the scalars of a file may refer to.
struct ParseContext {
  StringRef Text;
  std::map<std::string, int64_t> Constants;
};

/// A trait or a list of them.
struct TraitSet {
  uint32_t Bits = 0;
};
/// "1ms", or a plain number.
struct Quantity {
  int64_t Number = 0;
};
/// A number or the name of a constant.
struct Symbol {
  int64_t Number = 0;
};

/// As written: what FunctionKnowledge holds once per name.
struct FunctionEntry {
  std::vector<std::string> Names;
  FunctionKnowledge Rule;
};
struct TypeEntry {
  std::vector<std::string> Names;
  TraitSet Is;
  bool Optional = false;
};
struct FieldEntry {
  std::vector<std::string> Names;
  RunsIn Runs = RunsIn::Loop;
  bool Optional = false;
};
struct CostEntry {
  std::vector<std::string> Names;
  CostRule Cost;
};
struct FixEntry {
  std::vector<std::string> Names;
  FixKnowledge Fix;
};
/// Another spelling of a namespace: standalone Asio's for Boost.Asio's.
struct Alias {
  std::string From;
  std::string To;
};

} // namespace

uint32_t nostall::traitFromName(StringRef Name) {
  return StringSwitch<uint32_t>(Name)
      .Case("file-stream", T_FileStream)
      .Case("memory-stream", T_MemoryStream)
      .Case("console-stream", T_ConsoleStream)
      .Case("regular-file", T_RegularFile)
      .Case("blocking-descriptor", T_BlockingDescriptor)
      .Case("nonblocking-descriptor", T_NonblockingDescriptor)
      .Case("worker-executor", T_WorkerExecutor)
      .Case("loop-executor", T_LoopExecutor)
      .Case("transparent", T_Transparent)
      .Case("callable", T_Callable)
      .Case("mutex", T_Mutex)
      .Case("lock-guard", T_LockGuard)
      .Case("async-future", T_AsyncFuture)
      .Case("task", T_Task)
      .Case("atomic", T_Atomic)
      .Case("own-executor", T_OwnExecutor)
      .Default(0);
}

LLVM_YAML_IS_SEQUENCE_VECTOR(Condition)
LLVM_YAML_IS_SEQUENCE_VECTOR(EffectRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(ParamRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(ReturnRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(ResultRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(MarkRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(FlowRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(LockRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(SwitchRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(FunctionEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(TypeEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(FieldEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(CostEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(FixEntry)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(WrittenType)
LLVM_YAML_IS_SEQUENCE_VECTOR(Alias)
LLVM_YAML_IS_STRING_MAP(std::string)
LLVM_YAML_IS_STRING_MAP(int64_t)

namespace llvm::yaml {

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

template <> struct ScalarTraits<Category> {
  static void output(const Category &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, Category &Out) {
    std::optional<Category> C = categoryFromName(std::string_view(Text));
    if (!C)
      return "unknown category";
    Out = *C;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Tier> {
  static void output(const Tier &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, Tier &Out) {
    std::optional<Tier> T = tierFromName(std::string_view(Text));
    if (!T)
      return "unknown tier: 'always', 'likely' or 'rarely'";
    Out = *T;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<ArgSelector> {
  static void output(const ArgSelector &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, ArgSelector &Out) {
    unsigned Position;
    if (!Text.getAsInteger(10, Position)) {
      Out.K = ArgSelector::Kind::Position;
      Out.Position = Position;
    } else if (Text == "receiver") {
      Out.K = ArgSelector::Kind::Receiver;
    } else if (Text == "all") {
      Out.K = ArgSelector::Kind::All;
    } else if (Text == "last") {
      Out.K = ArgSelector::Kind::Last;
    } else if (!Text.empty() && (isAlpha(Text[0]) || Text[0] == '_' || Text[0] == '*')) {
      Out.K = ArgSelector::Kind::Named;
      Out.Name = Text.str();
    } else {
      return "not an argument: a position, 'receiver', 'all', 'last' or the "
             "name of a parameter's type";
    }
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Symbol> {
  static void output(const Symbol &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, Symbol &Out) {
    if (!Text.getAsInteger(0, Out.Number))
      return {};
    const auto &Constants =
        static_cast<const ParseContext *>(Context)->Constants;
    auto It = Constants.find(Text.str());
    if (It == Constants.end())
      return "neither a number nor a name under 'constants'";
    Out.Number = It->second;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Quantity> {
  static void output(const Quantity &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, Quantity &Out) {
    StringRef Unit = Text.ltrim("0123456789");
    StringRef Digits = Text.drop_back(Unit.size());
    if (Digits.getAsInteger(10, Out.Number))
      return "not a number or duration";
    int64_t Factor = StringSwitch<int64_t>(Unit)
                         .Case("", 1)
                         .Case("ns", 1)
                         .Case("us", 1000)
                         .Case("ms", 1000 * 1000)
                         .Case("s", 1000 * 1000 * 1000)
                         .Default(0);
    if (!Factor)
      return "unknown unit: ns, us, ms or s";
    Out.Number *= Factor;
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<RunsIn> {
  static void enumeration(IO &Io, RunsIn &Out) {
    Io.enumCase(Out, "inline", RunsIn::Inline);
    Io.enumCase(Out, "loop", RunsIn::Loop);
    Io.enumCase(Out, "worker", RunsIn::Worker);
    Io.enumCase(Out, "child", RunsIn::Child);
    Io.enumCase(Out, "executor", RunsIn::Executor);
    Io.enumCase(Out, "sync", RunsIn::Sync);
    Io.enumCase(Out, "gil", RunsIn::Gil);
  }
};

template <> struct ScalarEnumerationTraits<LockOperation> {
  static void enumeration(IO &Io, LockOperation &Out) {
    Io.enumCase(Out, "acquire", LockOperation::Acquire);
    Io.enumCase(Out, "try-acquire", LockOperation::TryAcquire);
    Io.enumCase(Out, "release", LockOperation::Release);
    Io.enumCase(Out, "guard", LockOperation::Guard);
    Io.enumCase(Out, "try-guard", LockOperation::TryGuard);
    Io.enumCase(Out, "defer", LockOperation::Defer);
    Io.enumCase(Out, "disown", LockOperation::Disown);
    Io.enumCase(Out, "transfer", LockOperation::Transfer);
    Io.enumCase(Out, "swap", LockOperation::Swap);
  }
};

template <> struct ScalarEnumerationTraits<GuardRule::Fact> {
  static void enumeration(IO &Io, GuardRule::Fact &Out) {
    Io.enumCase(Out, "ready", GuardRule::Fact::Ready);
    Io.enumCase(Out, "on-loop", GuardRule::Fact::OnLoop);
    Io.enumCase(Out, "in-child", GuardRule::Fact::InChild);
  }
};

template <> struct ScalarEnumerationTraits<GilOperation> {
  static void enumeration(IO &Io, GilOperation &Out) {
    Io.enumCase(Out, "release", GilOperation::Release);
    Io.enumCase(Out, "acquire", GilOperation::Acquire);
    Io.enumCase(Out, "ensure", GilOperation::Ensure);
    Io.enumCase(Out, "restore", GilOperation::Restore);
  }
};

template <> struct ScalarEnumerationTraits<WaitKind> {
  static void enumeration(IO &Io, WaitKind &Out) {
    Io.enumCase(Out, "queue", WaitKind::Queue);
    Io.enumCase(Out, "set", WaitKind::Set);
  }
};

//===----------------------------------------------------------------------===//
// Lists
//===----------------------------------------------------------------------===//

/// Reports what the traits cannot see; after an error they leave values unset,
/// so later complaints would mislead.
static void fail(IO &Io, const Twine &Message) {
  if (!static_cast<Input &>(Io).error())
    Io.setError(Message);
}

/// `name: x` or `names: [x, y]`.
static void mapNames(IO &Io, std::vector<std::string> &Out, const char *What) {
  std::optional<std::string> Name;
  Io.mapOptional("name", Name);
  Io.mapOptional("names", Out);
  if (Name.has_value() == !Out.empty())
    fail(Io, Twine(What) + " has either 'name' or 'names'");
  if (Name)
    Out.push_back(*Name);
}

static void mapTraits(IO &Io, const char *Key, uint32_t &Bits) {
  std::vector<std::string> Names;
  Io.mapOptional(Key, Names);
  for (const std::string &Name : Names) {
    uint32_t Bit = traitFromName(Name);
    if (!Bit)
      fail(Io, "unknown trait '" + Name + "'");
    Bits |= Bit;
  }
}

//===----------------------------------------------------------------------===//
// Mappings
//===----------------------------------------------------------------------===//

template <> struct MappingTraits<Condition> {
  static void mapping(IO &Io, Condition &Out) {
    using Predicate = Condition::Predicate;
    Io.mapRequired("arg", Out.Subject);
    Io.mapOptional("field", Out.Field);
    unsigned Tests = 0;
    mapTraits(Io, "is", Out.Traits);
    if (Out.Traits) {
      Out.Test = Predicate::Is;
      ++Tests;
    }
    auto Number = [&](const char *Key, Predicate Test) {
      std::optional<Symbol> Value;
      Io.mapOptional(Key, Value);
      if (!Value)
        return;
      Out.Test = Test;
      Out.Number = Value->Number;
      ++Tests;
    };
    Number("equals", Predicate::Equals);
    Number("has_flag", Predicate::HasFlag);
    std::optional<Quantity> AtMost;
    Io.mapOptional("at_most", AtMost);
    if (AtMost) {
      Out.Test = Predicate::AtMost;
      Out.Number = AtMost->Number;
      ++Tests;
    }
    auto Texts = [&](const char *Key, Predicate Test) {
      std::vector<std::string> Value;
      Io.mapOptional(Key, Value);
      if (Value.empty())
        return;
      Out.Test = Test;
      Out.Texts = Value;
      ++Tests;
    };
    Texts("starts_with", Predicate::StartsWith);
    Texts("type", Predicate::Type);
    std::optional<bool> Given;
    Io.mapOptional("given", Given);
    if (Given) {
      Out.Test = Predicate::Given;
      Out.Number = *Given;
      ++Tests;
    }
    if (Tests != 1)
      fail(Io, "a condition has exactly one of 'is', 'equals', 'has_flag', "
                  "'at_most', 'starts_with', 'type' and 'given'");
  }
};

template <> struct MappingTraits<ReentryRule> {
  static void mapping(IO &Io, ReentryRule &Out) {
    Io.mapRequired("arg", Out.Loop);
    Io.mapRequired("why", Out.Why);
  }
};

template <> struct MappingTraits<ResultRule> {
  static void mapping(IO &Io, ResultRule &Out) {
    Io.mapOptional("callable", Out.Callable);
    Io.mapOptional("executor", Out.Executor);
    Io.mapOptional("when", Out.When);
    if (Out.Callable.has_value() == Out.Executor.has_value())
      fail(Io, "'result_by' has either 'callable' or 'executor'");
  }
};

template <> struct MappingTraits<EffectRule> {
  static void mapping(IO &Io, EffectRule &Out) {
    Io.mapRequired("category", Out.What.Kind);
    Io.mapRequired("tier", Out.What.Severity);
    Io.mapOptional("when", Out.When);
    Io.mapOptional("unless", Out.Unless);
    Io.mapOptional("why", Out.Why);
    std::optional<ArgSelector> Buffer;
    Io.mapOptional("buffer", Buffer);
    Out.Buffer = Buffer;
    Io.mapOptional("until", Out.Until);
    Io.mapOptional("reenters", Out.Reenters);
    if (Out.Until && Out.Reenters)
      fail(Io, "an effect has either 'until' or 'reenters'");
  }
};

template <> struct MappingTraits<ParamRule> {
  static void mapping(IO &Io, ParamRule &Out) {
    Io.mapRequired("arg", Out.Param);
    Io.mapRequired("runs", Out.Runs);
    std::optional<ArgSelector> Executor;
    Io.mapOptional("executor", Executor);
    if ((Out.Runs == RunsIn::Executor) != Executor.has_value())
      fail(Io, "'executor' goes with 'runs: executor'");
    if (Executor)
      Out.Executor = *Executor;
    Io.mapOptional("when", Out.When);
    Io.mapOptional("passes_rest", Out.PassesRest, false);
  }
};

template <> struct MappingTraits<ReturnRule> {
  static void mapping(IO &Io, ReturnRule &Out) {
    Io.mapOptional("arg", Out.Argument);
    mapTraits(Io, "is", Out.Traits);
    Io.mapOptional("binds", Out.Binds, false);
    Io.mapOptional("when", Out.When);
    if (!Out.Argument && !Out.Traits)
      fail(Io, "'returns' names an 'arg' or says what the result 'is'");
  }
};

template <> struct MappingTraits<MarkRule> {
  static void mapping(IO &Io, MarkRule &Out) {
    Io.mapRequired("arg", Out.Object);
    mapTraits(Io, "is", Out.Traits);
    Io.mapOptional("when", Out.When);
  }
};

template <> struct MappingTraits<FlowRule> {
  static void mapping(IO &Io, FlowRule &Out) {
    Io.mapRequired("from", Out.From);
    Io.mapRequired("to", Out.To);
  }
};

template <> struct MappingTraits<LockRule> {
  static void mapping(IO &Io, LockRule &Out) {
    Io.mapRequired("operation", Out.Operation);
    Io.mapOptional("mutex", Out.Mutex);
    std::optional<Symbol> Succeeds;
    Io.mapOptional("succeeds", Succeeds);
    if (Succeeds)
      Out.Succeeds = Succeeds->Number;
    Io.mapOptional("when", Out.When);
  }
};

template <> struct MappingTraits<GuardRule> {
  static void mapping(IO &Io, GuardRule &Out) {
    Io.mapRequired("fact", Out.What);
    Io.mapOptional("arg", Out.Object);
    std::optional<Symbol> Equals;
    Io.mapOptional("equals", Equals);
    if (Equals)
      Out.Equals = Equals->Number;
    Io.mapOptional("when", Out.When);
  }
};

template <> struct MappingTraits<SwitchRule> {
  static void mapping(IO &Io, SwitchRule &Out) {
    Io.mapRequired("to", Out.To);
    std::optional<ArgSelector> Executor;
    Io.mapOptional("executor", Executor);
    if ((Out.To == RunsIn::Executor) != Executor.has_value())
      fail(Io, "'executor' goes with 'to: executor'");
    if (Executor)
      Out.Executor = *Executor;
    Io.mapOptional("when", Out.When);
  }
};

template <> struct ScalarEnumerationTraits<CostLaw> {
  static void enumeration(IO &Io, CostLaw &Out) {
    Io.enumCase(Out, "linear", CostLaw::Linear);
    Io.enumCase(Out, "n-log-n", CostLaw::NLogN);
    Io.enumCase(Out, "quadratic", CostLaw::Quadratic);
  }
};

template <> struct MappingTraits<CostEntry> {
  static void mapping(IO &Io, CostEntry &Entry) {
    mapNames(Io, Entry.Names, "a cost");
    CostRule &Out = Entry.Cost;
    Io.mapRequired("ns", Out.Nanoseconds);
    Io.mapOptional("per", Out.Unit);
    Io.mapOptional("size", Out.Size);
    Io.mapOptional("law", Out.Law, CostLaw::Linear);
    if (!(Out.Nanoseconds > 0))
      fail(Io, "'ns' is a number above 0");
    if (Out.Unit.empty() && (Out.Size || Out.Law != CostLaw::Linear))
      fail(Io, "'size' and 'law' go with 'per'");
  }
};

template <> struct ScalarTraits<WrittenType> {
  static void output(const WrittenType &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, WrittenType &Out) {
    using Kind = WrittenType::Kind;
    Out.K = StringSwitch<Kind>(Text)
                .Case("any", Kind::Any)
                .Case("integer", Kind::Integer)
                .Case("duration", Kind::Duration)
                .Default(Kind::Class);
    if (Out.K != Kind::Class)
      return {};
    Out.Negated = Text.consume_front("!");
    SmallVector<StringRef, 4> Names;
    Text.split(Names, '|');
    for (StringRef Name : Names) {
      if (Name.trim().empty())
        return "not a type: any, integer, duration, or classes: 'a::B|c::D', "
               "'!a::B'";
      Out.Classes.push_back(Name.trim().str());
    }
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct MappingTraits<FixEntry> {
  /// The first `{...}` that stands for nothing.
  static std::optional<StringRef> unknownPlaceholder(StringRef Text) {
    for (size_t At = Text.find('{'); At != StringRef::npos;
         At = Text.find('{', At + 1)) {
      StringRef Inner = Text.slice(At + 1, Text.find('}', At));
      unsigned Position;
      if (Inner.getAsInteger(10, Position) &&
          !is_contained({"args", "args,", "init,", "last", "object",
                         "object.head", "name"},
                        Inner))
        return Inner;
    }
    return std::nullopt;
  }

  static void mapping(IO &Io, FixEntry &Entry) {
    mapNames(Io, Entry.Names, "a fix");
    FixKnowledge &Out = Entry.Fix;
    Io.mapRequired("coroutine", Out.Coroutine);
    Io.mapRequired("text", Out.Text);
    Io.mapOptional("arity", Out.Arity);
    Io.mapOptional("written", Out.Written);
    Io.mapOptional("object_last", Out.ObjectLast);
    Io.mapOptional("value", Out.GivesValue, false);
    Io.mapOptional("includes", Out.Includes);
    Io.mapOptional("umbrellas", Out.Umbrellas);
    if (std::optional<StringRef> Bad = unknownPlaceholder(Out.Text))
      fail(Io, "'{" + *Bad + "}' stands for nothing in a fix");
    for (const std::string &Name : Entry.Names)
      if (StringRef(Name).contains('*'))
        fail(Io, "a fix is for one function, not for a pattern: '" + Name + "'");
  }
};

/// The line of what is being read.
static unsigned lineOf(IO &Io) {
  StringRef Text = static_cast<ParseContext *>(Io.getContext())->Text;
  const Node *At = static_cast<Input &>(Io).getCurrentNode();
  const char *Start = At ? At->getSourceRange().Start.getPointer() : nullptr;
  if (!Start || Start < Text.begin() || Start > Text.end())
    return 1;
  return StringRef(Text.begin(), Start - Text.begin()).count('\n') + 1;
}

template <> struct MappingTraits<FunctionEntry> {
  static void mapping(IO &Io, FunctionEntry &Out) {
    FunctionKnowledge &Rule = Out.Rule;
    mapNames(Io, Out.Names, "a function");
    Rule.Line = lineOf(Io);
    Io.mapOptional("signature", Rule.Signature);
    Io.mapOptional("reference", Rule.Reference);
    Io.mapOptional("effects", Rule.Effects);
    Io.mapOptional("params", Rule.Params);
    Io.mapOptional("returns", Rule.Returns);
    Io.mapOptional("flows", Rule.Flows);
    Io.mapOptional("marks", Rule.Marks);
    Io.mapOptional("locks", Rule.Locks);
    Io.mapOptional("guard", Rule.Guard);
    Io.mapOptional("settles", Rule.Settles);
    Io.mapOptional("result_by", Rule.ResultBy);
    Io.mapOptional("completes", Rule.Completes);
    Io.mapOptional("nests_loop", Rule.NestsLoop, false);
    Io.mapOptional("switches", Rule.Switches);
    Io.mapOptional("constructs", Rule.Constructs);
    Io.mapOptional("destroys", Rule.Destroys);
    Io.mapOptional("releases", Rule.Releases);
    Io.mapOptional("context", Rule.Context);
    Io.mapOptional("gil", Rule.Gil);
    Io.mapOptional("multiplexer", Rule.Multiplexer, WaitKind::None);
    Io.mapOptional("opaque", Rule.Opaque, false);
    Io.mapOptional("optional", Rule.Optional, false);
    Io.mapOptional("descriptors", Rule.Descriptors);
    Io.mapOptional("polls", Rule.Polls, false);
    Io.mapOptional("relaxes", Rule.Relaxes, false);
    Io.mapOptional("intercept", Rule.Intercept, false);
    Io.mapOptional("measured", Rule.Measured);
    std::optional<std::string> Instead;
    Io.mapOptional("use_instead", Instead);
    if (Instead)
      Rule.UseInstead[""] = *Instead;
    std::map<std::string, std::string> ByFramework;
    Io.mapOptional("use_instead_in", ByFramework);
    Rule.UseInstead.insert(ByFramework.begin(), ByFramework.end());
  }
};

template <> struct MappingTraits<TypeEntry> {
  static void mapping(IO &Io, TypeEntry &Out) {
    mapNames(Io, Out.Names, "a type");
    mapTraits(Io, "is", Out.Is.Bits);
    Io.mapOptional("optional", Out.Optional, false);
  }
};

template <> struct MappingTraits<FieldEntry> {
  static void mapping(IO &Io, FieldEntry &Out) {
    mapNames(Io, Out.Names, "a field");
    Io.mapRequired("runs", Out.Runs);
    Io.mapOptional("optional", Out.Optional, false);
  }
};

template <> struct MappingTraits<Alias> {
  static void mapping(IO &Io, Alias &Out) {
    Io.mapRequired("from", Out.From);
    Io.mapRequired("to", Out.To);
  }
};

template <> struct MappingTraits<LibraryKnowledge> {
  static void addFunctions(std::vector<FunctionEntry> &Entries,
                           LibraryKnowledge &Out) {
    for (FunctionEntry &Entry : Entries)
      for (const std::string &Name : Entry.Names) {
        FunctionKnowledge Rule = Entry.Rule;
        Rule.Name = Name;
        Out.Functions.push_back(std::move(Rule));
      }
  }

  static void addTypes(const std::vector<TypeEntry> &Entries,
                       std::vector<TypeKnowledge> &Out) {
    for (const TypeEntry &Entry : Entries)
      for (const std::string &Name : Entry.Names)
        Out.push_back({Name, Entry.Is.Bits, Entry.Optional, nullptr});
  }

  /// Everything under \p A.From exists under \p A.To as well.
  static void addAlias(const Alias &A, LibraryKnowledge &Out) {
    auto Renamed = [&](const std::string &Name) -> std::optional<std::string> {
      StringRef Rest = Name;
      if (Rest.consume_front(A.From) && Rest.starts_with("::"))
        return A.To + Rest.str();
      return std::nullopt;
    };
    auto Copy = [&](auto &Table) {
      for (size_t I = 0, E = Table.size(); I != E; ++I)
        if (std::optional<std::string> Name = Renamed(Table[I].Name)) {
          auto Other = Table[I];
          Other.Name = *Name;
          Table.push_back(std::move(Other));
        }
    };
    Copy(Out.Functions);
    Copy(Out.Types);
    Copy(Out.Variables);
    Copy(Out.Costs);
    addFixAlias(A, Out);
  }

  /// Fixes name the library in their texts as well; and some replace calls of
  /// other libraries.
  static void addFixAlias(const Alias &A, LibraryKnowledge &Out) {
    auto Replaced = [](StringRef Text, StringRef From, StringRef To) {
      std::string Result;
      for (size_t At; (At = Text.find(From)) != StringRef::npos;
           Text = Text.drop_front(At + From.size()))
        Result += (Text.take_front(At) + To).str();
      return Result + Text.str();
    };
    std::string FromScope = A.From + "::", ToScope = A.To + "::";
    auto Folder = [&](StringRef Scope) { return Replaced(Scope, "::", "/"); };
    for (size_t I = 0, E = Out.Fixes.size(); I != E; ++I) {
      FixKnowledge Fix = Out.Fixes[I];
      if (!StringRef(Fix.Coroutine).starts_with(FromScope))
        continue;
      auto Rename = [&](std::string &Text) {
        Text = Replaced(Text, FromScope, ToScope);
      };
      Rename(Fix.Name);
      Rename(Fix.Coroutine);
      Rename(Fix.Text);
      for (WrittenType &Type : Fix.Written)
        llvm::for_each(Type.Classes, Rename);
      llvm::for_each(Fix.ObjectLast, Rename);
      // "boost/asio/steady_timer.hpp", and "boost/asio.hpp".
      std::string FromFolder = Folder(A.From), ToFolder = Folder(A.To);
      for (auto *List : {&Fix.Includes, &Fix.Umbrellas})
        for (std::string &Header : *List)
          if (StringRef(Header).starts_with(FromFolder))
            Header = ToFolder + Header.substr(FromFolder.size());
      Out.Fixes.push_back(std::move(Fix));
    }
  }

  static void mapping(IO &Io, LibraryKnowledge &Out) {
    auto *Context = static_cast<ParseContext *>(Io.getContext());
    Io.mapRequired("library", Out.Id);
    Io.mapOptional("title", Out.Title, Out.Id);
    // Before what refers to them, wherever they stand in the file.
    Io.mapOptional("constants", Context->Constants);
    Io.mapOptional("headers", Out.Headers);
    Io.mapOptional("packages", Out.Packages);
    Io.mapOptional("verify_flags", Out.VerifyFlags);
    Io.mapOptional("namespaces", Out.Namespaces);
    std::map<std::string, std::string> Remedies;
    Io.mapOptional("remedies", Remedies);
    for (const auto &[Key, Text] : Remedies) {
      std::optional<Category> C = categoryFromName(Key);
      if (!C)
        fail(Io, "unknown category '" + Key + "'");
      else
        Out.Remedies[*C] = Text;
    }
    std::vector<FunctionEntry> Functions;
    Io.mapOptional("functions", Functions);
    addFunctions(Functions, Out);
    std::vector<TypeEntry> Types, Variables;
    Io.mapOptional("types", Types);
    Io.mapOptional("variables", Variables);
    addTypes(Types, Out.Types);
    addTypes(Variables, Out.Variables);
    std::vector<FieldEntry> Fields;
    Io.mapOptional("fields", Fields);
    for (const FieldEntry &Entry : Fields)
      for (const std::string &Name : Entry.Names)
        Out.Fields.push_back({Name, Entry.Runs, Entry.Optional, nullptr});
    std::vector<CostEntry> Costs;
    Io.mapOptional("costs", Costs);
    for (const CostEntry &Entry : Costs)
      for (const std::string &Name : Entry.Names)
        Out.Costs.push_back({Name, Entry.Cost});
    std::vector<FixEntry> Fixes;
    Io.mapOptional("fixes", Fixes);
    for (const FixEntry &Entry : Fixes)
      for (const std::string &Name : Entry.Names) {
        Out.Fixes.push_back(Entry.Fix);
        Out.Fixes.back().Name = Name;
      }
    std::vector<Alias> Aliases;
    Io.mapOptional("aliases", Aliases);
    for (const Alias &A : Aliases)
      addAlias(A, Out);
    Io.mapOptional("skip_bodies", Out.SkipBodies);
    std::optional<int> Version;
    Io.mapOptional("version", Version);
    if (Version.value_or(1) != 1)
      fail(Io, "this nostall reads version 1 of the knowledge format");
  }
};

} // namespace llvm::yaml

namespace nostall {

/// Where more than \p Max brackets are open, quotes not being looked at.
static std::optional<size_t> tooDeep(StringRef Text, unsigned Max) {
  unsigned Depth = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == '[' || Text[I] == '{') {
      if (++Depth > Max)
        return I;
    } else if ((Text[I] == ']' || Text[I] == '}') && Depth) {
      --Depth;
    } else if (Text[I] == '\n' && (I + 1 == Text.size() || Text[I + 1] == '-')) {
      Depth = 0;
    }
  }
  return std::nullopt;
}

std::unique_ptr<LibraryKnowledge> parseKnowledge(StringRef Text,
                                                 StringRef FileName,
                                                 std::string &Errors) {
  struct Sink {
    std::string &Errors;
    std::string Name;
  } Handler{Errors, FileName.str()};
  auto Report = [](const SMDiagnostic &D, void *Opaque) {
    auto *To = static_cast<Sink *>(Opaque);
    raw_string_ostream OS(To->Errors);
    OS << To->Name << ':' << D.getLineNo() << ':' << D.getColumnNo() + 1
       << ": error: " << D.getMessage() << '\n';
  };
  // The parser recurses; nothing in the format is nested so deeply.
  constexpr unsigned MaxDepth = 100;
  if (std::optional<size_t> At = tooDeep(Text, MaxDepth)) {
    Errors += (FileName + ":" + Twine(Text.take_front(*At).count('\n') + 1) +
               ":1: error: brackets are nested too deeply\n")
                  .str();
    return nullptr;
  }
  if (Text.trim().empty()) {
    Errors += (FileName + ":1:1: error: the file is empty\n").str();
    return nullptr;
  }
  ParseContext Context;
  Context.Text = Text;
  yaml::Input In(Text, &Context, Report, &Handler);
  auto Library = std::make_unique<LibraryKnowledge>();
  In >> *Library;
  if (In.error())
    return nullptr;
  if (In.nextDocument()) {
    Errors += (FileName + ": error: a second document; a file describes one "
                          "library\n")
                  .str();
    return nullptr;
  }
  Library->File = FileName.str();
  for (FunctionKnowledge &F : Library->Functions)
    F.Library = Library.get();
  for (TypeKnowledge &T : Library->Types)
    T.Library = Library.get();
  for (TypeKnowledge &V : Library->Variables)
    V.Library = Library.get();
  for (FieldKnowledge &F : Library->Fields)
    F.Library = Library.get();
  for (FixKnowledge &F : Library->Fixes)
    F.Library = Library.get();
  return Library;
}

} // namespace nostall
