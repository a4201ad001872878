//===- InputRecorder.cpp - what the front end reads -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/InputRecorder.h"

#include "engine/cache/FileStates.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using nostall::cache::InputKind;

namespace nostall {
namespace {

class RecordedFile : public vfs::File {
public:
  RecordedFile(std::unique_ptr<vfs::File> Inner, std::string Path,
               InputRecorder &Recorder)
      : Inner(std::move(Inner)), Path(std::move(Path)), Recorder(Recorder) {}

  ErrorOr<vfs::Status> status() override { return Inner->status(); }
  ErrorOr<std::string> getName() override { return Inner->getName(); }
  std::error_code close() override { return Inner->close(); }

  ErrorOr<std::unique_ptr<MemoryBuffer>>
  getBuffer(const Twine &Name, int64_t FileSize, bool RequiresNullTerminator,
            bool IsVolatile) override {
    auto Buffer = Inner->getBuffer(Name, FileSize, RequiresNullTerminator,
                                   IsVolatile);
    if (Buffer)
      Recorder.noteContent(Path, (*Buffer)->getBuffer());
    return Buffer;
  }

private:
  std::unique_ptr<vfs::File> Inner;
  std::string Path;
  InputRecorder &Recorder;
};

} // namespace

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
      std::make_unique<RecordedFile>(std::move(*Open), Where, *this));
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
