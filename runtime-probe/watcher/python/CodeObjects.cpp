//===- CodeObjects.cpp - names and lines of Python's functions ------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/CodeObjects.h"

#include "watcher/python/Layout311.h"

#include <algorithm>

using namespace nostall;
using namespace nostall::layout311;

/// Beyond, the process makes code objects without end; begin anew.
static constexpr size_t MaxKnown = 16384;
/// Longer names are cut: a path is shorter, and a name that long says no more.
static constexpr uint64_t MaxShownLength = 4096;
/// No length beyond is believed.
static constexpr uint64_t MaxLength = 1 << 28;
static constexpr uint64_t MaxLineTable = 4 << 20;
static constexpr uint64_t MaxUnits = 1 << 28;

static constexpr uint32_t ReplacementCharacter = 0xFFFD;

static void appendUtf8(std::string &Text, uint32_t Point) {
  if (Point < 0x80) {
    Text += static_cast<char>(Point);
    return;
  }
  if (Point < 0x800) {
    Text += static_cast<char>(0xC0 | Point >> 6);
  } else if (Point < 0x10000) {
    Text += static_cast<char>(0xE0 | Point >> 12);
    Text += static_cast<char>(0x80 | (Point >> 6 & 63));
  } else {
    Text += static_cast<char>(0xF0 | Point >> 18);
    Text += static_cast<char>(0x80 | (Point >> 12 & 63));
    Text += static_cast<char>(0x80 | (Point >> 6 & 63));
  }
  Text += static_cast<char>(0x80 | (Point & 63));
}

/// Characters of one, two or four bytes each. Nothing when one is none.
static std::optional<std::string> decodeString(std::span<const uint8_t> Bytes,
                                               unsigned Kind, bool IsAscii) {
  std::string Text;
  Text.reserve(Bytes.size());
  for (size_t At = 0; At + Kind <= Bytes.size(); At += Kind) {
    uint32_t Point = 0;
    std::memcpy(&Point, &Bytes[At], Kind); // Little-endian, as the target.
    if (Point > 0x10FFFF || (IsAscii && Point >= 0x80))
      return std::nullopt;
    // Undecodable bytes of file names are lone surrogates: no UTF-8 for them.
    if (Point >= 0xD800 && Point <= 0xDFFF)
      Point = ReplacementCharacter;
    appendUtf8(Text, Point);
  }
  return Text;
}

/// In memory that was freed, the allocator's pointers take the place of the
/// count of references, or it is 0. The type often stays.
template <size_t N>
static bool isObject(const std::array<std::byte, N> &Head, uint64_t Type) {
  static constexpr uint64_t MaxCount = uint64_t(1) << 32;
  const auto Count = fieldAt<uint64_t>(Head, ObjectCount);
  return Count > 0 && Count < MaxCount &&
         fieldAt<uint64_t>(Head, ObjectType) == Type;
}

/// Only the compact forms; names are never of the old form in two parts.
std::optional<std::string> CodeObjects::readString(MemorySnapshot &Pages,
                                                   uint64_t Address) const {
  std::array<std::byte, StringAsciiData> Head;
  if (!Pages.readValue(Address, Head) || !isObject(Head, Image.UnicodeType))
    return std::nullopt;
  const auto Length = fieldAt<uint64_t>(Head, StringLength);
  const auto State = fieldAt<uint32_t>(Head, StringState);
  const unsigned Kind = State >> 2 & 7;
  const bool IsCompact = State >> 5 & 1;
  const bool IsAscii = State >> 6 & 1;
  const bool IsReady = State >> 7 & 1;
  if (!IsCompact || !IsReady || (Kind != 1 && Kind != 2 && Kind != 4) ||
      (IsAscii && Kind != 1) || Length > MaxLength)
    return std::nullopt;
  std::vector<uint8_t> Bytes(std::min(Length, MaxShownLength) * Kind);
  if (!Pages.read(Address + (IsAscii ? StringAsciiData : StringCompactData),
                  Bytes.data(), Bytes.size()))
    return std::nullopt;
  return decodeString(Bytes, Kind, IsAscii);
}

std::optional<LineTable> CodeObjects::readLines(MemorySnapshot &Pages,
                                                const Parts &Object) const {
  std::array<std::byte, BytesData> Head;
  if (!Pages.readValue(Object.LineTable, Head) ||
      !isObject(Head, Image.BytesType))
    return std::nullopt;
  const auto Size = fieldAt<uint64_t>(Head, ObjectSize);
  if (Size > MaxLineTable)
    return std::nullopt;
  std::vector<uint8_t> Bytes(Size);
  if (!Pages.read(Object.LineTable + BytesData, Bytes.data(), Size))
    return std::nullopt;
  return LineTable::decode(Bytes, Object.FirstLine);
}

std::optional<CodeObjects::Parts>
CodeObjects::readParts(MemorySnapshot &Pages, uint64_t Address) const {
  std::array<std::byte, CodeAdaptive> Head;
  if (!Pages.readValue(Address, Head) || !isObject(Head, Image.CodeType))
    return std::nullopt;
  Parts Object;
  Object.QualName = fieldAt<uint64_t>(Head, CodeQualName);
  Object.FileName = fieldAt<uint64_t>(Head, CodeFileName);
  Object.LineTable = fieldAt<uint64_t>(Head, CodeLineTable);
  Object.Units = fieldAt<uint64_t>(Head, ObjectSize);
  Object.FirstLine = fieldAt<int32_t>(Head, CodeFirstLine);
  if (Object.Units > MaxUnits || Object.FirstLine < 0)
    return std::nullopt;
  return Object;
}

void CodeObjects::loadOne(MemorySnapshot &Pages, uint64_t Address) {
  const std::optional<Parts> Object = readParts(Pages, Address);
  std::optional<std::string> Function, File;
  if (Object) {
    const uint64_t Names[] = {Object->QualName, Object->FileName};
    Pages.prefetch(Names);
    Function = readString(Pages, Object->QualName);
    File = readString(Pages, Object->FileName);
  }
  if (!Object || !Function || !File) {
    Cache.erase(Address);
    return;
  }
  const auto It = Cache.find(Address);
  if (It != Cache.end() && It->second.Read == *Object &&
      It->second.Code.Function == *Function && It->second.Code.File == *File)
    return;
  std::optional<LineTable> Lines = readLines(Pages, *Object);
  if (!Lines) {
    Cache.erase(Address);
    return;
  }
  PythonCode Code{std::move(*Function),
                  std::move(*File),
                  Object->FirstLine,
                  Address + CodeAdaptive,
                  static_cast<size_t>(Object->Units),
                  std::move(*Lines)};
  if (It != Cache.end())
    Replaced.insert(Address);
  Cache.insert_or_assign(Address, Known{*Object, std::move(Code)});
}

void CodeObjects::load(std::span<const uint64_t> Addresses) {
  if (Cache.size() > MaxKnown)
    Cache.clear();
  Replaced.clear();
  MemorySnapshot Pages(Memory);
  // All that was needed the last time, in one read.
  std::vector<uint64_t> Needed;
  for (const uint64_t Address : Addresses) {
    Needed.push_back(Address);
    Needed.push_back(Address + CodeAdaptive - 1);
    if (const auto It = Cache.find(Address); It != Cache.end()) {
      Needed.push_back(It->second.Read.QualName);
      Needed.push_back(It->second.Read.FileName);
    }
  }
  Pages.prefetch(Needed);
  for (const uint64_t Address : Addresses)
    loadOne(Pages, Address);
}

const PythonCode *CodeObjects::find(uint64_t Address) const {
  const auto It = Cache.find(Address);
  return It == Cache.end() ? nullptr : &It->second.Code;
}
