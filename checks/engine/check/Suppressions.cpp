//===- Suppressions.cpp - NOLINT for every front end ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Suppressions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/GlobPattern.h"

#include <tuple>

namespace nostall {

bool namesCheck(llvm::StringRef Checks, llvm::StringRef Check) {
  llvm::SmallVector<llvm::StringRef, 4> Names;
  Checks.split(Names, ',', -1, /*KeepEmpty=*/false);
  return llvm::any_of(Names, [&](llvm::StringRef Name) {
    llvm::Expected<llvm::GlobPattern> Glob =
        llvm::GlobPattern::create(Name.trim());
    if (!Glob) {
      llvm::consumeError(Glob.takeError());
      return false; // clang-tidy ignores what it cannot read as well.
    }
    return Glob->match(Check);
  });
}

void Suppressions::add(const std::string &File, uint32_t First, uint32_t Last,
                       llvm::StringRef Checks) {
  Comment New{File, First, Last, {}};
  llvm::SmallVector<llvm::StringRef, 4> Names;
  Checks.split(Names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : Names)
    New.Names.push_back({Name.trim().str(), false});
  ByFile[File].push_back(Comments.size());
  Comments.push_back(std::move(New));
}

Suppressions::Suppressions(
    const SummaryTables &Program,
    const std::function<std::string(llvm::StringRef)> &DisplayPath) {
  std::vector<SuppressionComment> Sorted = Program.Suppressions;
  llvm::sort(Sorted, [](const auto &A, const auto &B) {
    return std::tie(A.File, A.Line) < std::tie(B.File, B.Line);
  });
  std::vector<SuppressionComment> Open;
  for (const SuppressionComment &C : Sorted) {
    std::string File = DisplayPath(Program.Files[C.File]);
    std::string Checks = Program.Strings[C.Checks];
    switch (C.Kind) {
    case SuppressionKind::Line:
      add(File, C.Line, C.Line, Checks);
      break;
    case SuppressionKind::Begin:
      Open.push_back(C);
      break;
    case SuppressionKind::End:
      for (auto It = Open.rbegin(); It != Open.rend(); ++It)
        if (It->File == C.File && It->Checks == C.Checks) {
          add(File, It->Line, C.Line, Checks);
          Open.erase(std::next(It).base());
          break;
        }
      break;
    }
  }
}

bool Suppressions::isSuppressed(llvm::StringRef Check, const Place &At) const {
  auto It = ByFile.find(At.File);
  if (It == ByFile.end())
    return false;
  return llvm::any_of(It->second, [&](uint32_t Index) {
    const Comment &C = Comments[Index];
    return C.First <= At.Line && At.Line <= C.Last &&
           llvm::any_of(C.Names, [&](const Comment::Name &N) {
             return namesCheck(N.Glob, Check);
           });
  });
}

void Suppressions::noteUse(const Finding &F) {
  auto Note = [&](const Place &At) {
    auto It = ByFile.find(At.File);
    if (It == ByFile.end())
      return;
    for (uint32_t Index : It->second)
      if (Comment &C = Comments[Index];
          C.First <= At.Line && At.Line <= C.Last)
        for (Comment::Name &N : C.Names)
          N.Used |= namesCheck(N.Glob, F.Check);
  };
  Note(F.Sink);
  Note(F.Where);
  for (const Place &Root : F.Roots)
    Note(Root);
}

bool Suppressions::apply(Finding &F) const {
  if (isSuppressed(F.Check, F.Sink))
    return true;
  if (!isSuppressed(F.Check, F.Where))
    return false;
  for (const Place &Root : F.Roots)
    if (!isSuppressed(F.Check, Root)) {
      F.Where = Root;
      return false;
    }
  return true;
}

} // namespace nostall
