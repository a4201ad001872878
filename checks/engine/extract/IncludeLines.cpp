//===- IncludeLines.cpp - what a file includes first ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/IncludeLines.h"

#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/xxhash.h"

#include <optional>

using namespace clang;

namespace nostall {
namespace {

/// Reads the directives before a file's first declaration.
class IncludeScanner {
public:
  IncludeScanner(llvm::StringRef Text, FileId File, SummaryBuilder &Builder)
      : Text(Text), File(File), Hash(llvm::xxh3_64bits(Text)),
        Builder(Builder) {}
  void run();

private:
  void directive(uint32_t At, llvm::StringRef Name);
  struct Pending {
    IncludeLine Line;
    unsigned Depth;
  };

  llvm::StringRef Text;
  FileId File;
  uint64_t Hash;
  SummaryBuilder &Builder;
  std::vector<Pending> Lines;
  unsigned Depth = 0;
  std::optional<bool> HasGuard; ///< All of the file is in an #ifndef.
};

void IncludeScanner::directive(uint32_t At, llvm::StringRef Name) {
  // The first directive but #pragma once.
  if (!HasGuard && Name != "pragma")
    HasGuard = Name == "ifndef";
  if (Name.starts_with("if")) {
    ++Depth;
  } else if (Name == "endif") {
    Depth -= Depth > 0;
    if (Depth == 0)
      HasGuard = false; // It ends before the file does.
  } else if (Name == "include") {
    size_t End = Text.find('\n', At);
    if (End == llvm::StringRef::npos)
      return;
    llvm::StringRef Line = Text.slice(At, End);
    llvm::StringRef Rest = Line.drop_front(Line.find("include") + 7).trim();
    char Quote = Rest.empty() ? 0 : Rest.front() == '<' ? '>' : Rest.front();
    size_t Close = Rest.find(Quote, 1);
    if ((Quote != '>' && Quote != '"') || Close == llvm::StringRef::npos)
      return; // A macro, say.
    // A comment that goes on in the next line is in the way.
    llvm::StringRef Behind = Rest.drop_front(Close + 1).ltrim();
    if ((!Behind.empty() && !Behind.starts_with("//")) || Rest.ends_with("\\"))
      return;
    IncludeLine Include;
    Include.File = File;
    Include.Line = Text.take_front(At).count('\n') + 1;
    Include.EndOffset = End + 1;
    Include.Header = Builder.string(Rest.take_front(Close + 1));
    Include.CrLf = Line.ends_with("\r");
    Include.FileHash = Hash;
    Lines.push_back({Include, Depth});
  }
}

void IncludeScanner::run() {
  LangOptions LangOpts;
  LangOpts.CPlusPlus = true;
  LangOpts.LineComment = true;
  // The lexer wants a zero behind the last byte; the buffer has one.
  Lexer Raw(SourceLocation(), LangOpts, Text.begin(), Text.begin(), Text.end());
  Token Tok;
  while (!Raw.LexFromRawLexer(Tok)) {
    if (Tok.isNot(tok::hash) || !Tok.isAtStartOfLine())
      break;
    uint32_t At = Raw.getBufferLocation() - Text.begin() - 1;
    Raw.LexFromRawLexer(Tok);
    if (Tok.is(tok::raw_identifier))
      directive(At, Tok.getRawIdentifier());
    // The rest of the line is no code, whatever it looks like.
    while (!Tok.is(tok::eof) && !Raw.LexFromRawLexer(Tok)) {
      if (!Tok.isAtStartOfLine())
        continue;
      Raw.seek(Raw.getBufferLocation() - Text.begin() - Tok.getLength(),
               /*IsAtStartOfLine=*/true);
      break;
    }
  }
  const unsigned Outside = HasGuard.value_or(false) ? 1 : 0;
  for (const Pending &P : Lines)
    if (P.Depth == Outside)
      Builder.Summary.Includes.push_back(P.Line);
}

} // namespace

void addIncludeLines(const SourceManager &SM, const ProjectScope &Scope,
                     SummaryBuilder &Builder) {
  llvm::StringMap<FileId> Wanted;
  for (const SpelledCall &Call : Builder.Summary.SpelledCalls)
    Wanted[Builder.Summary.Files[Call.Loc.File]] = Call.Loc.File;
  if (Wanted.empty())
    return;
  for (FileID FID : Scope.projectFiles()) {
    auto It = Wanted.find(Scope.fileName(SM.getLocForStartOfFile(FID)));
    std::optional<llvm::StringRef> Text = SM.getBufferDataOrNone(FID);
    if (It == Wanted.end() || !Text)
      continue;
    IncludeScanner(*Text, It->second, Builder).run();
    Wanted.erase(It); // A header may be entered more than once.
  }
}

} // namespace nostall
