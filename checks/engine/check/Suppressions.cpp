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

Suppressions::Suppressions(
    const SummaryTables &Program,
    const std::function<std::string(llvm::StringRef)> &DisplayPath) {
  std::vector<SuppressionComment> Sorted = Program.Suppressions;
  llvm::sort(Sorted, [](const auto &A, const auto &B) {
    return std::tie(A.File, A.Line) < std::tie(B.File, B.Line);
  });
  std::vector<SuppressionComment> Open;
  for (const SuppressionComment &C : Sorted) {
    FileComments &In = Files[DisplayPath(Program.Files[C.File])];
    std::string Checks = Program.Strings[C.Checks];
    switch (C.Kind) {
    case SuppressionKind::Line:
      In.Lines.push_back({C.Line, Checks});
      break;
    case SuppressionKind::Begin:
      Open.push_back(C);
      break;
    case SuppressionKind::End:
      for (auto It = Open.rbegin(); It != Open.rend(); ++It)
        if (It->File == C.File && It->Checks == C.Checks) {
          In.Ranges.push_back({It->Line, C.Line, Checks});
          Open.erase(std::next(It).base());
          break;
        }
      break;
    }
  }
}

bool Suppressions::isSuppressed(llvm::StringRef Check, const Place &At) const {
  auto It = Files.find(At.File);
  if (It == Files.end())
    return false;
  for (const Line &L : It->second.Lines)
    if (L.Number == At.Line && namesCheck(L.Checks, Check))
      return true;
  for (const Range &R : It->second.Ranges)
    if (R.First <= At.Line && At.Line <= R.Last && namesCheck(R.Checks, Check))
      return true;
  return false;
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
