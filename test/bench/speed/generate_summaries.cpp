//===- generate_summaries.cpp - a large program's summaries -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: generate_summaries FOLDER UNITS FUNCTIONS CALLS
//
// Writes UNITS summaries, as the extractor would, of a program that has
// FUNCTIONS functions making CALLS calls: half of them to functions of the same
// unit, most others to units near by, some to anywhere; a tenth of the
// functions are inline functions of headers, which five units each have. One
// function in a hundred is a coroutine, one in a thousand calls sleep().
// FOLDER/list names the files.
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryBuilder.h"
#include "engine/summary/SummaryIO.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <random>
#include <string>

using namespace nostall;

namespace {

struct Shape {
  std::string Folder;
  uint64_t Units, Functions, Calls;
};

class Generator {
public:
  explicit Generator(const Shape &S) : S(S) {}
  void writeUnit(uint64_t Unit, const std::string &Path);

private:
  EntityIndex function(SummaryBuilder &B, uint64_t Number);
  uint64_t callee(uint64_t Unit);
  void addFunction(SummaryBuilder &B, uint64_t Unit, uint64_t Number);

  const Shape &S;
  std::mt19937_64 Random{1};
};

EntityIndex Generator::function(SummaryBuilder &B, uint64_t Number) {
  uint64_t Unit = Number * S.Units / S.Functions;
  std::string Name = "module" + std::to_string(Unit % 97) + "::Class" +
                     std::to_string(Number / 7) + "::method" +
                     std::to_string(Number);
  Entity E;
  E.Name = nameFor(Name);
  E.QualifiedName = B.string(Name);
  E.Signature = B.string("(const std::string &, int)");
  E.DeclFile = B.file("src/unit" + std::to_string(Unit) + ".h");
  E.Flags = EF_Member;
  return B.entity(E);
}

uint64_t Generator::callee(uint64_t Unit) {
  uint64_t Kind = Random() % 100;
  uint64_t Target = Kind < 50   ? Unit
                    : Kind < 90 ? (Unit + Random() % 50) % S.Units
                                : Random() % S.Units;
  uint64_t First = Target * S.Functions / S.Units;
  uint64_t Last = std::max((Target + 1) * S.Functions / S.Units, First + 1);
  return First + Random() % (Last - First);
}

void Generator::addFunction(SummaryBuilder &B, uint64_t Unit, uint64_t Number) {
  TUSummary &T = B.Summary;
  FunctionSummary F;
  F.Entity = function(B, Number);
  F.Loc = {B.file("src/unit" + std::to_string(Unit) + ".cpp"),
           static_cast<uint32_t>(10 * (Number % 100) + 1), 1};
  F.EndLine = F.Loc.Line + 8;
  F.NumParams = 3;
  F.Cost = 5'000;
  if (Number % 100 == 0)
    F.Flags |= FF_Coroutine;
  // The same wherever it stands.
  Random.seed(Number);
  F.ContentHash = Random();
  F.FirstCall = T.Calls.size();
  uint64_t Each = S.Calls / S.Functions;
  for (uint64_t I = 0; I != Each; ++I) {
    CallEdge Call;
    Call.Loc = {F.Loc.File, F.Loc.Line + static_cast<uint32_t>(I) + 1, 3};
    if (Number % 1000 == 1 && I == 0) {
      Entity Sleep;
      Sleep.Name = nameFor("c:@F@sleep");
      Sleep.QualifiedName = B.string("sleep");
      Sleep.Signature = B.string("(unsigned int)");
      Sleep.DeclFile = B.file("/usr/include/unistd.h");
      Sleep.Flags = EF_External | EF_ExternC;
      Call.Callee = B.entity(Sleep);
    } else {
      Call.Callee = function(B, callee(Unit));
    }
    // The object, a parameter passed on, a constant.
    Call.FirstArg = T.Args.size();
    Call.NumArgs = 3;
    Call.Arity = 2;
    Value Number{ValueKind::Int, 0, static_cast<int64_t>(I) + 1};
    bool PassesOn = I % 4 == 1;
    T.Args.push_back(B.argument({Value{ValueKind::Param, 0, 0}}));
    T.Args.push_back(
        B.argument({PassesOn ? Value{ValueKind::Param, 0, 1} : Number}));
    T.Args.push_back(B.argument({Number}));
    T.Calls.push_back(Call);
  }
  F.NumCalls = Each;
  T.Functions.push_back(F);
}

void Generator::writeUnit(uint64_t Unit, const std::string &Path) {
  SummaryBuilder B;
  B.Summary.Units.push_back({"src/unit" + std::to_string(Unit) + ".cpp", 0});
  uint64_t First = Unit * S.Functions / S.Units;
  uint64_t Last = (Unit + 1) * S.Functions / S.Units;
  for (uint64_t I = First; I != Last; ++I)
    addFunction(B, Unit, I);
  // Inline functions of the units' headers before this one.
  for (uint64_t Back = 1; Back <= 4 && Back <= Unit; ++Back) {
    uint64_t Other = Unit - Back, OtherFirst = Other * S.Functions / S.Units;
    for (uint64_t I = 0; I < (Last - First) / 10; ++I)
      addFunction(B, Other, OtherFirst + I);
  }
  if (llvm::Error E = writeSummaryFile(B.Summary, Path)) {
    llvm::errs() << llvm::toString(std::move(E)) << '\n';
    std::exit(2);
  }
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc != 5) {
    llvm::errs() << "usage: generate_summaries FOLDER UNITS FUNCTIONS CALLS\n";
    return 2;
  }
  Shape S{Argv[1], std::strtoull(Argv[2], nullptr, 10),
          std::strtoull(Argv[3], nullptr, 10),
          std::strtoull(Argv[4], nullptr, 10)};
  if (S.Units == 0 || S.Functions < S.Units || S.Calls < S.Functions) {
    llvm::errs() << "a unit has a function, and a function a call\n";
    return 2;
  }
  if (std::error_code EC = llvm::sys::fs::create_directories(S.Folder)) {
    llvm::errs() << S.Folder << ": " << EC.message() << '\n';
    return 2;
  }
  std::error_code EC;
  llvm::raw_fd_ostream List(S.Folder + "/list", EC);
  Generator G(S);
  for (uint64_t Unit = 0; Unit != S.Units; ++Unit) {
    std::string Path = S.Folder + "/unit" + std::to_string(Unit) + ".nss";
    G.writeUnit(Unit, Path);
    List << Path << '\n';
  }
  return EC ? 2 : 0;
}
