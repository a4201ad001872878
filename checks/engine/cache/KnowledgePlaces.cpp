//===- KnowledgePlaces.cpp - where knowledge was looked for -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/KnowledgePlaces.h"

#include <algorithm>

#include <dirent.h>
#include <sys/stat.h>

namespace nostall::cache {

/// A missing file has no content, and no key like that of an empty one.
ContentKey KnowledgePlaces::contentsOf(const Place &P) {
  KeyBuilder Key;
  for (const std::string &Name : P.Files) {
    std::optional<std::string> Bytes = readWhole(P.Folder + "/" + Name);
    Key.add(Name).add(uint64_t(Bytes.has_value()));
    Key.add(Bytes ? keyOf(*Bytes) : ContentKey());
  }
  return Key.finish();
}

KnowledgePlaces::Place KnowledgePlaces::lookIn(const std::string &Folder) {
  Place P;
  P.Folder = Folder;
  struct stat Status;
  // Stamped before it is listed: what comes later changes the stamp.
  if (stat(Folder.c_str(), &Status) == 0) {
    P.Stamp = stampOf(Status);
    P.Settled = isSettled(P.Stamp);
  }
  if (DIR *Listing = opendir(Folder.c_str())) {
    while (const dirent *Entry = readdir(Listing))
      if (std::string_view(Entry->d_name).ends_with("nostall.yaml"))
        P.Files.push_back(Entry->d_name);
    closedir(Listing);
  }
  std::sort(P.Files.begin(), P.Files.end());
  P.Contents = contentsOf(P);
  return P;
}

KnowledgePlaces
KnowledgePlaces::look(const std::vector<std::string> &Folders) {
  KnowledgePlaces Found;
  for (const std::string &Folder : Folders)
    Found.Places.push_back(lookIn(Folder));
  return Found;
}

bool KnowledgePlaces::hold() const {
  for (const Place &P : Places) {
    struct stat Status;
    bool Untouched = P.Settled && stat(P.Folder.c_str(), &Status) == 0 &&
                     stampOf(Status) == P.Stamp;
    if (Untouched) {
      if (!P.Files.empty() && contentsOf(P) != P.Contents)
        return false;
      continue;
    }
    Place Now = lookIn(P.Folder);
    if (Now.Files != P.Files || Now.Contents != P.Contents)
      return false;
  }
  return true;
}

void KnowledgePlaces::write(ByteWriter &Out) const {
  Out.put(static_cast<uint32_t>(Places.size()));
  for (const Place &P : Places) {
    Out.putText(P.Folder).put(P.Stamp).put(P.Settled).put(P.Contents);
    Out.put(static_cast<uint32_t>(P.Files.size()));
    for (const std::string &Name : P.Files)
      Out.putText(Name);
  }
}

KnowledgePlaces KnowledgePlaces::read(ByteReader &In) {
  KnowledgePlaces Found;
  for (uint32_t Left = In.getCount(8); Left && In.good(); --Left) {
    Place P;
    P.Folder = In.getText();
    P.Stamp = In.get<FileStamp>();
    P.Settled = In.get<bool>();
    P.Contents = In.get<ContentKey>();
    for (uint32_t Names = In.getCount(4); Names && In.good(); --Names)
      P.Files.emplace_back(In.getText());
    Found.Places.push_back(std::move(P));
  }
  return Found;
}

} // namespace nostall::cache
