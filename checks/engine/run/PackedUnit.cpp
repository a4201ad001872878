//===- PackedUnit.cpp - a unit with all that it reads -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/PackedUnit.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace nostall {

//===----------------------------------------------------------------------===//
// The text: a first line, then fields, each a line with name and length, its
// bytes and a line feed.
//===----------------------------------------------------------------------===//

static constexpr StringLiteral Begin = "#pragma nostall packed-unit 1\n";

static void put(std::string &Out, StringRef Name, StringRef Value) {
  Out += ("#pragma nostall " + Name + " " + Twine(Value.size()) + "\n").str();
  Out += Value;
  Out += '\n';
}

static void put(std::string &Out, StringRef Name,
                const std::vector<std::string> &Values) {
  put(Out, Name, Twine(Values.size()).str());
  for (const std::string &Value : Values)
    put(Out, Name, Value);
}

namespace {

/// Reads the fields in order; what is wrong makes all that follows empty.
class FieldReader {
public:
  explicit FieldReader(StringRef Text) : Text(Text) {}

  std::string get(StringRef Name) {
    size_t Length = 0;
    Good = Good && Text.consume_front("#pragma nostall ") &&
           Text.consume_front(Name) && Text.consume_front(" ") &&
           !Text.consumeInteger(10, Length) && Text.consume_front("\n") &&
           Length < Text.size() && Text[Length] == '\n';
    if (!Good)
      return "";
    std::string Value = Text.take_front(Length).str();
    Text = Text.drop_front(Length + 1);
    return Value;
  }
  size_t getNumber(StringRef Name) {
    size_t Number = 0;
    if (StringRef(get(Name)).getAsInteger(10, Number))
      Good = false;
    return Good ? Number : 0;
  }
  std::vector<std::string> getList(StringRef Name) {
    std::vector<std::string> Values;
    for (size_t N = getNumber(Name); N && Good; --N)
      Values.push_back(get(Name));
    return Values;
  }
  bool isGood() const { return Good; }
  bool atEnd() const { return Text.empty(); }

private:
  StringRef Text;
  bool Good = true;
};

} // namespace

bool isPackedUnit(StringRef Text) { return Text.starts_with(Begin); }

/// Nobody but others' programs reads these.
static std::string lineMarkers(const PackedUnit &Unit) {
  std::string Text;
  raw_string_ostream OS(Text);
  for (const PackedUnit::File &File : Unit.Files) {
    OS << "# 1 \"";
    printEscapedString(File.Path, OS);
    OS << "\"\n";
  }
  return Text;
}

std::string write(const PackedUnit &Unit) {
  std::string Out(Begin);
  put(Out, "tool", Unit.Tool);
  put(Out, "line-markers", lineMarkers(Unit));
  put(Out, "directory", Unit.Directory);
  put(Out, "root", Unit.Scope.Roots);
  put(Out, "vendored", Unit.Scope.VendoredDirectories);
  put(Out, "skipped", Unit.Scope.SkipBodies);
  put(Out, "flow-graphs", utostr(Unit.Scope.FlowGraphs));
  put(Out, "deep", utostr(Unit.Scope.Deep));
  put(Out, "prefixes", utostr(Unit.Scope.PrefixMap.size()));
  for (const auto &[From, To] : Unit.Scope.PrefixMap) {
    put(Out, "from", From);
    put(Out, "to", To);
  }
  put(Out, "argument", Unit.Invocation);
  put(Out, "folder", Unit.Folders);
  put(Out, "files", utostr(Unit.Files.size()));
  for (const PackedUnit::File &File : Unit.Files) {
    put(Out, "path", File.Path);
    put(Out, "real-path", File.RealPath);
    put(Out, "text", File.Text);
  }
  return Out;
}

Expected<PackedUnit> readPackedUnit(StringRef Text, StringRef Name) {
  PackedUnit Unit;
  FieldReader In(Text.drop_front(isPackedUnit(Text) ? Begin.size() : 0));
  Unit.Tool = In.get("tool");
  In.get("line-markers");
  Unit.Directory = In.get("directory");
  Unit.Scope.Roots = In.getList("root");
  Unit.Scope.VendoredDirectories = In.getList("vendored");
  Unit.Scope.SkipBodies = In.getList("skipped");
  Unit.Scope.FlowGraphs = In.getNumber("flow-graphs");
  Unit.Scope.Deep = In.getNumber("deep");
  for (size_t N = In.getNumber("prefixes"); N && In.isGood(); --N) {
    std::string From = In.get("from");
    Unit.Scope.PrefixMap.emplace_back(std::move(From), In.get("to"));
  }
  Unit.Invocation = In.getList("argument");
  Unit.Folders = In.getList("folder");
  for (size_t N = In.getNumber("files"); N && In.isGood(); --N) {
    PackedUnit::File File;
    File.Path = In.get("path");
    File.RealPath = In.get("real-path");
    File.Text = In.get("text");
    Unit.Files.push_back(std::move(File));
  }
  if (!isPackedUnit(Text) || !In.isGood() || !In.atEnd())
    return createStringError("%s: a damaged packed unit", Name.str().c_str());
  return Unit;
}

//===----------------------------------------------------------------------===//
// Its files
//===----------------------------------------------------------------------===//

namespace {

/// A file that knows where it really was, as those of the real file system do.
class LinkedFile : public vfs::File {
public:
  LinkedFile(std::unique_ptr<vfs::File> Inner, std::string RealPath)
      : Inner(std::move(Inner)), RealPath(std::move(RealPath)) {}

  ErrorOr<vfs::Status> status() override { return Inner->status(); }
  ErrorOr<std::string> getName() override { return RealPath; }
  std::error_code close() override { return Inner->close(); }
  ErrorOr<std::unique_ptr<MemoryBuffer>>
  getBuffer(const Twine &Name, int64_t FileSize, bool RequiresNullTerminator,
            bool IsVolatile) override {
    return Inner->getBuffer(Name, FileSize, RequiresNullTerminator, IsVolatile);
  }

private:
  std::unique_ptr<vfs::File> Inner;
  std::string RealPath;
};

std::string normalized(StringRef Path) {
  SmallString<256> Text(Path);
  sys::path::remove_dots(Text, /*remove_dot_dot=*/true);
  return std::string(Text);
}

class PackedFiles : public vfs::ProxyFileSystem {
public:
  explicit PackedFiles(const PackedUnit &Unit)
      : ProxyFileSystem(makeIntrusiveRefCnt<vfs::InMemoryFileSystem>()) {
    auto &Memory = static_cast<vfs::InMemoryFileSystem &>(getUnderlyingFS());
    // The working directory is one of them, and Clang relies on it.
    for (const std::string &Folder : Unit.Folders)
      Memory.addFile(Folder, 0, MemoryBuffer::getMemBuffer(""), std::nullopt,
                     std::nullopt, sys::fs::file_type::directory_file);
    // One file by several names stays one, or #pragma once would not hold.
    // It may have been read by only one of them: texts come first.
    for (bool HasText : {true, false})
      for (const PackedUnit::File &File : Unit.Files)
        if (HasText != File.Text.empty() && !Memory.exists(File.RealPath))
          Memory.addFile(File.RealPath, 0,
                         MemoryBuffer::getMemBuffer(File.Text, File.RealPath));
    for (const PackedUnit::File &File : Unit.Files) {
      RealPaths[normalized(File.Path)] = File.RealPath;
      if (normalized(File.Path) != normalized(File.RealPath))
        Memory.addHardLink(File.Path, File.RealPath);
    }
    Memory.setCurrentWorkingDirectory(Unit.Directory);
  }

  ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const Twine &Path) override {
    ErrorOr<std::unique_ptr<vfs::File>> File =
        getUnderlyingFS().openFileForRead(Path);
    if (!File)
      return File;
    SmallString<256> Absolute;
    Path.toVector(Absolute);
    if (std::error_code EC = makeAbsolute(Absolute))
      return EC;
    auto It = RealPaths.find(normalized(Absolute));
    if (It == RealPaths.end())
      return File;
    return std::make_unique<LinkedFile>(std::move(*File), It->second);
  }

private:
  StringMap<std::string> RealPaths;
};

} // namespace

IntrusiveRefCntPtr<vfs::FileSystem> filesOf(const PackedUnit &Unit) {
  return makeIntrusiveRefCnt<PackedFiles>(Unit);
}

} // namespace nostall
