//===- SuppressionScanner.cpp - NOLINT comments -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/SuppressionScanner.h"

#include <optional>
#include <tuple>

using namespace clang;

namespace nostall {

/// \p PlaceOf says what file and line something in \p Text belongs to; no file
/// where that is not the project's.
static void
scanSuppressions(llvm::StringRef Text, SummaryBuilder &Builder,
                 llvm::function_ref<std::pair<FileId, uint32_t>(size_t)> PlaceOf) {
  constexpr llvm::StringLiteral Word = "NOLINT";
  for (size_t At = Text.find(Word); At != llvm::StringRef::npos;
       At = Text.find(Word, At + Word.size())) {
    llvm::StringRef Rest = Text.drop_front(At + Word.size());
    SuppressionComment Comment;
    std::tie(Comment.File, Comment.Line) = PlaceOf(At);
    if (!Comment.File)
      continue;
    if (Rest.consume_front("NEXTLINE"))
      ++Comment.Line;
    else if (Rest.consume_front("BEGIN"))
      Comment.Kind = SuppressionKind::Begin;
    else if (Rest.consume_front("END"))
      Comment.Kind = SuppressionKind::End;
    else if (!Rest.empty() && (isalnum(static_cast<unsigned char>(Rest[0])) ||
                               Rest[0] == '_'))
      continue; // Part of a longer word.
    llvm::StringRef Checks = "*";
    if (Rest.consume_front("(")) {
      size_t Close = Rest.find_first_of(")\n");
      if (Close != llvm::StringRef::npos && Rest[Close] == ')')
        Checks = Rest.take_front(Close).trim();
    }
    Comment.Checks = Builder.string(Checks);
    Builder.Summary.Suppressions.push_back(Comment);
  }
}

void scanSuppressions(llvm::StringRef Text, FileId File,
                      SummaryBuilder &Builder) {
  uint32_t Line = 1;
  size_t Counted = 0;
  scanSuppressions(Text, Builder, [&](size_t At) {
    Line += Text.slice(Counted, At).count('\n');
    Counted = At;
    return std::pair(File, Line);
  });
}

/// What a preprocessor has kept of comments.
static void scanPreprocessed(const SourceManager &SM, const ProjectScope &Scope,
                             SummaryBuilder &Builder) {
  SourceLocation Start = SM.getLocForStartOfFile(SM.getMainFileID());
  scanSuppressions(SM.getBufferData(SM.getMainFileID()), Builder,
                   [&](size_t At) {
                     SourceLocation Loc = Start.getLocWithOffset(At);
                     if (!Scope.isProject(Loc))
                       return std::pair(FileId(0), uint32_t(0));
                     return std::pair(Builder.file(Scope.fileName(Loc)),
                                      uint32_t(Scope.position(Loc).first));
                   });
}

void scanSuppressions(const SourceManager &SM, const ProjectScope &Scope,
                      SummaryBuilder &Builder) {
  if (Scope.options().LineMarkers)
    return scanPreprocessed(SM, Scope, Builder);
  // A header may be entered more than once.
  llvm::DenseSet<FileId> Scanned;
  for (FileID FID : Scope.projectFiles()) {
    std::optional<llvm::StringRef> Text = SM.getBufferDataOrNone(FID);
    if (!Text || !Text->contains("NOLINT"))
      continue;
    FileId File = Builder.file(Scope.fileName(SM.getLocForStartOfFile(FID)));
    if (Scanned.insert(File).second)
      scanSuppressions(*Text, File, Builder);
  }
}

} // namespace nostall
