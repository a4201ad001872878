//===- Inputs.h - what was read, and what was not there ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A result depends on the files that were read, and on those that were looked
// for and not found: a header that comes to lie earlier on the include path
// changes the program as an edit does. By folder, since a folder's own stamp
// tells of all names in it that nothing has come or gone.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/Bytes.h"
#include "engine/cache/ContentKey.h"

#include <map>
#include <string>
#include <vector>

namespace nostall::cache {

enum class InputKind : uint8_t {
  Absent,  ///< No such name.
  Present, ///< There, and no folder; its content was not looked at.
  Content, ///< Read: Key is its content's, and the resolved path's of a link.
  Names,   ///< Of the folder itself, under an empty name: Key is its list's.
};

struct Input {
  InputKind Kind = InputKind::Absent;
  ContentKey Key;

  friend bool operator==(const Input &, const Input &) = default;
};

struct InputFolder {
  /// Symbolic links resolved; empty when there is no such folder. Files are
  /// named in findings by it.
  std::string Real;
  std::map<std::string, Input, std::less<>> Names;
};

/// By path as it was asked for, absolute.
using InputFolders = std::map<std::string, InputFolder, std::less<>>;

class Inputs {
public:
  /// False when the path has been noted before with another content: it
  /// changed meanwhile.
  bool note(std::string_view Path, const Input &What);
  /// That there is, or is not, a folder.
  void noteFolder(std::string_view Path);
  /// That the folder's names were read.
  void noteNames(std::string_view Path, const ContentKey &Names);

  /// Sets Real everywhere and finds out which files are links. Call when all
  /// is noted; before, the keys of links are their contents' alone.
  void resolve();

  void merge(const Inputs &Other);

  const InputFolders &folders() const { return Folders; }

  void write(ByteWriter &Out) const;
  /// Whether the bytes made sense.
  bool read(ByteReader &In);

private:
  InputFolders Folders;
};

/// "FOLDER/NAME"; the folder of "NAME" and of "/NAME" is "/".
std::pair<std::string_view, std::string_view> splitPath(std::string_view Path);
std::string joinPath(std::string_view Folder, std::string_view Name);

/// The key of a link's content: findings name the file by what it leads to.
ContentKey linkKey(const ContentKey &Content, std::string_view Real);

} // namespace nostall::cache
