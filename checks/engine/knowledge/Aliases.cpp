//===- Aliases.cpp - libraries under other names ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/Aliases.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <optional>

using namespace llvm;

namespace nostall {

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

void addAlias(const Alias &A, LibraryKnowledge &Out) {
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

} // namespace nostall
