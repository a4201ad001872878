//===- YamlScalars.cpp - words and numbers in knowledge files ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeParser.h"
#include "engine/knowledge/KnowledgeYaml.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace nostall;

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
      .Case("special-file", T_SpecialFile)
      .Default(0);
}

namespace llvm::yaml {

StringRef ScalarTraits<Category>::input(StringRef Text, void *, Category &Out) {
  std::optional<Category> C = categoryFromName(std::string_view(Text));
  if (!C)
    return "unknown category";
  Out = *C;
  return {};
}

StringRef ScalarTraits<Tier>::input(StringRef Text, void *, Tier &Out) {
  std::optional<Tier> T = tierFromName(std::string_view(Text));
  if (!T)
    return "unknown tier: 'always', 'likely' or 'rarely'";
  Out = *T;
  return {};
}

StringRef ScalarTraits<ArgSelector>::input(StringRef Text, void *,
                                           ArgSelector &Out) {
  unsigned Position;
  if (!Text.getAsInteger(10, Position)) {
    Out.K = ArgSelector::Kind::Position;
    Out.Position = Position;
  } else if (Text.consume_front("format ")) {
    Out.K = ArgSelector::Kind::Format;
    if (Text.getAsInteger(10, Out.Position))
      return "not the position of a format";
  } else if (Text == "receiver") {
    Out.K = ArgSelector::Kind::Receiver;
  } else if (Text == "all") {
    Out.K = ArgSelector::Kind::All;
  } else if (Text == "last") {
    Out.K = ArgSelector::Kind::Last;
  } else if (!Text.empty() &&
             (isAlpha(Text[0]) || Text[0] == '_' || Text[0] == '*')) {
    Out.K = ArgSelector::Kind::Named;
    Out.Name = Text.str();
  } else {
    return "not an argument: a position, 'receiver', 'all', 'last', 'format' "
           "and a position, or the name of a parameter's type";
  }
  return {};
}

StringRef ScalarTraits<Symbol>::input(StringRef Text, void *Context,
                                      Symbol &Out) {
  if (!Text.getAsInteger(0, Out.Number))
    return {};
  const auto &Constants = static_cast<const ParseContext *>(Context)->Constants;
  auto It = Constants.find(Text.str());
  if (It == Constants.end())
    return "neither a number nor a name under 'constants'";
  Out.Number = It->second;
  return {};
}

StringRef ScalarTraits<Quantity>::input(StringRef Text, void *, Quantity &Out) {
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

void ScalarEnumerationTraits<RunsIn>::enumeration(IO &Io, RunsIn &Out) {
  Io.enumCase(Out, "inline", RunsIn::Inline);
  Io.enumCase(Out, "loop", RunsIn::Loop);
  Io.enumCase(Out, "worker", RunsIn::Worker);
  Io.enumCase(Out, "child", RunsIn::Child);
  Io.enumCase(Out, "executor", RunsIn::Executor);
  Io.enumCase(Out, "sync", RunsIn::Sync);
  Io.enumCase(Out, "gil", RunsIn::Gil);
}

void ScalarEnumerationTraits<LockOperation>::enumeration(IO &Io,
                                                         LockOperation &Out) {
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

void ScalarEnumerationTraits<GuardRule::Fact>::enumeration(
    IO &Io, GuardRule::Fact &Out) {
  Io.enumCase(Out, "ready", GuardRule::Fact::Ready);
  Io.enumCase(Out, "on-loop", GuardRule::Fact::OnLoop);
  Io.enumCase(Out, "in-child", GuardRule::Fact::InChild);
}

void ScalarEnumerationTraits<GilOperation>::enumeration(IO &Io,
                                                        GilOperation &Out) {
  Io.enumCase(Out, "release", GilOperation::Release);
  Io.enumCase(Out, "acquire", GilOperation::Acquire);
  Io.enumCase(Out, "ensure", GilOperation::Ensure);
  Io.enumCase(Out, "restore", GilOperation::Restore);
}

void ScalarEnumerationTraits<WaitKind>::enumeration(IO &Io, WaitKind &Out) {
  Io.enumCase(Out, "queue", WaitKind::Queue);
  Io.enumCase(Out, "set", WaitKind::Set);
}

void ScalarEnumerationTraits<CostLaw>::enumeration(IO &Io, CostLaw &Out) {
  Io.enumCase(Out, "linear", CostLaw::Linear);
  Io.enumCase(Out, "n-log-n", CostLaw::NLogN);
  Io.enumCase(Out, "quadratic", CostLaw::Quadratic);
}

StringRef ScalarTraits<WrittenType>::input(StringRef Text, void *,
                                           WrittenType &Out) {
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

} // namespace llvm::yaml
