//===- SymbolName.cpp - function names from symbols -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on the demangler's tree and not on its text: in text, the "<" of
// operator<, of template arguments and of an unnamed lambda look the same.
//
//===----------------------------------------------------------------------===//

#include "reporter/FunctionName.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Demangle/ItaniumDemangle.h"
#include "llvm/Support/Allocator.h"

#include <vector>

namespace nostall::report {
namespace {

using namespace llvm::itanium_demangle;

/// What the parser wants: nodes live as long as it.
class NodeAllocator {
public:
  void reset() { Memory.Reset(); }
  template <typename T, typename... Args> T *makeNode(Args &&...As) {
    return new (Memory.Allocate(sizeof(T), alignof(T)))
        T(std::forward<Args>(As)...);
  }
  void *allocateNodeArray(size_t Size) {
    return Memory.Allocate(sizeof(Node *) * Size, alignof(Node *));
  }

private:
  llvm::BumpPtrAllocator Memory;
};

std::string printed(const Node *N) {
  OutputBuffer Buffer;
  N->print(Buffer);
  std::string Text(Buffer.getBuffer(), Buffer.getCurrentPosition());
  std::free(Buffer.getBuffer());
  return Text;
}

/// The scopes of a name and the name itself.
class NameParts {
public:
  void add(const Node *N) {
    N->visit([this](const auto *Its) { take(Its); });
  }
  std::string text(const NamespaceSet &InlineNamespaces) const;

private:
  void addText(std::string Part);
  void addClosure();

  // Operators, and what is no function.
  void take(const Node *N) { addText(printed(N)); }

  void take(const DotSuffix *N) {
    N->match([&](const Node *Prefix, std::string_view) { add(Prefix); });
  }
  void take(const FunctionEncoding *N) { add(N->getName()); }
  void take(const NestedName *N) { takeScoped(N); }
  void take(const LocalName *N) { takeScoped(N); }
  void take(const MemberLikeFriendName *N) { takeScoped(N); }
  template <typename Scoped> void takeScoped(const Scoped *N) {
    N->match([&](const Node *Scope, const Node *Name) {
      add(Scope);
      add(Name);
    });
  }
  void take(const NameWithTemplateArgs *N) {
    N->match([&](const Node *Name, const Node *) { add(Name); });
  }
  void take(const AbiTagAttr *N) {
    N->match([&](const Node *Base, std::string_view) { add(Base); });
  }
  void take(const GlobalQualifiedName *N) {
    N->match([&](const Node *Child) { add(Child); });
  }
  void take(const ModuleEntity *N) {
    N->match([&](const Node *, const Node *Name) { add(Name); });
  }
  void take(const ExpandedSpecialSubstitution *N) {
    N->match([&](SpecialSubKind Kind) { takeStandard(Kind); });
  }
  void take(const SpecialSubstitution *N) {
    N->match([&](SpecialSubKind Kind) { takeStandard(Kind); });
  }
  void takeStandard(SpecialSubKind Kind);
  void take(const CtorDtorName *N) {
    N->match([&](const Node *Base, bool IsDtor, int) {
      addText((IsDtor ? "~" : "") + std::string(Base->getBaseName()));
    });
  }
  void take(const LiteralOperator *N) {
    N->match(
        [&](const Node *Suffix) { addText("operator\"\"" + printed(Suffix)); });
  }
  void take(const ClosureTypeName *) { addClosure(); }
  void take(const UnnamedTypeName *) { addText("(anonymous)"); }
  void take(const NameType *N) {
    // Clang's name for a closure that no other unit can see.
    if (N->getName().substr(0, 2) == "$_")
      addClosure();
    else
      addText(std::string(N->getName()));
  }
  void take(const SpecialName *N) {
    // A thunk is the function that it jumps to.
    N->match([&](std::string_view What, const Node *Child) {
      if (What.find("thunk") != std::string_view::npos)
        add(Child);
      else
        addText(printed(N));
    });
  }

  std::vector<std::string> Parts;
  /// A closure's members are all the lambda itself.
  bool InClosure = false;
};

void NameParts::addClosure() {
  Parts.emplace_back("lambda");
  InClosure = true;
}

void NameParts::addText(std::string Part) {
  // The inline namespaces of the standard libraries, which need no debug
  // information to be known.
  if (Part == "__cxx11" || Part == "_V2" || Part == "__1" || Part == "__ndk1" ||
      Part == "__n4861")
    return;
  if (!InClosure)
    Parts.push_back(std::move(Part));
  InClosure = false;
}

void NameParts::takeStandard(SpecialSubKind Kind) {
  addText("std");
  switch (Kind) {
  case SpecialSubKind::allocator:
    return addText("allocator");
  case SpecialSubKind::basic_string:
  case SpecialSubKind::string:
    return addText("basic_string");
  case SpecialSubKind::istream:
    return addText("basic_istream");
  case SpecialSubKind::ostream:
    return addText("basic_ostream");
  case SpecialSubKind::iostream:
    return addText("basic_iostream");
  }
}

std::string NameParts::text(const NamespaceSet &InlineNamespaces) const {
  size_t Count = Parts.size();
  bool Lambda = Count && Parts.back() == "lambda";
  std::string Name, Full;
  for (size_t I = 0; I + Lambda < Count; ++I) {
    Full += (I ? "::" : "") + Parts[I];
    if (!InlineNamespaces.count(Full))
      Name += (Name.empty() ? "" : "::") + Parts[I];
  }
  if (!Lambda)
    return Name;
  return Name.empty() ? "lambda" : "lambda in " + Name;
}

} // namespace

std::string functionNameOfSymbol(std::string_view Symbol,
                                 const NamespaceSet &InlineNamespaces) {
  // "memcpy@@GLIBC_2.14"
  if (size_t Version = Symbol.find('@');
      Version != std::string_view::npos && Version != 0)
    Symbol = Symbol.substr(0, Version);
  if (Symbol.substr(0, 2) == "_Z") {
    const char *Begin = Symbol.data(), *End = Begin + Symbol.size();
    ManglingParser<NodeAllocator> Parser(Begin, End);
    const Node *Tree = Parser.parse();
    if (!Tree) {
      // It knows not all signatures, as those of Clang's generic lambdas; a
      // name will do.
      Parser.reset(Begin + 2, End);
      Tree = Parser.parseName();
    }
    if (Tree) {
      NameParts Parts;
      Parts.add(Tree);
      return Parts.text(InlineNamespaces);
    }
  }
  // Other languages have other manglings.
  std::string Demangled = llvm::demangle(Symbol);
  if (Demangled != Symbol)
    return Demangled;
  // What compilers add to a function of C that they have split or copied.
  size_t Dot = Symbol.find('.', 1);
  return std::string(Symbol.substr(0, Dot));
}

std::string_view withoutTemplateArguments(std::string_view Name) {
  constexpr std::string_view Operator = "operator";
  size_t From = 1;
  if (Name.substr(0, Operator.size()) == Operator &&
      Name.size() > Operator.size()) {
    llvm::StringRef Rest(Name.data() + Operator.size(),
                         Name.size() - Operator.size());
    // A conversion's type keeps its arguments, as in findings.
    if (Rest[0] == ' ' && !Rest.starts_with(" <"))
      if (Rest.substr(1) != "new" && !Rest.starts_with(" new[") &&
          !Rest.starts_with(" delete"))
        return Name;
    // Longest first.
    for (llvm::StringRef Symbol : {"<=>", "<<=", ">>=", "->*", "<<", ">>",
                                   "<=", ">=", "->", "<", ">", "()", "[]"})
      if (Rest.starts_with(Symbol)) {
        From = Operator.size() + Symbol.size();
        break;
      }
  }
  size_t Cut = Name.find('<', From);
  if (Cut == std::string_view::npos)
    return Name;
  while (Cut > From && Name[Cut - 1] == ' ')
    --Cut;
  return Name.substr(0, Cut);
}

} // namespace nostall::report
