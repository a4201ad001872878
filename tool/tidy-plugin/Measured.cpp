//===- Measured.cpp - what findings cost at run time ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tidy-plugin/Measured.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace json = llvm::json;

namespace nostall {

/// Three digits are enough to decide by.
static std::string duration(int64_t Ns) {
  auto In = [&](double Unit, const char *Name) {
    double Value = Ns / Unit;
    return llvm::formatv(Value < 10    ? "{0:f2} {1}"
                         : Value < 100 ? "{0:f1} {1}"
                                       : "{0:f0} {1}",
                         Value, Name)
        .str();
  };
  if (Ns < 1'000'000)
    return In(1e3, "us");
  return Ns < 1'000'000'000 ? In(1e6, "ms") : In(1e9, "s");
}

static std::string words(const json::Object &Measured) {
  llvm::StringRef State = Measured.getString("state").value_or("");
  auto Number = [&](llvm::StringRef Key) {
    return Measured.getInteger(Key).value_or(0);
  };
  if (State == "confirmed") {
    int64_t Count = Number("count");
    return llvm::formatv("measured: {0} stall{1}, longest {2}, {3} in all",
                         Count, Count == 1 ? "" : "s",
                         duration(Number("max_ns")),
                         duration(Number("total_ns")));
  }
  if (State == "ran") {
    int64_t Calls = Number("calls");
    if (!Calls)
      return "measured: ran, no stall";
    return llvm::formatv("measured: ran {0} time{1}, at most {2}, no stall",
                         Calls, Calls == 1 ? "" : "s",
                         duration(Number("calls_max_ns")));
  }
  if (State == "not-executed")
    return "measured: was not seen to run";
  return "";
}

llvm::Expected<MeasuredCosts> readMeasuredCosts(llvm::StringRef Path) {
  auto Fail = [&](const std::string &Why) {
    return llvm::createStringError(Path + ": " + Why);
  };
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return Fail(Buffer.getError().message());
  llvm::Expected<json::Value> Root = json::parse((*Buffer)->getBuffer());
  if (!Root)
    return Fail(llvm::toString(Root.takeError()));
  const json::Object *Top = Root->getAsObject();
  const json::Array *Findings = Top ? Top->getArray("findings") : nullptr;
  if (!Findings)
    return Fail("no findings JSON: it has no list \"findings\"");
  MeasuredCosts Costs;
  for (const json::Value &Value : *Findings) {
    const json::Object *F = Value.getAsObject();
    const json::Object *Measured = F ? F->getObject("measured") : nullptr;
    std::optional<llvm::StringRef> Fingerprint =
        F ? F->getString("fingerprint") : std::nullopt;
    if (!Measured || !Fingerprint)
      continue;
    if (std::string Text = words(*Measured); !Text.empty())
      Costs[*Fingerprint] = std::move(Text);
  }
  return Costs;
}

} // namespace nostall
