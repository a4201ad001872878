//===- Inputs.cpp - what was read, and what was not there -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/Inputs.h"

#include "engine/cache/FileStamp.h"

#include <sys/stat.h>

namespace nostall::cache {

std::pair<std::string_view, std::string_view> splitPath(std::string_view Path) {
  while (Path.size() > 1 && Path.back() == '/')
    Path.remove_suffix(1);
  size_t Slash = Path.rfind('/');
  if (Slash == std::string_view::npos || Slash == 0)
    return {"/", Path.substr(Slash == 0 ? 1 : 0)};
  return {Path.substr(0, Slash), Path.substr(Slash + 1)};
}

std::string joinPath(std::string_view Folder, std::string_view Name) {
  std::string Path(Folder);
  if (!Path.ends_with('/'))
    Path += '/';
  return Path += Name;
}

ContentKey linkKey(const ContentKey &Content, std::string_view Real) {
  return KeyBuilder().add(Content).add(Real).finish();
}

bool Inputs::note(std::string_view Path, const Input &What) {
  auto [Folder, Name] = splitPath(Path);
  auto In = Folders.find(Folder);
  if (In == Folders.end())
    In = Folders.try_emplace(std::string(Folder)).first;
  auto At = In->second.Names.find(Name);
  if (At == In->second.Names.end()) {
    In->second.Names.emplace(Name, What);
    return true;
  }
  Input &Known = At->second;
  if (Known == What || What.Kind == InputKind::Present)
    return Known.Kind != InputKind::Absent || What.Kind == InputKind::Absent;
  if (Known.Kind != InputKind::Present)
    return false;
  Known = What;
  return What.Kind == InputKind::Content;
}

void Inputs::noteFolder(std::string_view Path) {
  while (Path.size() > 1 && Path.back() == '/')
    Path.remove_suffix(1);
  if (Folders.find(Path) == Folders.end())
    Folders.try_emplace(std::string(Path));
}

void Inputs::noteNames(std::string_view Path, const ContentKey &Names) {
  noteFolder(Path);
  while (Path.size() > 1 && Path.back() == '/')
    Path.remove_suffix(1);
  Folders.find(Path)->second.Names.insert_or_assign(
      "", Input{InputKind::Names, Names});
}

void Inputs::resolve() {
  for (auto &[Path, Folder] : Folders) {
    Folder.Real = resolved(Path);
    for (auto &[Name, What] : Folder.Names) {
      if (What.Kind != InputKind::Content)
        continue;
      std::string File = joinPath(Path, Name);
      struct stat Status;
      if (lstat(File.c_str(), &Status) == 0 && S_ISLNK(Status.st_mode))
        What.Key = linkKey(What.Key, resolved(File));
    }
  }
}

void Inputs::merge(const Inputs &Other) {
  for (const auto &[Path, Folder] : Other.Folders) {
    InputFolder &Mine = Folders.try_emplace(Path).first->second;
    if (Mine.Real.empty())
      Mine.Real = Folder.Real;
    for (const auto &[Name, What] : Folder.Names) {
      Input &Known = Mine.Names.try_emplace(Name, What).first->second;
      if (Known.Kind == InputKind::Present)
        Known = What;
    }
  }
}

void Inputs::write(ByteWriter &Out) const {
  Out.put(static_cast<uint32_t>(Folders.size()));
  for (const auto &[Path, Folder] : Folders) {
    Out.putText(Path).putText(Folder.Real);
    Out.put(static_cast<uint32_t>(Folder.Names.size()));
    for (const auto &[Name, What] : Folder.Names) {
      Out.putText(Name).put(What.Kind);
      if (What.Kind == InputKind::Content || What.Kind == InputKind::Names)
        Out.put(What.Key);
    }
  }
}

bool Inputs::read(ByteReader &In) {
  Folders.clear();
  constexpr size_t LeastFolder = 12, LeastName = 5;
  for (uint32_t Left = In.getCount(LeastFolder); Left && In.good(); --Left) {
    // In order when written: the end is where the next belongs.
    std::string_view Path = In.getText();
    InputFolder &Folder =
        Folders.emplace_hint(Folders.end(), Path, InputFolder())->second;
    Folder.Real = In.getText();
    for (uint32_t Names = In.getCount(LeastName); Names && In.good(); --Names) {
      std::string_view Name = In.getText();
      Input What;
      What.Kind = In.get<InputKind>();
      if (What.Kind == InputKind::Content || What.Kind == InputKind::Names)
        What.Key = In.get<ContentKey>();
      Folder.Names.emplace_hint(Folder.Names.end(), Name, What);
    }
  }
  return In.good();
}

} // namespace nostall::cache
