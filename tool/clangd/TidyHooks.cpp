//===- TidyHooks.cpp - our checks among clangd's ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clangd has no list of modules to add to, and its headers are not installed.
// The linker's --wrap (CMakeLists.txt) puts these functions in front of
// clangd's own, so that a project needs no configuration, and all that it or
// the user has configured still holds:
//   * isFastTidyCheck: ours run as those do that clangd has timed;
//   * provideDefaultChecks: the last word on a file's clang-tidy options. Ours
//     are switched on where nothing that the user wrote names them, and told
//     where the project's index is;
//   * CommandMangler: clangd keeps what it knows of a file until its text or
//     its command changes. For a new look we change a field of the command that
//     nothing reads; clangd's own way, forceRebuild, makes the preamble anew.
//     A command of GCC is adapted first, as `nostall check` does: what it does
//     not see in the editor is not found there. The user's .clangd comes after.
// The declarations are those of clangd 19; docs/adr/0012-editor.md.
//
//===----------------------------------------------------------------------===//

#include "clangd/TidyHooks.h"

#include "engine/extract/GccCommand.h"
#include "engine/extract/ProjectRoot.h"

#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

using clang::tidy::ClangTidyOptions;
using TidyProviderRef =
    llvm::function_ref<void(ClangTidyOptions &, llvm::StringRef)>;

// The names are what the linker knows clangd's functions by.
std::optional<bool> realIsFast(llvm::StringRef Check) __asm__(
    "__real__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");
std::optional<bool> wrappedIsFast(llvm::StringRef Check) __asm__(
    "__wrap__ZN5clang6clangd15isFastTidyCheckEN4llvm9StringRefE");
TidyProviderRef realDefaults() __asm__(
    "__real__ZN5clang6clangd20provideDefaultChecksEv");
TidyProviderRef wrappedDefaults() __asm__(
    "__wrap__ZN5clang6clangd20provideDefaultChecksEv");
// A member function; its object is not ours to know.
void realMangle(const void *Mangler, clang::tooling::CompileCommand &Command,
                llvm::StringRef File) __asm__(
    "__real__ZNK5clang6clangd14CommandManglerclERNS_7tooling14CompileCommandEN4"
    "llvm9StringRefE");
void wrappedMangle(const void *Mangler, clang::tooling::CompileCommand &Command,
                   llvm::StringRef File) __asm__(
    "__wrap__ZNK5clang6clangd14CommandManglerclERNS_7tooling14CompileCommandEN4"
    "llvm9StringRefE");

namespace nostall {

/// Sets an option that the user has not set.
static void setDefault(ClangTidyOptions &Options, llvm::StringRef Key,
                       llvm::StringRef Value) {
  Options.CheckOptions.try_emplace(Key, Value);
}

static void addOurs(ClangTidyOptions &Options, llvm::StringRef File) {
  std::string &Checks = Options.Checks ? *Options.Checks
                                       : Options.Checks.emplace();
  if (!llvm::StringRef(Checks).contains("nostall-"))
    Checks += Checks.empty() ? "nostall-*" : ",nostall-*";
  setDefault(Options, "nostall.Editor", "true");

  std::string Path = realPath(File);
  std::string Root = findProjectRoot(llvm::sys::path::parent_path(Path));
  std::optional<std::string> Folder = projectStateFolder(Root);
  if (!Folder)
    return;
  auto Offer = [&](llvm::StringRef Key, llvm::StringRef Name) {
    llvm::SmallString<256> Known(*Folder);
    llvm::sys::path::append(Known, Name);
    if (llvm::sys::fs::exists(Known))
      setDefault(Options, Key, Known);
  };
  Offer("nostall.Index", StateIndex);
  Offer("nostall.Measured", StateMeasured);
}

namespace {
/// How often each file was to be looked at again.
struct Looks {
  std::mutex Mutex;
  std::map<std::string, unsigned> ByFile;
};
} // namespace

static Looks &looks() {
  static auto *All = new Looks; // clangd's threads may outlive main.
  return *All;
}

void lookAgain(llvm::StringRef File) {
  std::lock_guard<std::mutex> Lock(looks().Mutex);
  ++looks().ByFile[File.str()];
}

} // namespace nostall

void wrappedMangle(const void *Mangler, clang::tooling::CompileCommand &Command,
                   llvm::StringRef File) {
  if (nostall::isGccCommand(Command.CommandLine))
    Command.CommandLine = nostall::adaptedToClang(Command.CommandLine);
  realMangle(Mangler, Command, File);
  std::string Path = nostall::realPath(File);
  std::lock_guard<std::mutex> Lock(nostall::looks().Mutex);
  auto It = nostall::looks().ByFile.find(Path);
  if (It != nostall::looks().ByFile.end())
    Command.Output = "look " + std::to_string(It->second);
}

std::optional<bool> wrappedIsFast(llvm::StringRef Check) {
  if (Check.starts_with("nostall-"))
    return true;
  return realIsFast(Check);
}

TidyProviderRef wrappedDefaults() {
  static constexpr auto Provide = [](ClangTidyOptions &Options,
                                     llvm::StringRef File) {
    realDefaults()(Options, File);
    nostall::addOurs(Options, File);
  };
  return Provide;
}
