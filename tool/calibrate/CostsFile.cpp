//===- CostsFile.cpp - a machine's costs as a file --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "calibrate/CostsFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"

namespace nostall {

static constexpr int64_t CostsFormat = 1;

void writeCosts(const MachineCosts &Costs, llvm::raw_ostream &OS) {
  llvm::json::OStream J(OS, 2);
  J.object([&] {
    J.attribute("format", CostsFormat);
    J.attribute("machine", llvm::json::fixUTF8(Costs.Machine));
    J.attribute("slowness", Costs.Slowness);
    J.attributeObject("calls", [&] {
      for (const auto &[Name, Cost] : Costs.Calls)
        J.attributeObject(Name, [&] {
          J.attribute("median_ns", static_cast<int64_t>(Cost.Median));
          J.attribute("worst_ns", static_cast<int64_t>(Cost.Worst));
        });
    });
  });
  OS << '\n';
}

static llvm::Error bad(llvm::StringRef Path, const llvm::Twine &What) {
  return llvm::createStringError(Path + ": " + What);
}

llvm::Expected<MachineCosts> readCosts(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return bad(Path, Buffer.getError().message());
  llvm::Expected<llvm::json::Value> Parsed =
      llvm::json::parse((*Buffer)->getBuffer());
  if (!Parsed)
    return bad(Path, llvm::toString(Parsed.takeError()));
  const llvm::json::Object *Root = Parsed->getAsObject();
  if (!Root || Root->getInteger("format") != CostsFormat)
    return bad(Path, "not a file that 'nostall calibrate' of this version "
                     "wrote");
  MachineCosts Costs;
  Costs.Machine = Root->getString("machine").value_or("").str();
  std::optional<double> Slowness = Root->getNumber("slowness");
  constexpr double Least = 0.01, Most = 1000;
  if (!Slowness || !(*Slowness >= Least && *Slowness <= Most))
    return bad(Path, "'slowness' is not a number from 0.01 to 1000");
  Costs.Slowness = *Slowness;
  if (const llvm::json::Object *Calls = Root->getObject("calls"))
    for (const auto &[Name, Value] : *Calls) {
      const llvm::json::Object *Call = Value.getAsObject();
      std::optional<int64_t> Median =
          Call ? Call->getInteger("median_ns") : std::nullopt;
      std::optional<int64_t> Worst =
          Call ? Call->getInteger("worst_ns") : std::nullopt;
      if (!Median || !Worst || *Median < 0 || *Worst < *Median)
        return bad(Path, "call '" + Name.str() +
                             "' has no 'median_ns' and 'worst_ns'");
      Costs.Calls[Name.str()] = {static_cast<uint64_t>(*Median),
                                 static_cast<uint64_t>(*Worst)};
    }
  return Costs;
}

std::string usualCostsFile() {
  llvm::SmallString<128> Path;
  if (std::optional<std::string> Config =
          llvm::sys::Process::GetEnv("XDG_CONFIG_HOME");
      Config && llvm::sys::path::is_absolute(*Config))
    Path = *Config;
  else if (llvm::sys::path::home_directory(Path))
    llvm::sys::path::append(Path, ".config");
  else
    return "";
  llvm::sys::path::append(Path, "nostall", "costs.json");
  return Path.str().str();
}

} // namespace nostall
