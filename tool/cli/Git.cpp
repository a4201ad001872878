//===- Git.cpp - the checkout's history -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Git.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <fmt/format.h>

#include <unistd.h>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

static llvm::Error problem(const std::string &Text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), Text);
}

std::string repositoryRoot(llvm::StringRef Start) {
  for (llvm::StringRef Dir = Start; !Dir.empty();
       Dir = path::parent_path(Dir)) {
    llvm::SmallString<256> Mark(Dir);
    // A folder, or a file in worktrees and submodules.
    path::append(Mark, ".git");
    if (fs::exists(Mark))
      return Dir.str();
    if (Dir == "/")
      break;
  }
  return "";
}

llvm::Expected<Git> Git::open(llvm::StringRef Top) {
  if (Top.empty())
    return problem("the project is not in a git repository");
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("git");
  if (!Program)
    return problem("git is not installed");
  return Git(*Program, Top.str());
}

/// Ours without what a hook is told about its own repository's state: -C finds
/// the repository by itself.
static std::vector<std::string>
environment(llvm::ArrayRef<std::string> Additions) {
  static constexpr llvm::StringLiteral Left[] = {
      "GIT_DIR=",           "GIT_INDEX_FILE=", "GIT_WORK_TREE=", "GIT_PREFIX=",
      "GIT_EXTERNAL_DIFF=", "GIT_DIFF_OPTS=",  "LC_ALL="};
  std::vector<std::string> Out;
  for (char **E = environ; *E; ++E)
    if (llvm::none_of(Left, [&](llvm::StringRef Name) {
          return llvm::StringRef(*E).starts_with(Name);
        }))
      Out.push_back(*E);
  Out.push_back("LC_ALL=C");
  // Large files have no code in them; fetching them may take long.
  Out.push_back("GIT_LFS_SKIP_SMUDGE=1");
  Out.insert(Out.end(), Additions.begin(), Additions.end());
  return Out;
}

llvm::Expected<std::string>
Git::run(llvm::ArrayRef<llvm::StringRef> Args,
         llvm::ArrayRef<std::string> Environment) const {
  llvm::SmallString<128> Out, Err;
  if (std::error_code EC = fs::createTemporaryFile("nostall-git", "out", Out))
    return problem("temporary file: " + EC.message());
  llvm::FileRemover RemoveOut(Out);
  if (std::error_code EC = fs::createTemporaryFile("nostall-git", "err", Err))
    return problem("temporary file: " + EC.message());
  llvm::FileRemover RemoveErr(Err);

  std::vector<llvm::StringRef> Line = {Program, "-C", Top, "-c",
                                       "core.quotePath=false"};
  Line.insert(Line.end(), Args.begin(), Args.end());
  std::vector<std::string> Texts = environment(Environment);
  std::vector<llvm::StringRef> Env(Texts.begin(), Texts.end());
  std::optional<llvm::StringRef> Redirects[] = {llvm::StringRef("/dev/null"),
                                                Out.str(), Err.str()};
  std::string Message;
  int Code = llvm::sys::ExecuteAndWait(
      Program, Line, llvm::ArrayRef<llvm::StringRef>(Env), Redirects,
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &Message);
  if (Code != 0) {
    if (auto Said = llvm::MemoryBuffer::getFile(Err); Said && Message.empty())
      Message = (*Said)->getBuffer().rtrim().str();
    return problem(fmt::format("git {}: {}", Args.front().str(), Message));
  }
  auto Said = llvm::MemoryBuffer::getFile(Out);
  if (!Said)
    return problem("git: " + Said.getError().message());
  return (*Said)->getBuffer().str();
}

llvm::Expected<std::string> Git::commit(llvm::StringRef Revision) const {
  std::string Name = (Revision + "^{commit}").str();
  llvm::Expected<std::string> Id =
      run({"rev-parse", "--verify", "--quiet", "--end-of-options", Name});
  if (!Id) {
    llvm::consumeError(Id.takeError());
    return problem(fmt::format(
        "{}: no such commit in {}; a shallow clone has only the last ones "
        "(GitHub: fetch-depth, GitLab: GIT_DEPTH)",
        Revision.str(), Top));
  }
  return llvm::StringRef(*Id).trim().str();
}

//===----------------------------------------------------------------------===//
// Differences
//===----------------------------------------------------------------------===//

/// "a/src/x.cpp" to "src/x.cpp"; "/dev/null" to nothing. git ends a name that
/// has spaces with a tab, and quotes one that has special characters.
static std::string diffPath(llvm::StringRef Text) {
  Text = Text.rtrim("\t\r");
  std::string Plain;
  if (Text.consume_front("\"") && Text.consume_back("\"")) {
    for (size_t I = 0; I < Text.size(); ++I) {
      if (Text[I] == '\\' && I + 1 < Text.size())
        ++I;
      Plain += Text[I];
    }
    Text = Plain;
  }
  if (Text == "/dev/null")
    return "";
  return Text.drop_front(std::min<size_t>(2, Text.size())).str();
}

/// "-12,3" or "+12": first line and number of lines.
static bool parseRange(llvm::StringRef Text, uint32_t &First, uint32_t &Count) {
  auto [Line, Number] = Text.drop_front(1).split(',');
  Count = 1;
  return !Line.getAsInteger(10, First) &&
         (Number.empty() || !Number.getAsInteger(10, Count));
}

llvm::Expected<GitChanges> GitChanges::since(const Git &Repository,
                                             llvm::StringRef Commit) {
  llvm::Expected<std::string> Text = Repository.run(
      {"diff", "--no-color", "--no-ext-diff", "--no-textconv", "-U0", "-M",
       "--src-prefix=a/", "--dst-prefix=b/", Commit, "--"});
  if (!Text)
    return Text.takeError();
  GitChanges Out;
  llvm::StringRef Rest = *Text;
  uint32_t Body = 0; // Lines of the hunk that are still to come.
  while (!Rest.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    if (Body) {
      // "\ No newline at end of file" is not one of its lines.
      Body -= !Line.starts_with("\\");
      continue;
    }
    if (Line.starts_with("diff --git ")) {
      Out.Files.emplace_back();
      continue;
    }
    if (Out.Files.empty())
      continue;
    File &F = Out.Files.back();
    if (Line.consume_front("rename from "))
      F.OldPath = diffPath(("a/" + Line).str());
    else if (Line.consume_front("rename to "))
      F.NewPath = diffPath(("b/" + Line).str());
    else if (Line.consume_front("--- "))
      F.OldPath = diffPath(Line);
    else if (Line.consume_front("+++ "))
      F.NewPath = diffPath(Line);
    else if (Line.consume_front("@@ ")) {
      auto [Old, More] = Line.split(' ');
      Hunk H;
      if (!parseRange(Old, H.OldLine, H.OldCount) ||
          !parseRange(More.split(' ').first, H.NewLine, H.NewCount))
        return problem("git diff: not understood: " + Line.str());
      F.Hunks.push_back(H);
      Body = H.OldCount + H.NewCount;
    }
  }
  for (size_t I = 0; I < Out.Files.size(); ++I)
    if (!Out.Files[I].NewPath.empty())
      Out.ByNewPath[Out.Files[I].NewPath] = I;
  return Out;
}

const GitChanges::File *GitChanges::find(llvm::StringRef NewPath) const {
  auto It = ByNewPath.find(NewPath);
  return It == ByNewPath.end() ? nullptr : &Files[It->second];
}

std::string GitChanges::oldPath(llvm::StringRef NewPath) const {
  const File *F = find(NewPath);
  return F ? F->OldPath : NewPath.str();
}

uint32_t GitChanges::oldLine(llvm::StringRef NewPath, uint32_t Line,
                             std::string &OldPath) const {
  OldPath = NewPath.str();
  const File *F = find(NewPath);
  if (!F)
    return Line;
  OldPath = F->OldPath;
  if (OldPath.empty())
    return 0;
  int64_t Shift = 0;
  for (const Hunk &H : F->Hunks) {
    // Of a hunk without new lines, NewLine is the one before it.
    uint32_t First = H.NewCount ? H.NewLine : H.NewLine + 1;
    if (Line < First)
      break;
    if (Line < First + H.NewCount)
      return 0;
    Shift += int64_t(H.OldCount) - int64_t(H.NewCount);
  }
  return static_cast<uint32_t>(Line + Shift);
}

} // namespace nostall
