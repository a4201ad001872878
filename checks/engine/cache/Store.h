//===- Store.h - the cache's folder -----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// FOLDER/1/KIND/XX/KEY, each entry a file of its own: a header, with the key
// and a checksum, and its bytes. Written beside and renamed, so that runs at
// the same time need no lock and a run that is killed leaves nothing that
// could be believed. What is damaged is removed and counts as not there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/ContentKey.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nostall::cache {

enum class EntryKind : uint32_t {
  Unit,    ///< By command: what was read, and which summary came of it.
  Summary, ///< By content: a TUSummary's file.
  Files,   ///< By project: stamps of files and their contents' keys.
  Run,     ///< By command line: what was read, and which result came of it.
  Result,  ///< By all that it depends on: what check has written.
};
inline constexpr unsigned NumEntryKinds = 5;
const char *nameOf(EntryKind Kind);

struct Usage {
  uint64_t Bytes = 0;
  uint64_t Entries[NumEntryKinds] = {};
};

/// Not thread-safe; its copy in a forked child works as well.
class Store {
public:
  explicit Store(std::string Folder) : Folder(std::move(Folder)) {}

  const std::string &folder() const { return Folder; }

  std::optional<std::string> read(EntryKind Kind, const ContentKey &Key);
  bool has(EntryKind Kind, const ContentKey &Key) const;
  /// False when it could not be written: problem() says why.
  bool write(EntryKind Kind, const ContentKey &Key, std::string_view Bytes);
  /// Used: the last to go when room is needed.
  void touch(EntryKind Kind, const ContentKey &Key) const;
  void remove(EntryKind Kind, const ContentKey &Key) const;

  /// The first thing that went wrong when writing; empty if nothing did.
  const std::string &problem() const { return Problem; }
  bool hasWritten() const { return Written; }
  /// Of a child that has a copy of this object.
  void noteProblem(const std::string &Text) {
    if (Problem.empty())
      Problem = Text;
  }
  void noteWritten() { Written = true; }

  Usage usage() const;
  /// Removes all entries. False when some could not be.
  bool clear() const;
  /// Removes what was not used for longest until no more than \p Limit bytes
  /// are left, and what killed runs have left.
  void makeRoom(uint64_t Limit) const;

  /// A small text of the folder's own, such as the bound; empty if not there.
  std::string readNote(const char *Name) const;
  bool writeNote(const char *Name, std::string_view Text);

private:
  std::string pathOf(EntryKind Kind, const ContentKey &Key) const;
  bool writeFile(const std::string &Path, std::string_view Head,
                 std::string_view Bytes);
  bool fail(const std::string &Path);

  std::string Folder;
  std::string Problem;
  bool Written = false;
};

} // namespace nostall::cache
