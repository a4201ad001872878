//===- Gitlab.cpp - GitLab's Code Quality report ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GitLab compares the reports of two branches by their fingerprints: whatever
// is there must stand in it, or GitLab calls it fixed.
//
//===----------------------------------------------------------------------===//

#include "output/Render.h"

#include "llvm/Support/JSON.h"

namespace nostall {

/// GitLab's words; "blocker" is left for what people decide.
static const char *gitlabSeverity(Tier T) {
  switch (T) {
  case Tier::Rarely:
    return "minor";
  case Tier::Likely:
    return "major";
  case Tier::Always:
    return "critical";
  }
  return "";
}

void renderGitlab(const RenderInput &Input, llvm::raw_ostream &OS) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.array([&] {
    for (const ComparedFinding &C : Input.Report.Findings) {
      if (C.State == FindingState::Absent)
        continue;
      J.object([&] {
        J.attribute("description", llvm::json::fixUTF8(C.F.Message));
        J.attribute("check_name", C.F.Check);
        J.attribute("fingerprint", C.F.Fingerprint);
        J.attribute("severity", gitlabSeverity(C.F.How));
        J.attributeObject("location", [&] {
          J.attribute("path", llvm::json::fixUTF8(
                                  Input.RepositoryPath(C.F.Where.File)));
          J.attributeObject("lines",
                            [&] { J.attribute("begin", C.F.Where.Line); });
        });
      });
    }
  });
  OS << '\n';
}

} // namespace nostall
