#include "engine/run/UnitExtractor.h"
#include "engine/summary/SummaryIO.h"
#include "engine/summary/SummaryJson.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/FileSystem.h"
using namespace nostall;
int main(int argc, char **argv) {
  std::string Cmd = argv[1];
  if (Cmd == "dump-summary") {
    auto S = readSummaryFile(argv[2]);
    if (!S) { llvm::errs() << llvm::toString(S.takeError()) << "\n"; return 2; }
    writeSummaryJson(*S, llvm::outs());
    return 0;
  }
  // x BUILD ROOT OUT [deep] FILE...
  std::string Err;
  auto DB = clang::tooling::CompilationDatabase::loadFromDirectory(argv[2], Err);
  ScopeOptions O; O.Roots = {argv[3]}; O.Deep = std::string(argv[5]) == "deep";
  for (int i = 6; i < argc; i++) {
    for (auto &C : DB->getCompileCommands(argv[i])) {
      auto R = extractUnit(C, O);
      llvm::errs() << R.Diagnostics;
      if (R.Summary) { if (auto E = writeSummaryFile(*R.Summary, argv[4])) llvm::errs() << llvm::toString(std::move(E)); }
    }
  }
}
