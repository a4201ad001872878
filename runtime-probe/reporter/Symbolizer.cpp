//===- Symbolizer.cpp - addresses to functions and lines --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Symbolizer.h"

#include "reporter/CleanText.h"
#include "reporter/DebugFiles.h"
#include "reporter/FunctionName.h"
#include "reporter/StackShape.h"

#include "llvm/DebugInfo/DWARF/DWARFCompileUnit.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/DebugInfo/Symbolize/SymbolizableObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <unordered_map>

namespace nostall::report {

using llvm::StringRef;

namespace {

/// Below the working directory a file is named from there, as in findings.
std::string displayPath(StringRef File, StringRef Cwd) {
  if (File == llvm::DILineInfo::BadString)
    return "";
  llvm::SmallString<256> Path(File);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  StringRef Rest = Path;
  if (Rest.consume_front(Cwd) && Rest.consume_front("/"))
    return cleanText(Rest);
  return cleanText(Path);
}

} // namespace

//===----------------------------------------------------------------------===//
// One module
//===----------------------------------------------------------------------===//

class Symbolizer::Module {
public:
  Module(const trace::Module &M, const std::vector<std::string> &Folders,
         StringRef Cwd);
  const Stack &at(uint64_t Address);
  ModuleProblem problem() const { return {Path, Files.Problem}; }

private:
  Stack look(uint64_t Address);
  llvm::SmallVector<llvm::DWARFDie, 4> functionsAt(uint64_t Address);
  const NamespaceSet &namespacesOf(llvm::ArrayRef<llvm::DWARFDie> Functions);

  std::string Path;
  std::string Cwd;
  DebugFiles Files;
  std::unique_ptr<llvm::symbolize::SymbolizableObjectFile> Reader;
  llvm::DWARFContext *Debug = nullptr; ///< Reader owns it.
  std::unordered_map<uint64_t, Stack> Known;
  std::unordered_map<const llvm::DWARFUnit *, NamespaceSet> Namespaces;
};

Symbolizer::Module::Module(const trace::Module &M,
                           const std::vector<std::string> &Folders,
                           StringRef Cwd)
    : Path(cleanText(M.path())), Cwd(Cwd) {
  // "[vdso]", "[jit]": nothing to be missed.
  if (StringRef(M.path()).starts_with("["))
    return;
  Files = findDebugFiles(M.path(), M.build_id(), Folders);
  const auto *Symbols = Files.Symbols.getBinary();
  if (!Symbols)
    return;
  const auto *Separate = Files.Debug.getBinary();
  // Damage in debug information costs names, not the report.
  auto Ignore = [](llvm::Error E) { llvm::consumeError(std::move(E)); };
  std::unique_ptr<llvm::DWARFContext> Context = llvm::DWARFContext::create(
      Separate ? *Separate : *Symbols,
      llvm::DWARFContext::ProcessDebugRelocations::Process, nullptr, "", Ignore,
      Ignore);
  Debug = Context.get();
  auto Made = llvm::symbolize::SymbolizableObjectFile::create(
      Symbols, std::move(Context), /*UntagAddresses=*/false);
  if (Made) {
    Reader = std::move(*Made);
    return;
  }
  Debug = nullptr;
  Files.Problem = cleanText(llvm::toString(Made.takeError()));
}

/// The function at the address and those it is inlined into.
llvm::SmallVector<llvm::DWARFDie, 4>
Symbolizer::Module::functionsAt(uint64_t Address) {
  llvm::SmallVector<llvm::DWARFDie, 4> Chain;
  llvm::DWARFCompileUnit *Unit = Debug->getCompileUnitForCodeAddress(Address);
  if (!Unit)
    return Chain;
  // With split debug information the unit is only the skeleton.
  llvm::DWARFDie Root =
      Unit->getNonSkeletonUnitDIE(/*ExtractUnitDIEOnly=*/false);
  if (Root)
    Root.getDwarfUnit()->getInlinedChainForAddress(Address, Chain);
  return Chain;
}

/// The inline namespaces of the unit that the functions are of.
const NamespaceSet &
Symbolizer::Module::namespacesOf(llvm::ArrayRef<llvm::DWARFDie> Functions) {
  llvm::DWARFUnit *Unit =
      Functions.empty() ? nullptr : Functions.front().getDwarfUnit();
  auto [It, New] = Namespaces.try_emplace(Unit);
  if (New && Unit)
    It->second =
        inlineNamespaces(Unit->getUnitDIE(/*ExtractUnitDIEOnly=*/false));
  return It->second;
}

Stack Symbolizer::Module::look(uint64_t Address) {
  Frame Unknown;
  Unknown.Module = Path;
  // Beyond the code a symbol table answers with its last symbol.
  if (!Reader || !isCode(*Files.Symbols.getBinary(), Address))
    return {Unknown};
  llvm::DILineInfoSpecifier Wanted(
      llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath,
      llvm::DINameKind::LinkageName);
  llvm::DIInliningInfo Inlined = Reader->symbolizeInlinedCode(
      {Address, llvm::object::SectionedAddress::UndefSection}, Wanted,
      /*UseSymbolTable=*/true);
  llvm::SmallVector<llvm::DWARFDie, 4> Functions = functionsAt(Address);
  uint32_t Count = Inlined.getNumberOfFrames();
  Stack Frames;
  for (uint32_t I = 0; I < Count; ++I) {
    const llvm::DILineInfo &Info = Inlined.getFrame(I);
    Frame F = Unknown;
    if (Functions.size() == Count)
      F.Function = cleanText(functionNameOfDie(Functions[I]));
    if (F.Function.empty() && Info.FunctionName != llvm::DILineInfo::BadString)
      F.Function = cleanText(
          functionNameOfSymbol(Info.FunctionName, namespacesOf(Functions)));
    // A symbol table names files too, but without their folders.
    if (!Functions.empty())
      F.File = displayPath(Info.FileName, Cwd);
    F.Line = F.File.empty() ? 0 : Info.Line;
    F.Inlined = I + 1 < Count;
    Frames.push_back(std::move(F));
  }
  return Frames.empty() ? Stack{Unknown} : Frames;
}

const Stack &Symbolizer::Module::at(uint64_t Address) {
  auto [It, New] = Known.try_emplace(Address);
  if (New)
    It->second = look(Address);
  return It->second;
}

//===----------------------------------------------------------------------===//
// All modules
//===----------------------------------------------------------------------===//

Symbolizer::Symbolizer(std::vector<std::string> Folders)
    : Folders(std::move(Folders)) {
  llvm::SmallString<256> Path;
  if (!llvm::sys::fs::current_path(Path))
    Cwd = Path.str();
}

Symbolizer::~Symbolizer() = default;

Symbolizer::Module &Symbolizer::module(const trace::Module &M) {
  std::unique_ptr<Module> &Slot = Modules[{M.path(), M.build_id()}];
  if (!Slot)
    Slot = std::make_unique<Module>(M, Folders, Cwd);
  return *Slot;
}

Stack Symbolizer::symbolize(const trace::Stack &S, const Trace &T) {
  Stack Result;
  for (const trace::Frame &F : S.frames()) {
    auto It = T.Modules.find(F.module());
    // Interpreters and JIT compilers name their functions themselves.
    if (!F.function().empty() || It == T.Modules.end()) {
      Frame Named;
      Named.Function = cleanText(F.function());
      Named.File = displayPath(F.file(), Cwd);
      Named.Line = F.line();
      if (It != T.Modules.end())
        Named.Module = cleanText(It->second.path());
      Result.push_back(std::move(Named));
      continue;
    }
    // A return address may belong to what stands after the call: another line,
    // another inlined function, or another function altogether.
    bool Before = F.is_call_site() && F.address() != 0;
    const Stack &At = module(It->second).at(F.address() - Before);
    Result.insert(Result.end(), At.begin(), At.end());
  }
  return Result;
}

std::vector<ModuleProblem> Symbolizer::problems() const {
  std::vector<ModuleProblem> All;
  for (const auto &[Key, M] : Modules) {
    ModuleProblem P = M->problem();
    Frame Its;
    Its.Module = P.Module;
    // That the system's libraries are stripped is no news.
    if (!P.Problem.empty() && !isStandardLibrary(Its))
      All.push_back(std::move(P));
  }
  return All;
}

} // namespace nostall::report
