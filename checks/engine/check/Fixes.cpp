//===- Fixes.cpp - replacements that are certain ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Fixes.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace nostall {
namespace {

class FixWriter {
public:
  FixWriter(const Solution &S, FunctionIndex F, const SpelledCall &Spelled,
            llvm::function_ref<std::string(llvm::StringRef)> DisplayPath)
      : S(S), T(S.P.summary()), F(F), Spelled(Spelled),
        Call(S.P.calls(F)[Spelled.Call]), DisplayPath(DisplayPath) {}

  std::optional<Fix> write() const;

private:
  bool isOfType(const SpelledArgument &Arg, const WrittenType &Type) const;
  bool applies(const FixKnowledge &Rule) const;
  bool isWrittenAs(const FixKnowledge &Rule) const;
  std::optional<std::string> textFor(llvm::StringRef Placeholder,
                                     const FixKnowledge &Rule) const;
  std::optional<std::string> replacement(const FixKnowledge &Rule) const;
  bool addInclude(llvm::StringRef Header, Fix &Out) const;
  bool addIncludes(const FixKnowledge &Rule, Fix &Out) const;

  const SpelledCall *object() const;
  llvm::StringRef text() const { return S.P.string(Spelled.Text); }
  llvm::ArrayRef<SpelledArgument> args() const {
    return llvm::ArrayRef(T.SpelledArgs)
        .slice(Spelled.FirstArg, Spelled.NumArgs);
  }
  /// Arguments from \p First up to \p Last, as written.
  llvm::StringRef argText(size_t First, size_t End) const {
    return First >= End
               ? ""
               : text().slice(args()[First].Begin, args()[End - 1].End);
  }

  const Solution &S;
  const SummaryTables &T;
  FunctionIndex F;
  const SpelledCall &Spelled;
  const CallEdge &Call;
  llvm::function_ref<std::string(llvm::StringRef)> DisplayPath;
};

const SpelledCall *findSpelled(const Program &P, FunctionIndex F,
                               uint32_t Call) {
  const FunctionSummary &Fn = P.function(F);
  auto All = llvm::ArrayRef(P.summary().SpelledCalls)
                 .slice(Fn.FirstSpelled, Fn.NumSpelled);
  const auto *It =
      llvm::find_if(All, [&](const SpelledCall &C) { return C.Call == Call; });
  return It == All.end() ? nullptr : It;
}

//===----------------------------------------------------------------------===//
// Whether a rule applies
//===----------------------------------------------------------------------===//

const SpelledCall *FixWriter::object() const {
  return Spelled.Object == NoIndex ? nullptr
                                   : findSpelled(S.P, F, Spelled.Object);
}

bool FixWriter::isOfType(const SpelledArgument &Arg,
                         const WrittenType &Type) const {
  switch (Type.K) {
  case WrittenType::Kind::Any:
    return true;
  case WrittenType::Kind::Integer:
    return Arg.Type == SpelledType::Integer;
  case WrittenType::Kind::Duration:
    return Arg.Type == SpelledType::Duration;
  case WrittenType::Kind::Class:
    break;
  }
  return Type.Negated !=
         (Arg.Type == SpelledType::Class &&
          llvm::is_contained(Type.Classes, S.P.string(Arg.Class)));
}

bool FixWriter::isWrittenAs(const FixKnowledge &Rule) const {
  if (!Rule.Arity.empty() && !llvm::is_contained(Rule.Arity, Spelled.NumArgs))
    return false;
  if (Rule.Written.size() > Spelled.NumArgs)
    return false;
  for (size_t I = 0; I < Rule.Written.size(); ++I) {
    if (!isOfType(args()[I], Rule.Written[I]))
      return false;
  }
  return Spelled.Use == SpelledUse::Statement || Rule.GivesValue;
}

bool FixWriter::applies(const FixKnowledge &Rule) const {
  if (S.P.string(S.P.function(F).CoroutineType) != Rule.Coroutine ||
      !isWrittenAs(Rule))
    return false;
  if (Rule.ObjectLast.empty())
    return true;
  const SpelledCall *Object = object();
  if (!Object || Object->NumArgs == 0)
    return false;
  const SpelledArgument &Last =
      T.SpelledArgs[Object->FirstArg + Object->NumArgs - 1];
  return Last.Type == SpelledType::Class &&
         llvm::is_contained(Rule.ObjectLast, S.P.string(Last.Class));
}

//===----------------------------------------------------------------------===//
// The text
//===----------------------------------------------------------------------===//

std::optional<std::string> FixWriter::textFor(llvm::StringRef Placeholder,
                                              const FixKnowledge &Rule) const {
  auto WithComma = [](llvm::StringRef Text) {
    return Text.empty() ? "" : (Text + ", ").str();
  };
  size_t N = Spelled.NumArgs, Position;
  if (Placeholder == "args")
    return argText(0, N).str();
  if (Placeholder == "args,")
    return WithComma(argText(0, N));
  if (Placeholder == "init,")
    return N ? std::optional(WithComma(argText(0, N - 1))) : std::nullopt;
  if (Placeholder == "last")
    return N ? std::optional(argText(N - 1, N).str()) : std::nullopt;
  if (Placeholder == "object")
    return text().take_front(Spelled.NameBegin).str();
  if (Placeholder == "name")
    return llvm::StringRef(Rule.Name).rsplit("::").second.str();
  if (Placeholder == "object.head") {
    const SpelledCall *Object = object();
    if (!Object || !Object->NumArgs || Object->Offset < Spelled.Offset)
      return std::nullopt;
    // What stands behind it goes.
    size_t End =
        Object->Offset - Spelled.Offset + S.P.string(Object->Text).size();
    if (text().slice(End, Spelled.NameBegin).contains('/'))
      return std::nullopt;
    const SpelledArgument &Last =
        T.SpelledArgs[Object->FirstArg + Object->NumArgs - 1];
    return S.P.string(Object->Text).take_front(Last.Begin).str();
  }
  if (Placeholder.getAsInteger(10, Position) || Position >= N)
    return std::nullopt;
  return argText(Position, Position + 1).str();
}

std::optional<std::string>
FixWriter::replacement(const FixKnowledge &Rule) const {
  std::string Out;
  llvm::StringRef Rest = Rule.Text;
  while (!Rest.empty()) {
    auto [Plain, Tail] = Rest.split('{');
    Out += Plain;
    if (Plain.size() == Rest.size())
      break;
    auto [Placeholder, After] = Tail.split('}');
    std::optional<std::string> Text = textFor(Placeholder, Rule);
    if (!Text)
      return std::nullopt;
    Out += *Text;
    Rest = After;
  }
  return Spelled.Use == SpelledUse::Operand ? "(" + Out + ")" : Out;
}

//===----------------------------------------------------------------------===//
// Headers
//===----------------------------------------------------------------------===//

/// How many folders two headers share, quotes and brackets not counted.
size_t sharedFolders(llvm::StringRef A, llvm::StringRef B) {
  size_t Shared = 0;
  while (A.contains('/') && B.contains('/')) {
    auto [HeadA, RestA] = A.split('/');
    auto [HeadB, RestB] = B.split('/');
    if (HeadA != HeadB)
      break;
    ++Shared;
    A = RestA;
    B = RestB;
  }
  return Shared;
}

/// Puts the line behind the #include that is most like it.
bool FixWriter::addInclude(llvm::StringRef Header, Fix &Out) const {
  const IncludeLine *Best = nullptr;
  size_t BestShared = 0;
  for (const IncludeLine &I : T.Includes) {
    if (I.File != Spelled.Loc.File || I.FileHash != Spelled.FileHash ||
        I.EndOffset > Spelled.Offset)
      continue;
    llvm::StringRef Known = S.P.string(I.Header).drop_front().drop_back();
    size_t Shared = sharedFolders(Known, Header);
    // In sorted lists it comes where it belongs.
    bool Before = Known < Header;
    if (!Best || Shared > BestShared || (Shared == BestShared && Before)) {
      Best = &I;
      BestShared = Shared;
    }
  }
  if (!Best)
    return false;
  TextEdit Edit;
  Edit.File = DisplayPath(S.P.file(Best->File));
  Edit.Line = Best->Line + 1;
  Edit.Column = 1;
  Edit.Offset = Best->EndOffset;
  Edit.After = ("#include <" + Header + (Best->CrLf ? ">\r\n" : ">\n")).str();
  Edit.FileHash = Spelled.FileHash;
  Out.Edits.push_back(std::move(Edit));
  return true;
}

bool FixWriter::addIncludes(const FixKnowledge &Rule, Fix &Out) const {
  llvm::SmallVector<llvm::StringRef, 16> Included;
  for (const IncludeLine &I : T.Includes)
    if (I.File == Spelled.Loc.File && I.FileHash == Spelled.FileHash)
      Included.push_back(S.P.string(I.Header).drop_front().drop_back());
  auto IsIncluded = [&](const std::string &Header) {
    return llvm::is_contained(Included, llvm::StringRef(Header));
  };
  if (llvm::any_of(Rule.Umbrellas, IsIncluded))
    return true;
  if (Rule.Includes.empty() && !Rule.Umbrellas.empty())
    return false;
  return llvm::all_of(Rule.Includes, [&](const std::string &Header) {
    return IsIncluded(Header) || addInclude(Header, Out);
  });
}

std::optional<Fix> FixWriter::write() const {
  for (const FixKnowledge *Rule :
       S.P.knowledge().fixes(S.P.nameOf(Call.Callee))) {
    if (!applies(*Rule))
      continue;
    std::optional<std::string> Text = replacement(*Rule);
    Fix Out;
    if (!Text || !addIncludes(*Rule, Out))
      continue;
    TextEdit Edit;
    Edit.File = DisplayPath(S.P.file(Spelled.Loc.File));
    Edit.Line = Spelled.Loc.Line;
    Edit.Column = Spelled.Loc.Column;
    Edit.Offset = Spelled.Offset;
    Edit.Before = text().str();
    Edit.After = std::move(*Text);
    Edit.FileHash = Spelled.FileHash;
    Out.Edits.push_back(std::move(Edit));
    return Out;
  }
  return std::nullopt;
}

} // namespace

std::optional<Fix>
findFix(const Solution &S, FunctionIndex F, uint32_t Call,
        llvm::function_ref<std::string(llvm::StringRef)> DisplayPath) {
  const FunctionSummary &Fn = S.P.function(F);
  const SpelledCall *Spelled = findSpelled(S.P, F, Call);
  // What suspends would keep a lock; what did not parse may be anything.
  if (!Spelled || S.P.calls(F)[Call].Kind != CallKind::Direct ||
      S.Held.isHeldAt(Fn.FirstCall + Call) ||
      S.P.summary().Units[Fn.Unit].NumErrors)
    return std::nullopt;
  return FixWriter(S, F, *Spelled, DisplayPath).write();
}

std::optional<Fix> bothFixes(std::optional<Fix> A, std::optional<Fix> B) {
  if (!A || !B)
    return std::nullopt;
  for (TextEdit &Edit : B->Edits)
    if (!llvm::is_contained(A->Edits, Edit))
      A->Edits.push_back(std::move(Edit));
  llvm::sort(A->Edits, [](const TextEdit &X, const TextEdit &Y) {
    return std::tie(X.File, X.Offset, X.After) <
           std::tie(Y.File, Y.Offset, Y.After);
  });
  // One call within the other: the outer one is for another time.
  for (size_t I = 1; I < A->Edits.size(); ++I) {
    const TextEdit &Prior = A->Edits[I - 1], &Next = A->Edits[I];
    if (Prior.File == Next.File &&
        Next.Offset < Prior.Offset + Prior.Before.size())
      return std::nullopt;
  }
  return A;
}

} // namespace nostall
