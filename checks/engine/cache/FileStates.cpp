//===- FileStates.cpp - the files as they are now ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/FileStates.h"

#include <algorithm>
#include <dirent.h>
#include <memory>
#include <sys/stat.h>
#include <vector>

namespace nostall::cache {

std::optional<ContentKey> keyOfNames(const std::string &Path) {
  std::unique_ptr<DIR, decltype(&closedir)> Open(opendir(Path.c_str()),
                                                 &closedir);
  if (!Open)
    return std::nullopt;
  std::vector<std::string> Names;
  while (dirent *Entry = readdir(Open.get()))
    Names.push_back(Entry->d_name);
  std::sort(Names.begin(), Names.end());
  KeyBuilder Key;
  for (const std::string &Name : Names)
    Key.add(Name);
  return Key.finish();
}

//===----------------------------------------------------------------------===//
// What earlier runs knew
//===----------------------------------------------------------------------===//

FileStates::FileStates(Store &Kept, const ContentKey &Project)
    : Kept(Kept), Project(Project) {
  std::optional<std::string> Bytes = Kept.read(EntryKind::Files, Project);
  if (!Bytes)
    return;
  ByteReader In(*Bytes);
  for (uint32_t Left = In.getCount(8); Left && In.good(); --Left) {
    TextMap<Remembered> &Names =
        Known.try_emplace(std::string(In.getText())).first->second;
    for (uint32_t More = In.getCount(52); More && In.good(); --More) {
      std::string_view Name = In.getText();
      Remembered R;
      R.Stamp = In.get<FileStamp>();
      R.Key = In.get<ContentKey>();
      Names.try_emplace(std::string(Name), R);
    }
  }
  if (!In.atEnd())
    Known.clear();
}

void FileStates::save() const {
  ByteWriter Out;
  Out.put(static_cast<uint32_t>(Folders.size()));
  for (const auto &[Path, In] : Folders) {
    std::vector<std::pair<std::string_view, const State *>> Sure;
    for (const auto &[Name, S] : In.Names)
      if (S.Settled && S.HasKey && !S.IsFolder && !S.IsLink)
        Sure.push_back({Name, &S});
    Out.putText(Path).put(static_cast<uint32_t>(Sure.size()));
    for (const auto &[Name, S] : Sure)
      Out.putText(Name).put(S->Stamp).put(S->Key);
  }
  Kept.write(EntryKind::Files, Project, Out.bytes());
}

//===----------------------------------------------------------------------===//
// Looking
//===----------------------------------------------------------------------===//

FileStates::Folder &FileStates::folder(std::string_view Path) {
  auto It = Folders.find(Path);
  if (It == Folders.end())
    It = Folders.try_emplace(std::string(Path)).first;
  Folder &In = It->second;
  if (In.Looked)
    return In;
  In.Looked = true;
  In.Path = It->first;
  // The stamp first: what comes into the folder later must show.
  struct stat Status;
  if (stat(In.Path.c_str(), &Status) != 0 || !S_ISDIR(Status.st_mode))
    return In;
  In.Stamp = stampOf(Status);
  In.Settled = isSettled(In.Stamp);
  In.Real = resolved(In.Path);
  return In;
}

void FileStates::look(Folder &In, std::string_view Name, State &S) const {
  S.Looked = true;
  if (In.Real.empty())
    return;
  std::string Path = joinPath(In.Path, Name);
  struct stat Status;
  if (lstat(Path.c_str(), &Status) != 0)
    return;
  S.IsLink = S_ISLNK(Status.st_mode);
  if (S.IsLink && stat(Path.c_str(), &Status) != 0) {
    // The folder's stamp does not tell when its target comes.
    In.Settled = false;
    return;
  }
  S.IsThere = true;
  S.IsFolder = S_ISDIR(Status.st_mode);
  S.Stamp = stampOf(Status);
  S.Settled = isSettled(S.Stamp);
}

bool FileStates::findKey(Folder &In, std::string_view Name, State &S) {
  if (S.HasKey || !S.IsThere || S.IsFolder)
    return S.HasKey;
  if (S.Settled && !S.IsLink)
    if (auto Names = Known.find(In.Path); Names != Known.end())
      if (auto It = Names->second.find(Name);
          It != Names->second.end() && It->second.Stamp == S.Stamp) {
        S.Key = It->second.Key;
        return S.HasKey = true;
      }
  std::string Path = joinPath(In.Path, Name);
  std::optional<std::string> Bytes = readWhole(Path);
  if (!Bytes)
    return false;
  S.Key = keyOf(*Bytes);
  if (S.IsLink)
    S.Key = linkKey(S.Key, resolved(Path));
  return S.HasKey = true;
}

bool FileStates::findNames(Folder &In, State &S) const {
  std::optional<ContentKey> Key = keyOfNames(In.Path);
  S.HasKey = Key.has_value();
  S.Key = Key.value_or(ContentKey());
  return S.HasKey;
}

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

bool FileStates::isAs(Folder &In, std::string_view Name, State &S,
                      const Input &What) {
  if (What.Kind == InputKind::Names)
    return (S.HasKey || findNames(In, S)) && S.Key == What.Key;
  if (!S.Looked)
    look(In, Name, S);
  switch (What.Kind) {
  case InputKind::Absent:
    return !S.IsThere;
  case InputKind::Present:
    return S.IsThere && !S.IsFolder;
  case InputKind::Content:
    return findKey(In, Name, S) && S.Key == What.Key;
  case InputKind::Names:
    break;
  }
  return false;
}

bool FileStates::hold(Folder &In, std::string_view Name, const Input &What) {
  auto It = In.Names.find(Name);
  if (It == In.Names.end())
    It = In.Names.try_emplace(std::string(Name)).first;
  State &S = It->second;
  if (!isAs(In, Name, S, What))
    return false;
  if (!S.Needed || *S.Needed == InputKind::Present)
    S.Needed = What.Kind;
  return true;
}

bool FileStates::hold(ByteReader &In) {
  constexpr size_t LeastFolder = 12, LeastName = 5;
  for (uint32_t Left = In.getCount(LeastFolder); Left && In.good(); --Left) {
    Folder &Here = folder(In.getText());
    Here.Needed = true;
    if (Here.Real != In.getText())
      return false;
    for (uint32_t Names = In.getCount(LeastName); Names && In.good(); --Names) {
      std::string_view Name = In.getText();
      Input What;
      What.Kind = In.get<InputKind>();
      if (What.Kind == InputKind::Content || What.Kind == InputKind::Names)
        What.Key = In.get<ContentKey>();
      if (!hold(Here, Name, What))
        return false;
    }
  }
  return In.good();
}

bool FileStates::hold(const Inputs &In) {
  ByteWriter Out;
  In.write(Out);
  ByteReader Bytes(Out.bytes());
  return hold(Bytes);
}

std::optional<ContentKey> FileStates::contentOf(const std::string &Path) {
  auto [Where, Name] = splitPath(Path);
  Folder &In = folder(Where);
  State &S = In.Names.try_emplace(std::string(Name)).first->second;
  if (!S.Looked)
    look(In, Name, S);
  if (!findKey(In, Name, S))
    return std::nullopt;
  return S.Key;
}

void FileStates::lookAgain(const std::string &Path) {
  auto [Where, Name] = splitPath(Path);
  Folder &In = folder(Where);
  if (auto It = In.Names.find(Name); It != In.Names.end())
    In.Names.erase(It);
}

bool FileStates::requireUntouched(const std::string &Path) {
  auto [Where, Name] = splitPath(Path);
  Folder &In = folder(Where);
  In.Needed = true;
  State &S = In.Names.try_emplace(std::string(Name)).first->second;
  if (!S.Looked)
    look(In, Name, S);
  S.Needed = InputKind::Content;
  S.Untouched = true;
  return S.IsThere && !S.IsFolder;
}

void FileStates::writeRecord(ByteWriter &Out) const {
  uint32_t Count = 0;
  for (const auto &[Path, In] : Folders)
    Count += In.Needed;
  Out.put(Count);
  for (const auto &[Path, In] : Folders) {
    if (!In.Needed)
      continue;
    Out.putText(Path).putText(In.Real).put(In.Stamp).put(In.Settled);
    uint32_t Names = 0;
    for (const auto &[Name, S] : In.Names)
      Names += S.Needed.has_value();
    Out.put(Names);
    for (const auto &[Name, S] : In.Names) {
      if (!S.Needed)
        continue;
      Out.putText(Name).put(*S.Needed);
      if (*S.Needed == InputKind::Content)
        Out.put(S.Stamp)
            .put(static_cast<bool>(S.Settled && !S.IsLink))
            .put(S.Untouched ? ContentKey() : S.Key);
      else if (*S.Needed == InputKind::Names)
        Out.put(S.Key);
    }
  }
}

} // namespace nostall::cache
