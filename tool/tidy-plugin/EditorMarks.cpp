//===- EditorMarks.cpp - findings as an editor shows them -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tidy-plugin/EditorMarks.h"

#include "engine/extract/ProjectRoot.h"

using namespace clang;

namespace nostall {

static bool samePlace(const Place &A, const Place &B) {
  return A.File == B.File && A.Line == B.Line && A.Column == B.Column;
}

std::vector<EditorMark>
editorMarks(const Finding &F, llvm::StringRef Root,
            llvm::function_ref<bool(const Place &)> IsHere) {
  std::vector<EditorMark> Marks;
  if (IsHere(F.Where))
    Marks.push_back({F.Where, F.Message, ""});
  for (const Place &P : F.Roots)
    if (IsHere(P) && !samePlace(P, F.Where))
      Marks.push_back({P, "also reached from here: " + F.Message,
                       "the nearest way is from '" + F.Where.Function + "'"});
  if (Marks.empty() && IsHere(F.Sink))
    Marks.push_back(
        {F.Sink, F.Message + "; reached from '" + F.Where.Function + "' (" +
                     displayPath(F.Where.File, Root, /*Cwd=*/Root) + ":" +
                     std::to_string(F.Where.Line) + ")",
         ""});
  return Marks;
}

std::optional<FixItHint> suppressionFix(const SourceManager &SM,
                                        SourceLocation Where,
                                        llvm::StringRef Check) {
  if (Where.isInvalid() || Where.isMacroID())
    return std::nullopt;
  auto [FID, Offset] = SM.getDecomposedLoc(Where);
  llvm::StringRef Text = SM.getBufferData(FID);
  size_t Start = Text.rfind('\n', Offset) + 1; // npos + 1: the first line
  llvm::StringRef Line = Text.drop_front(Start);
  llvm::StringRef Indent = Line.take_while(
      [](char C) { return C == ' ' || C == '\t'; });
  SourceLocation LineStart = SM.getLocForStartOfFile(FID).getLocWithOffset(Start);

  llvm::StringRef Above = Text.take_front(Start);
  bool CrLf = Above.ends_with("\r\n");
  Above = Above.rtrim("\r\n");
  Above = Above.drop_front(Above.rfind('\n') + 1);
  // The line goes on here: a comment between the two would swallow it.
  if (Above.ends_with("\\"))
    return std::nullopt;
  constexpr llvm::StringLiteral Mark = "// NOLINTNEXTLINE(";
  if (llvm::StringRef Comment = Above.ltrim(); Comment.starts_with(Mark))
    if (size_t Close = Above.find(')'); Close != llvm::StringRef::npos) {
      size_t At = Above.data() - Text.data() + Close;
      return FixItHint::CreateInsertion(
          SM.getLocForStartOfFile(FID).getLocWithOffset(At),
          "," + Check.str());
    }
  return FixItHint::CreateInsertion(LineStart, (Indent + Mark + Check + ")" +
                                                (CrLf ? "\r\n" : "\n"))
                                                   .str());
}

} // namespace nostall
