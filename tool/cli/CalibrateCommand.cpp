//===- CalibrateCommand.cpp - calibrate -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "calibrate/CallCosts.h"
#include "calibrate/ComputeUnit.h"
#include "calibrate/CostsFile.h"
#include "model/Amounts.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace nostall {
namespace {

struct CalibrateArguments {
  std::string Folder = ".";
  std::string Output;
};

/// The processor's name, as the kernel has it.
std::string machineName() {
  auto Buffer = llvm::MemoryBuffer::getFileAsStream("/proc/cpuinfo");
  if (!Buffer)
    return "unknown";
  llvm::SmallVector<llvm::StringRef, 64> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  for (llvm::StringRef Line : Lines)
    if (Line.starts_with("model name"))
      return Line.split(':').second.trim().str();
  return "unknown";
}

void print(const MachineCosts &Costs, const std::vector<UnitLoop> &Loops) {
  llvm::outs() << Costs.Machine << '\n'
               << fmt::format("computes {:.2f} times as long as the reference "
                              "machine\n",
                              Costs.Slowness);
  for (const UnitLoop &L : Loops)
    llvm::outs() << fmt::format("  {:<24} {:>8.2f} ns a round, reference {:.2f}"
                                " ns\n",
                                L.Name, L.Measured, L.Reference);
  llvm::outs() << "calls, median and worst\n";
  for (const auto &[Name, Cost] : Costs.Calls)
    llvm::outs() << fmt::format("  {:<24} {:>8} {:>8}\n", Name,
                                durationText(Cost.Median),
                                durationText(Cost.Worst));
}

int calibrate(const CalibrateArguments &Args) {
  std::string Output = Args.Output.empty() ? usualCostsFile() : Args.Output;
  if (Output.empty()) {
    printError("calibrate: there is no home folder; name a file with --output");
    return EX_Incomplete;
  }
  int Exit = EX_Clean;
  MachineCosts Costs;
  Costs.Machine = machineName();
  std::vector<UnitLoop> Loops = measureUnitLoops();
  Costs.Slowness = slownessOf(Loops);
  CallCostResult Measured = measureCallCosts(Args.Folder);
  Costs.Calls = std::move(Measured.Calls);
  for (const std::string &Error : Measured.Errors) {
    printError("calibrate: " + Error);
    Exit = EX_Incomplete;
  }
  print(Costs, Loops);
  if (std::error_code EC = llvm::sys::fs::create_directories(
          llvm::sys::path::parent_path(Output))) {
    printError(fmt::format("{}: {}", Output, EC.message()));
    return EX_Incomplete;
  }
  if (llvm::Error E = llvm::writeToOutput(Output, [&](llvm::raw_ostream &OS) {
        writeCosts(Costs, OS);
        return llvm::Error::success();
      })) {
    printError(fmt::format("{}: {}", Output, llvm::toString(std::move(E))));
    return EX_Incomplete;
  }
  llvm::outs() << "written to " << Output << '\n';
  return Exit;
}

} // namespace

void addCalibrateCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<CalibrateArguments>();
  CLI::App *Sub = App.add_subcommand(
      "calibrate", "Measure what computing and blocking calls cost on this "
                   "machine");
  Sub->add_option("--folder", Args->Folder,
                  "Where to make files: on the disk that matters")
      ->type_name("FOLDER")
      ->capture_default_str();
  Sub->add_option("-o,--output", Args->Output,
                  "The file to write; by default the one that check reads, "
                  "nostall/costs.json below $XDG_CONFIG_HOME or ~/.config")
      ->type_name("FILE");
  Sub->callback([Args, &Exit] { Exit = calibrate(*Args); });
}

} // namespace nostall
