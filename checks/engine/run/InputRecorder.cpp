//===- InputRecorder.cpp - what the front end reads -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/InputRecorder.h"

#include "engine/cache/FileStates.h"
#include "engine/run/WatchedFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using nostall::cache::InputKind;

namespace nostall {

std::string InputRecorder::absolute(const Twine &Path) const {
  // Without taking out "..": behind a symbolic link that is another place.
  SmallString<256> Absolute;
  Path.toVector(Absolute);
  if (!sys::path::is_absolute(Absolute)) {
    ErrorOr<std::string> Here = getCurrentWorkingDirectory();
    SmallString<256> From(Here ? *Here : "/");
    sys::path::append(From, Absolute);
    Absolute = From;
  }
  return std::string(Absolute);
}

void InputRecorder::noteMissing(const std::string &Path, std::error_code EC) {
  if (EC != errc::no_such_file_or_directory && EC != errc::not_a_directory) {
    Known = false;
    return;
  }
  note(Path, {InputKind::Absent, {}});
}

void InputRecorder::noteContent(const std::string &Path, StringRef Bytes) {
  note(Path, {InputKind::Content, cache::keyOf({Bytes.data(), Bytes.size()})});
}

ErrorOr<vfs::Status> InputRecorder::status(const Twine &Path) {
  ErrorOr<vfs::Status> Found = ProxyFileSystem::status(Path);
  std::string Where = absolute(Path);
  if (!Found)
    noteMissing(Where, Found.getError());
  else if (Found->isDirectory())
    Read.noteFolder(Where);
  else
    note(Where, {InputKind::Present, {}});
  return Found;
}

bool InputRecorder::exists(const Twine &Path) {
  ErrorOr<vfs::Status> Found = status(Path);
  return Found && Found->exists();
}

ErrorOr<std::unique_ptr<vfs::File>>
InputRecorder::openFileForRead(const Twine &Path) {
  ErrorOr<std::unique_ptr<vfs::File>> Open =
      ProxyFileSystem::openFileForRead(Path);
  std::string Where = absolute(Path);
  if (!Open) {
    noteMissing(Where, Open.getError());
    return Open;
  }
  ErrorOr<vfs::Status> Status = (*Open)->status();
  if (Status && Status->isDirectory())
    Read.noteFolder(Where);
  else
    note(Where, {InputKind::Present, {}});
  return std::unique_ptr<vfs::File>(
      std::make_unique<WatchedFile>(
          std::move(*Open),
          [this, Where](StringRef Bytes) { noteContent(Where, Bytes); }));
}

vfs::directory_iterator InputRecorder::dir_begin(const Twine &Dir,
                                                 std::error_code &EC) {
  std::string Where = absolute(Dir);
  Read.noteFolder(Where);
  if (std::optional<cache::ContentKey> Key = cache::keyOfNames(Where))
    Read.noteNames(Where, *Key);
  return ProxyFileSystem::dir_begin(Dir, EC);
}

const cache::Inputs *InputRecorder::inputs() {
  if (!Known)
    return nullptr;
  Read.resolve();
  return &Read;
}

} // namespace nostall
