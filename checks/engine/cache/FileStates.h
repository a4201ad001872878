//===- FileStates.h - the files as they are now -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks the file system once per name and run, whatever the number of units
// that read it, and reads a file only when its stamp cannot be believed.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/Bytes.h"
#include "engine/cache/FileStamp.h"
#include "engine/cache/Inputs.h"
#include "engine/cache/Store.h"

#include <optional>
#include <string>
#include <unordered_map>

namespace nostall::cache {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view Text) const {
    return std::hash<std::string_view>()(Text);
  }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

/// Lives as long as a run. What was found first counts for all of it.
class FileStates {
public:
  /// Takes what earlier runs of this project knew from the store.
  FileStates(Store &Kept, const ContentKey &Project);

  /// Whether all is as Inputs::write() has put it down, which is read whole
  /// only then. What holds is remembered for writeRecord().
  bool hold(ByteReader &In);
  bool hold(const Inputs &In);

  /// Of a file, read only if it has changed since an earlier run.
  std::optional<ContentKey> contentOf(const std::string &Path);

  /// This run has written the file itself.
  void lookAgain(const std::string &Path);

  /// Must stay as it is, whatever is in it: a program, too large to be read.
  bool requireUntouched(const std::string &Path);

  /// For later runs.
  void save() const;

  /// All that hold() has agreed to, for RunRecord.
  void writeRecord(ByteWriter &Out) const;

private:
  struct State {
    bool Looked = false;
    bool IsThere = false;
    bool IsFolder = false;
    bool IsLink = false;
    bool Settled = false;
    bool HasKey = false;
    bool Untouched = false;
    std::optional<InputKind> Needed; ///< The most that was asked for.
    FileStamp Stamp;
    ContentKey Key; ///< As Input::Key.
  };
  struct Folder {
    std::string Path;
    bool Looked = false;
    bool Settled = false;
    bool Needed = false;
    std::string Real;
    FileStamp Stamp;
    TextMap<State> Names;
  };
  struct Remembered {
    FileStamp Stamp;
    ContentKey Key;
  };

  Folder &folder(std::string_view Path);
  void look(Folder &In, std::string_view Name, State &S) const;
  bool findKey(Folder &In, std::string_view Name, State &S);
  bool findNames(Folder &In, State &S) const;
  bool isAs(Folder &In, std::string_view Name, State &S, const Input &What);
  bool hold(Folder &In, std::string_view Name, const Input &What);

  Store &Kept;
  ContentKey Project;
  TextMap<Folder> Folders;
  TextMap<TextMap<Remembered>> Known;
};

/// The key of a folder's list of names; none if it cannot be read.
std::optional<ContentKey> keyOfNames(const std::string &Path);

} // namespace nostall::cache
