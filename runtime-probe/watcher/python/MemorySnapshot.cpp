//===- MemorySnapshot.cpp - pages of a process, copied --------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/MemorySnapshot.h"

#include <algorithm>

using namespace nostall;

std::vector<uint64_t>
MemorySnapshot::missingPages(std::span<const uint64_t> Addresses) const {
  std::vector<uint64_t> Missing;
  for (const uint64_t Address : Addresses) {
    const uint64_t PageAddress = pageOf(Address);
    if (!Pages.contains(PageAddress) &&
        std::find(Missing.begin(), Missing.end(), PageAddress) ==
            Missing.end() &&
        Pages.size() + Missing.size() < MaxPages)
      Missing.push_back(PageAddress);
  }
  return Missing;
}

/// Where to read these pages to.
void MemorySnapshot::addPages(std::span<const uint64_t> PageAddresses,
                              std::vector<std::unique_ptr<Page>> &Into,
                              std::vector<RemoteRange> &Ranges) {
  for (const uint64_t Address : PageAddresses) {
    // Not make_unique: that would clear the 4 KiB first.
    Into.emplace_back(new Page);
    Ranges.push_back({Address, Into.back()->Bytes.data(), PageSize});
  }
}

void MemorySnapshot::keepPages(std::span<const RemoteRange> Ranges,
                               std::span<std::unique_ptr<Page>> Fetched) {
  for (size_t I = 0; I < Ranges.size(); ++I)
    if (Ranges[I].WasRead)
      Pages[Ranges[I].Address] = std::move(Fetched[I]);
}

void MemorySnapshot::prefetch(std::span<const uint64_t> Addresses) {
  const std::vector<uint64_t> Missing = missingPages(Addresses);
  std::vector<std::unique_ptr<Page>> Fetched;
  std::vector<RemoteRange> Ranges;
  addPages(Missing, Fetched, Ranges);
  if (Ranges.empty())
    return;
  Memory.readAll(Ranges);
  keepPages(Ranges, Fetched);
}

void MemorySnapshot::prefetchBoth(MemorySnapshot &First,
                                  std::span<const uint64_t> OfFirst,
                                  MemorySnapshot &Second,
                                  std::span<const uint64_t> OfSecond) {
  const std::vector<uint64_t> Missing = First.missingPages(OfFirst);
  std::vector<std::unique_ptr<Page>> Fetched;
  std::vector<RemoteRange> Ranges;
  addPages(Missing, Fetched, Ranges);
  addPages(Second.missingPages(OfSecond), Fetched, Ranges);
  if (Ranges.empty())
    return;
  First.Memory.readAll(Ranges);
  const std::span<RemoteRange> AllRanges(Ranges);
  const std::span<std::unique_ptr<Page>> AllFetched(Fetched);
  const size_t Count = Missing.size();
  First.keepPages(AllRanges.first(Count), AllFetched.first(Count));
  Second.keepPages(AllRanges.subspan(Count), AllFetched.subspan(Count));
}

bool MemorySnapshot::read(uint64_t Address, void *Into, size_t Size) {
  if (Size > MaxPages * PageSize || Address >= AddressLimit)
    return false;
  std::vector<uint64_t> Late;
  for (uint64_t At = pageOf(Address); At < Address + Size; At += PageSize)
    if (!Pages.contains(At))
      Late.push_back(At);
  if (!Late.empty()) {
    HasLatePage = true;
    prefetch(Late);
  }
  auto *To = static_cast<std::byte *>(Into);
  while (Size != 0) {
    const uint64_t PageAddress = pageOf(Address);
    const auto It = Pages.find(PageAddress);
    if (It == Pages.end())
      return false;
    if (!It->second->IsUsed) {
      It->second->IsUsed = true;
      Used.push_back(PageAddress);
    }
    const size_t Offset = Address - PageAddress;
    const size_t Part = std::min(Size, PageSize - Offset);
    std::memcpy(To, It->second->Bytes.data() + Offset, Part);
    To += Part;
    Address += Part;
    Size -= Part;
  }
  return true;
}
