//===- SuppressionScanner.cpp - NOLINT comments -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/SuppressionScanner.h"

#include <optional>

using namespace clang;

namespace nostall {

void scanSuppressions(llvm::StringRef Text, FileId File,
                      SummaryBuilder &Builder) {
  constexpr llvm::StringLiteral Word = "NOLINT";
  uint32_t Line = 1;
  size_t Counted = 0;
  for (size_t At = Text.find(Word); At != llvm::StringRef::npos;
       At = Text.find(Word, At + Word.size())) {
    Line += Text.slice(Counted, At).count('\n');
    Counted = At;
    llvm::StringRef Rest = Text.drop_front(At + Word.size());
    SuppressionComment Comment;
    Comment.File = File;
    Comment.Line = Line;
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

void scanSuppressions(const SourceManager &SM, const ProjectScope &Scope,
                      SummaryBuilder &Builder) {
  // A header may be entered more than once.
  llvm::DenseSet<FileId> Scanned;
  for (FileID FID : Scope.projectFiles()) {
    std::optional<llvm::StringRef> Text = SM.getBufferDataOrNone(FID);
    if (!Text || !Text->contains("NOLINT"))
      continue;
    FileId File = Builder.file(Scope.fileName(FID));
    if (Scanned.insert(File).second)
      scanSuppressions(*Text, File, Builder);
  }
}

} // namespace nostall
