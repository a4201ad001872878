//===- ApplyFixes.cpp - nostall check --fix ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/ApplyFixes.h"

#include "cli/Commands.h"
#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <fmt/format.h>

#include <map>
#include <optional>

namespace nostall {
namespace {

/// A file and what will be done to it.
struct FileChange {
  std::string Path; ///< Absolute, links resolved.
  std::string Content;
  std::string Problem; ///< Why nothing can be done to it.
  std::vector<const TextEdit *> Edits;
};

class FixApplier {
public:
  FixApplier(llvm::StringRef Root, bool Quiet) : Root(Root), Quiet(Quiet) {}
  void add(const Finding &F);
  FixOutcome write();

private:
  FileChange &change(const std::string &File);
  std::string problemOf(const TextEdit &Edit);
  bool isWritten(FileChange &Change);
  void leave(const Finding &F, llvm::StringRef Why);

  llvm::StringRef Root;
  bool Quiet;
  FixOutcome Outcome;
  std::map<std::string, FileChange> Changes; ///< By the findings' names.
};

/// Reads it; what is wrong with it is said of each of its fixes.
FileChange &FixApplier::change(const std::string &File) {
  auto [It, New] = Changes.try_emplace(File);
  FileChange &Change = It->second;
  if (!New)
    return Change;
  Change.Path = realPath(File);
  llvm::StringRef Rest = Change.Path;
  if (!Rest.consume_front(Root) ||
      (!Root.ends_with("/") && !Rest.starts_with("/"))) {
    Change.Problem = "the file is not in the project's root";
    return Change;
  }
  auto Buffer = llvm::MemoryBuffer::getFile(Change.Path);
  if (!Buffer) {
    Change.Problem = Buffer.getError().message();
    Outcome.Failed = true;
    return Change;
  }
  Change.Content = (*Buffer)->getBuffer().str();
  return Change;
}

/// Why an edit cannot be made, or nothing.
std::string FixApplier::problemOf(const TextEdit &Edit) {
  FileChange &Change = change(Edit.File);
  if (!Change.Problem.empty())
    return Change.Problem;
  if (llvm::xxh3_64bits(Change.Content) != Edit.FileHash ||
      llvm::StringRef(Change.Content)
              .substr(Edit.Offset)
              .substr(0, Edit.Before.size()) != Edit.Before)
    return "the file has changed since it was analysed";
  for (const TextEdit *Known : Change.Edits) {
    if (*Known == Edit)
      continue;
    uint64_t End = Edit.Offset + Edit.Before.size();
    uint64_t KnownEnd = Known->Offset + Known->Before.size();
    if (Edit.Offset < KnownEnd && Known->Offset < End)
      return fmt::format("it overlaps with the fix in line {}; run it again",
                         Known->Line);
  }
  return "";
}

void FixApplier::leave(const Finding &F, llvm::StringRef Why) {
  if (!Quiet || Outcome.Failed)
    llvm::errs() << fmt::format("nostall: {}:{}: not fixed: {}\n", F.Sink.File,
                                F.Sink.Line, Why.str());
}

void FixApplier::add(const Finding &F) {
  for (const TextEdit &Edit : F.Mend->Edits)
    if (std::string Why = problemOf(Edit); !Why.empty())
      return leave(F, Why);
  for (const TextEdit &Edit : F.Mend->Edits) {
    FileChange &Change = change(Edit.File);
    // Two fixes may want one #include.
    if (llvm::none_of(Change.Edits,
                      [&](const TextEdit *Known) { return *Known == Edit; }))
      Change.Edits.push_back(&Edit);
  }
  Outcome.Fixed.push_back(&F);
}

std::string edited(const FileChange &Change) {
  std::string Out;
  size_t Done = 0;
  for (const TextEdit *Edit : Change.Edits) {
    Out.append(Change.Content, Done, Edit->Offset - Done);
    Out += Edit->After;
    Done = Edit->Offset + Edit->Before.size();
  }
  return Out.append(Change.Content, Done);
}

/// By a new file that takes the old one's place: whoever reads it meanwhile
/// sees one or the other.
llvm::Error replaceFile(const std::string &Path, const std::string &Content) {
  llvm::sys::fs::file_status Status;
  if (std::error_code EC = llvm::sys::fs::status(Path, Status))
    return llvm::errorCodeToError(EC);
  llvm::Expected<llvm::sys::fs::TempFile> Temp =
      llvm::sys::fs::TempFile::create(Path + ".%%%%%%", Status.permissions());
  if (!Temp)
    return Temp.takeError();
  llvm::raw_fd_ostream OS(Temp->FD, /*shouldClose=*/false);
  OS << Content;
  OS.flush();
  if (OS.has_error()) {
    std::error_code EC = OS.error();
    OS.clear_error();
    return llvm::joinErrors(llvm::errorCodeToError(EC), Temp->discard());
  }
  // The mask of new files does not concern one that was there.
  if (std::error_code EC =
          llvm::sys::fs::setPermissions(Temp->FD, Status.permissions()))
    return llvm::joinErrors(llvm::errorCodeToError(EC), Temp->discard());
  return Temp->keep(Path);
}

bool FixApplier::isWritten(FileChange &Change) {
  // At one place, in order: an #include of an earlier finding first.
  std::multimap<uint64_t, const TextEdit *> InOrder;
  for (const TextEdit *Edit : Change.Edits)
    InOrder.emplace(Edit->Offset, Edit);
  Change.Edits.clear();
  for (const auto &[Offset, Edit] : InOrder)
    Change.Edits.push_back(Edit);
  if (llvm::Error E = replaceFile(Change.Path, edited(Change))) {
    printError(Change.Path + ": " + llvm::toString(std::move(E)));
    return false;
  }
  return true;
}

FixOutcome FixApplier::write() {
  for (auto &[File, Change] : Changes) {
    if (Change.Edits.empty())
      continue;
    if (isWritten(Change)) {
      ++Outcome.Files;
      continue;
    }
    Outcome.Failed = true;
    llvm::erase_if(Outcome.Fixed, [&](const Finding *F) {
      return llvm::any_of(F->Mend->Edits, [&](const TextEdit &Edit) {
        return Edit.File == File;
      });
    });
  }
  return Outcome;
}

} // namespace

FixOutcome applyFixes(GateReport &Report, llvm::StringRef Root, bool Quiet) {
  FixApplier Applier(Root, Quiet);
  for (const ComparedFinding &C : Report.Findings)
    if (isReported(C) && C.F.Mend)
      Applier.add(C.F);
  FixOutcome Outcome = Applier.write();
  for (ComparedFinding &C : Report.Findings)
    if (llvm::is_contained(Outcome.Fixed, &C.F))
      C.Counts = false;
  return Outcome;
}

} // namespace nostall
