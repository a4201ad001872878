//===- Baseline.cpp - findings that were accepted ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Baseline.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <tuple>

namespace nostall {

static constexpr int64_t BaselineVersion = 1;

AcceptedFinding acceptedFrom(const Finding &F) {
  AcceptedFinding A{F.Fingerprint,  F.Check,   F.Sink.Function,
                    F.SinkFunction, F.Message, {}};
  for (const FurtherCall &C : F.Further)
    A.Also.push_back(C.Fingerprint);
  return A;
}

static llvm::Error problem(llvm::StringRef Path, const std::string &Text) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 fmt::format("{}: {}", Path.str(), Text));
}

/// LLVM's JSON errors begin with "[LINE:COLUMN, byte=N]: ". It has read the
/// character in question, so columns count from 1; but for the end of the file,
/// where there was none.
static llvm::Error syntaxError(llvm::StringRef Path, llvm::Error E) {
  std::string Text = llvm::toString(std::move(E));
  llvm::StringRef Rest = Text;
  if (!Rest.consume_front("["))
    return problem(Path, Text);
  auto [Where, What] = Rest.split(", byte=");
  auto [Line, Column] = Where.split(':');
  unsigned Number = 0;
  if (Column.getAsInteger(10, Number))
    return problem(Path, Text);
  return problem(
      fmt::format("{}:{}:{}", Path.str(), Line.str(), std::max(Number, 1u)),
      What.split(": ").second.str());
}

/// Where entry \p Index begins, for a message; one line per entry as we write
/// it, so the line of its fingerprint's text.
static std::string placeOf(llvm::StringRef Path, llvm::StringRef Text,
                           size_t Index) {
  size_t At = Text.find("\"findings\"");
  for (size_t I = 0; I <= Index && At != llvm::StringRef::npos; ++I)
    At = Text.find('{', At + 1);
  if (At == llvm::StringRef::npos)
    return Path.str();
  return fmt::format("{}:{}", Path.str(), Text.take_front(At).count('\n') + 1);
}

llvm::Expected<std::vector<AcceptedFinding>>
readBaseline(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return problem(Path, Buffer.getError().message());
  llvm::StringRef Text = (*Buffer)->getBuffer();
  llvm::Expected<llvm::json::Value> Root = llvm::json::parse(Text);
  if (!Root)
    return syntaxError(Path, Root.takeError());
  const llvm::json::Object *Top = Root->getAsObject();
  const llvm::json::Array *List = Top ? Top->getArray("findings") : nullptr;
  std::optional<int64_t> Version =
      Top ? Top->getInteger("version") : std::nullopt;
  if (!Version || !List)
    return problem(Path, "not a baseline: no 'version' or no 'findings'");
  if (*Version != BaselineVersion)
    return problem(Path, fmt::format("a baseline of version {}; this nostall "
                                     "reads version {}",
                                     *Version, BaselineVersion));
  std::vector<AcceptedFinding> Out;
  for (size_t I = 0; I < List->size(); ++I) {
    const llvm::json::Object *Entry = (*List)[I].getAsObject();
    auto Get = [&](llvm::StringRef Key) {
      return Entry ? Entry->getString(Key).value_or("").str() : std::string();
    };
    AcceptedFinding A{Get("fingerprint"), Get("check"),   Get("function"),
                      Get("sink"),        Get("message"), {}};
    if (const llvm::json::Array *Also =
            Entry ? Entry->getArray("also") : nullptr)
      for (const llvm::json::Value &V : *Also)
        A.Also.push_back(V.getAsString().value_or("").str());
    if (A.Fingerprint.empty())
      return problem(placeOf(Path, Text, I),
                     fmt::format("entry {} has no 'fingerprint'", I + 1));
    Out.push_back(std::move(A));
  }
  return Out;
}

llvm::Error writeBaseline(std::vector<AcceptedFinding> Findings,
                          llvm::StringRef Path) {
  // Not by fingerprint: what concerns one function stays together.
  llvm::sort(Findings, [](const AcceptedFinding &A, const AcceptedFinding &B) {
    return std::tie(A.Function, A.Check, A.Sink, A.Fingerprint) <
           std::tie(B.Function, B.Check, B.Sink, B.Fingerprint);
  });
  return llvm::writeToOutput(Path, [&](llvm::raw_ostream &OS) {
    OS << "{\n  \"version\": " << BaselineVersion << ",\n  \"findings\": [";
    const char *Separator = "\n";
    for (const AcceptedFinding &A : Findings) {
      // Keys come out in alphabetical order.
      auto Text = [](const std::string &S) { return llvm::json::fixUTF8(S); };
      llvm::json::Object Entry{{"check", Text(A.Check)},
                               {"fingerprint", Text(A.Fingerprint)},
                               {"function", Text(A.Function)},
                               {"message", Text(A.Message)},
                               {"sink", Text(A.Sink)}};
      if (!A.Also.empty())
        Entry["also"] = llvm::json::Array(A.Also);
      OS << Separator << "    " << llvm::json::Value(std::move(Entry));
      Separator = ",\n";
    }
    OS << (Findings.empty() ? "]\n}\n" : "\n  ]\n}\n");
    return llvm::Error::success();
  });
}

} // namespace nostall
