//===- Excerpts.cpp - lines of source around places -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Excerpts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace nostall {
namespace {

using llvm::StringRef;

/// Standard headers have no extension, but stand in a folder for headers.
bool isNamedLikeSource(StringRef File) {
  StringRef Extension = llvm::sys::path::extension(File);
  if (Extension.empty())
    return llvm::is_contained(llvm::make_range(llvm::sys::path::begin(File),
                                               llvm::sys::path::end(File)),
                              "include");
  return llvm::StringSwitch<bool>(Extension.lower())
      .Cases(".c", ".cc", ".cpp", ".cxx", ".c++", ".cppm", ".ixx", true)
      .Cases(".h", ".hh", ".hpp", ".hxx", ".h++", ".inc", ".inl", true)
      .Cases(".ipp", ".tcc", ".tpp", ".txx", ".def", ".s", true)
      .Cases(".m", ".mm", ".cu", ".rs", ".go", ".zig", true)
      .Cases(".py", ".pyx", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", true)
      .Default(false);
}

/// The lines of a text file; none where it is not one, or not to be read.
std::unique_ptr<llvm::MemoryBuffer> readSource(StringRef File) {
  llvm::sys::fs::file_status Status;
  if (!isNamedLikeSource(File) || llvm::sys::fs::status(File, Status) ||
      Status.type() != llvm::sys::fs::file_type::regular_file ||
      Status.getSize() > ExcerptCollector::MaxFileBytes)
    return nullptr;
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer || (*Buffer)->getBuffer().contains('\0'))
    return nullptr;
  return std::move(*Buffer);
}

/// Runs of the lines around \p Wanted, put together where they touch.
std::vector<Excerpt> cut(StringRef Text, const std::set<uint32_t> &Wanted,
                         size_t &Budget) {
  llvm::SmallVector<StringRef, 0> Lines;
  Text.split(Lines, '\n');
  if (Lines.back().empty())
    Lines.pop_back(); // The end of the last line starts none.
  constexpr uint32_t Around = ExcerptCollector::LinesAround;
  std::vector<Excerpt> Result;
  uint32_t Next = 1; // The first line that is not in an excerpt yet.
  for (uint32_t Line : Wanted) {
    if (Line > Lines.size())
      break; // The file is another one than it was.
    uint32_t First = std::max(Next, Line > Around ? Line - Around : 1);
    uint64_t Last = std::min<uint64_t>(uint64_t(Line) + Around, Lines.size());
    if (Result.empty() || First > Next)
      Result.push_back({First, {}});
    for (Next = First; Next <= Last; ++Next) {
      StringRef Whole = Lines[Next - 1].rtrim('\r');
      StringRef Shown = Whole.take_front(ExcerptCollector::MaxLineBytes);
      if (Shown.size() >= Budget)
        return Result;
      Budget -= Shown.size() + 1;
      Result.back().Lines.push_back(
          Shown.str() + (Shown.size() < Whole.size() ? " ..." : ""));
    }
  }
  return Result;
}

} // namespace

void ExcerptCollector::add(StringRef File, uint32_t Line) {
  if (File.empty() || !Line)
    return;
  auto [It, IsNew] = Files.try_emplace(File.str());
  if (IsNew)
    Order.push_back(It->first);
  It->second.insert(Line);
}

void ExcerptCollector::add(const Finding &F) {
  auto Add = [&](const Place &P) { add(P.File, P.Line); };
  for (const TraceStep &Step : F.Way)
    Add(Step.Where);
  Add(F.Where);
  Add(F.Sink);
  Add(F.Context);
  for (const Place &P : F.Roots)
    Add(P);
  for (const Place &P : F.Also)
    Add(P);
}

Excerpts ExcerptCollector::read() const {
  Excerpts Result;
  size_t Budget = MaxBytes;
  for (const std::string &File : Order)
    if (std::unique_ptr<llvm::MemoryBuffer> Source = readSource(File)) {
      std::vector<Excerpt> Found =
          cut(Source->getBuffer(), Files.find(File)->second, Budget);
      llvm::erase_if(Found, [](const Excerpt &E) { return E.Lines.empty(); });
      if (!Found.empty())
        Result.emplace(File, std::move(Found));
    }
  return Result;
}

} // namespace nostall
