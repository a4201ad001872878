//===- RunRecord.cpp - a run of check that need not be made again -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/RunRecord.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nostall::cache {

//===----------------------------------------------------------------------===//
// What a run writes
//===----------------------------------------------------------------------===//

std::string RunResult::write() const {
  ByteWriter Out;
  Out.put(static_cast<int32_t>(ExitCode)).put(Verbose);
  Out.putText(SideFile).put(SideKey);
  Knowledge.write(Out);
  Out.put(static_cast<uint32_t>(Pieces.size()));
  for (const Piece &P : Pieces)
    Out.putText(P.File).putText(P.Text);
  return Out.bytes();
}

std::optional<RunResult> RunResult::read(std::string_view Bytes) {
  ByteReader In(Bytes);
  RunResult Result;
  Result.ExitCode = In.get<int32_t>();
  Result.Verbose = In.get<bool>();
  Result.SideFile = In.getText();
  Result.SideKey = In.get<ContentKey>();
  Result.Knowledge = KnowledgePlaces::read(In);
  for (uint32_t Left = In.getCount(8); Left && In.good(); --Left) {
    Piece P;
    P.File = In.getText();
    P.Text = In.getText();
    Result.Pieces.push_back(std::move(P));
  }
  if (!In.atEnd())
    return std::nullopt;
  return Result;
}

static bool writeAll(int File, std::string_view Text) {
  while (!Text.empty()) {
    ssize_t Done = write(File, Text.data(), Text.size());
    if (Done < 0 && errno == EINTR)
      continue;
    if (Done < 0)
      return false;
    Text.remove_prefix(static_cast<size_t>(Done));
  }
  return true;
}

static void complain(const std::string &What, int Error) {
  writeAll(STDERR_FILENO,
           "nostall: error: " + What + ": " + strerror(Error) + "\n");
}

bool RunResult::print() const {
  bool Good = true;
  for (const Piece &P : Pieces) {
    if (P.File.empty()) {
      writeAll(STDERR_FILENO, P.Text);
      continue;
    }
    int File = P.File == "-" ? STDOUT_FILENO
                             : open(P.File.c_str(),
                                    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                                    0666);
    bool Done = File >= 0 && writeAll(File, P.Text);
    if (File > STDERR_FILENO)
      Done = close(File) == 0 && Done;
    if (!Done)
      complain(P.File == "-" ? "standard output" : P.File, errno);
    Good &= Done;
  }
  return Good;
}

//===----------------------------------------------------------------------===//
// The command line
//===----------------------------------------------------------------------===//

static std::string fromEnvironment(const char *Name) {
  const char *Value = getenv(Name);
  return Value ? Value : "";
}

std::string chooseCache(const std::vector<std::string> &Arguments) {
  std::string Named = fromEnvironment("NOSTALL_CACHE");
  for (size_t I = 0; I < Arguments.size() && Arguments[I] != "--"; ++I) {
    std::string_view Arg = Arguments[I];
    if (Arg == "--no-cache")
      return {};
    if (Arg == "--cache" && I + 1 < Arguments.size())
      Named = Arguments[++I];
    else if (Arg.starts_with("--cache="))
      Named = Arg.substr(strlen("--cache="));
  }
  if (Named == "off")
    return {};
  // Units are parsed in folders of their own.
  if (!Named.empty() && !Named.starts_with('/'))
    Named = joinPath(resolved("."), Named);
  if (!Named.empty())
    return Named;
  if (std::string Base = fromEnvironment("XDG_CACHE_HOME");
      Base.starts_with('/'))
    return Base + "/nostall";
  std::string Home = fromEnvironment("HOME");
  if (!Home.starts_with('/') || access(Home.c_str(), W_OK) != 0)
    return {};
  return Home + "/.cache/nostall";
}

void addEnvironment(KeyBuilder &Key) {
  static constexpr const char *Names[] = {
      "CPATH",          "C_INCLUDE_PATH",     "CPLUS_INCLUDE_PATH",
      "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH", "SDKROOT",
      "COMPILER_PATH",  "GCC_EXEC_PREFIX",    "CCC_OVERRIDE_OPTIONS",
      "SOURCE_DATE_EPOCH", "NOSTALL_RESOURCE_DIR"};
  for (const char *Name : Names) {
    const char *Value = getenv(Name);
    Key.add(Value ? uint64_t(1) : uint64_t(0)).add(Value ? Value : "");
  }
}

ContentKey runKey(const std::vector<std::string> &Arguments) {
  KeyBuilder Key;
  for (const std::string &Arg : Arguments)
    Key.add(Arg);
  std::string Here = resolved(".");
  Key.add(Here);
  addEnvironment(Key);
  // Where settings are, and how text is shown.
  for (const char *Name : {"HOME", "XDG_CONFIG_HOME", "TERM", "NO_COLOR", "LC_ALL", "LC_MESSAGES", "LANG"})
    Key.add(fromEnvironment(Name));
  Key.add(static_cast<uint64_t>(isatty(STDOUT_FILENO)));
  return Key.finish();
}

//===----------------------------------------------------------------------===//
// The record
//===----------------------------------------------------------------------===//

std::string writeRunRecord(const ContentKey &Result, uint64_t Units,
                           const FileStates &Files) {
  ByteWriter Out;
  Out.put(Result).put(Units);
  Files.writeRecord(Out);
  return Out.bytes();
}

namespace {

/// Compares the files with a record, folder by folder. A stamp that did not
/// decide and can do so from now on is put into the record in place of the old.
class RecordReader {
public:
  explicit RecordReader(std::string &Bytes) : Bytes(Bytes), In(Bytes) {}
  ByteReader &in() { return In; }
  bool holds();
  bool hasRenewed() const { return Renewed; }

private:
  bool holdsFolder();
  bool holdsName(int Folder, std::string_view Path, bool FolderIsSame);
  bool holdsContent(int Folder, std::string_view Path, const char *Name);
  size_t offset() const { return Bytes.size() - In.rest(); }
  void renew(size_t Offset, const FileStamp &Stamp);

  std::string &Bytes;
  ByteReader In;
  std::string Name; ///< Ends with a zero, unlike those in the record.
  bool Renewed = false;
  bool HasDangling = false; ///< The current folder, links.
};

/// As FileStates::writeRecord() puts down stamps.
void RecordReader::renew(size_t Offset, const FileStamp &Stamp) {
  if (!isSettled(Stamp))
    return;
  memcpy(Bytes.data() + Offset, &Stamp, sizeof(Stamp));
  Bytes[Offset + sizeof(Stamp)] = true;
  Renewed = true;
}

bool RecordReader::holdsContent(int Folder, std::string_view Path,
                                const char *Name) {
  size_t Offset = offset();
  FileStamp Stamp = In.get<FileStamp>();
  bool Settled = In.get<bool>();
  ContentKey Key = In.get<ContentKey>();
  struct stat Status;
  if (fstatat(Folder, Name, &Status, AT_SYMLINK_NOFOLLOW) != 0)
    return false;
  bool IsLink = S_ISLNK(Status.st_mode);
  if (IsLink && !Key && fstatat(Folder, Name, &Status, 0) != 0)
    return false;
  // A program has no key, and its stamp need not be settled: nobody writes it
  // while it runs.
  FileStamp Now = stampOf(Status);
  if ((Settled || !Key) && Now == Stamp)
    return true;
  std::string File = joinPath(Path, Name);
  std::optional<std::string> Content =
      Key ? readWhole(File) : std::nullopt;
  if (!Content)
    return false;
  ContentKey Found = keyOf(*Content);
  if (IsLink)
    return linkKey(Found, resolved(File)) == Key;
  if (Found == Key)
    renew(Offset, Now);
  return Found == Key;
}

bool RecordReader::holdsName(int Folder, std::string_view Path,
                             bool FolderIsSame) {
  Name = In.getText();
  InputKind Kind = In.get<InputKind>();
  struct stat Status;
  switch (Kind) {
  case InputKind::Absent:
    if (FolderIsSame || Folder < 0)
      return true;
    // The folder's stamp does not tell when a link's target comes.
    HasDangling |= fstatat(Folder, Name.c_str(), &Status,
                           AT_SYMLINK_NOFOLLOW) == 0;
    return fstatat(Folder, Name.c_str(), &Status, 0) != 0;
  case InputKind::Present:
    return fstatat(Folder, Name.c_str(), &Status, 0) == 0 &&
           !S_ISDIR(Status.st_mode);
  case InputKind::Names: {
    ContentKey Key = In.get<ContentKey>();
    return FolderIsSame || keyOfNames(std::string(Path)) == Key;
  }
  case InputKind::Content:
    return holdsContent(Folder, Path, Name.c_str());
  }
  return false;
}

bool RecordReader::holdsFolder() {
  std::string Path(In.getText());
  std::string_view Real = In.getText();
  size_t Offset = offset();
  FileStamp Stamp = In.get<FileStamp>();
  bool Settled = In.get<bool>();
  struct stat Status = {};
  int Folder = open(Path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  bool Good = (Folder >= 0) == !Real.empty();
  bool Same = false;
  HasDangling = false;
  if (Good && Folder >= 0) {
    char Now[4096];
    std::string Link = "/proc/self/fd/" + std::to_string(Folder);
    ssize_t Length = readlink(Link.c_str(), Now, sizeof(Now));
    Good = Length >= 0 &&
           std::string_view(Now, static_cast<size_t>(Length)) == Real;
    Good = Good && fstat(Folder, &Status) == 0;
    Same = Good && Settled && stampOf(Status) == Stamp;
  }
  for (uint32_t Names = In.getCount(5); Good && Names; --Names)
    Good = holdsName(Folder, Path, Same) && In.good();
  if (Folder >= 0)
    close(Folder);
  if (Good && Folder >= 0 && !Same && !HasDangling)
    renew(Offset, stampOf(Status));
  return Good;
}

bool RecordReader::holds() {
  for (uint32_t Left = In.getCount(12); Left; --Left)
    if (!holdsFolder() || !In.good())
      return false;
  return In.atEnd();
}

} // namespace

std::optional<Replay> findReplay(Store &Kept, const ContentKey &Run) {
  std::optional<std::string> Bytes = Kept.read(EntryKind::Run, Run);
  if (!Bytes)
    return std::nullopt;
  RecordReader Record(*Bytes);
  ContentKey Key = Record.in().get<ContentKey>();
  Replay Found;
  Found.Units = Record.in().get<uint64_t>();
  if (!Record.holds())
    return std::nullopt;
  std::optional<std::string> Written = Kept.read(EntryKind::Result, Key);
  if (!Written)
    return std::nullopt;
  std::optional<RunResult> Result = RunResult::read(*Written);
  if (!Result || !Result->Knowledge.hold())
    return std::nullopt;
  Found.Result = std::move(*Result);
  if (Record.hasRenewed())
    Kept.write(EntryKind::Run, Run, *Bytes);
  else
    Kept.touch(EntryKind::Run, Run);
  Kept.touch(EntryKind::Result, Key);
  return Found;
}

//===----------------------------------------------------------------------===//
// For people
//===----------------------------------------------------------------------===//

void noteLastRun(Store &Kept, uint64_t Units, uint64_t Reused) {
  Kept.writeNote("last-run", std::to_string(Reused) + " of " +
                                 std::to_string(Units) + "\n");
}

std::string verboseLine(uint64_t Units, uint64_t Reused, bool WithResult) {
  return "nostall: cache: " + std::to_string(Reused) + " of " +
         std::to_string(Units) + " files not parsed again" +
         (WithResult ? ", nothing linked" : "") + "\n";
}

} // namespace nostall::cache
