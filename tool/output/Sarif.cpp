//===- Sarif.cpp - findings as SARIF 2.1.0 ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Written with LLVM's JSON stream: Clang's SARIF writer wants a SourceManager,
// which a renderer over the model does not have.
//
//===----------------------------------------------------------------------===//

#include "output/Render.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace nostall {
namespace {

using llvm::json::OStream;

llvm::json::Value text(std::string_view Text) {
  return llvm::json::fixUTF8(llvm::StringRef(Text.data(), Text.size()));
}

/// A relative reference, or a file URI for an absolute path; percent-encoded
/// as RFC 3986 asks.
std::string uri(llvm::StringRef Path) {
  std::string Out = llvm::sys::path::is_absolute(Path) ? "file://" : "";
  for (unsigned char C : Path) {
    if (isalnum(C) || llvm::StringRef("-._~/!$&'()*+,;=:@").contains(C))
      Out += static_cast<char>(C);
    else
      Out += fmt::format("%{:02X}", C);
  }
  return Out;
}

void message(OStream &J, llvm::StringRef Key, std::string_view Text) {
  J.attributeObject(Key, [&] { J.attribute("text", text(Text)); });
}

/// The members of a location object, into the object that is open.
void location(OStream &J, const Place &P) {
  J.attributeObject("physicalLocation", [&] {
    J.attributeObject("artifactLocation",
                      [&] { J.attribute("uri", uri(P.File)); });
    J.attributeObject("region", [&] {
      J.attribute("startLine", P.Line);
      if (P.Column)
        J.attribute("startColumn", P.Column);
    });
  });
  if (!P.Function.empty())
    J.attributeArray("logicalLocations", [&] {
      J.object([&] {
        J.attribute("fullyQualifiedName", text(P.Function));
        J.attribute("kind", "function");
      });
    });
}

void codeFlow(OStream &J, const Finding &F) {
  J.attributeArray("codeFlows", [&] {
    J.object([&] {
      J.attributeArray("threadFlows", [&] {
        J.object([&] {
          J.attributeArray("locations", [&] {
            for (const TraceStep &Step : F.Way)
              J.object([&] {
                J.attributeObject("location", [&] {
                  location(J, Step.Where);
                  message(J, "message", Step.Note);
                });
              });
          });
        });
      });
    });
  });
}

void result(OStream &J, const Finding &F, llvm::ArrayRef<RuleText> Rules) {
  J.object([&] {
    J.attribute("ruleId", text(F.Check));
    const auto *Rule = llvm::find_if(
        Rules, [&](const RuleText &R) { return R.Name == F.Check; });
    if (Rule != Rules.end())
      J.attribute("ruleIndex", Rule - Rules.begin());
    J.attribute("level", text(name(F.Level)));
    std::string Text = F.Message;
    if (!F.Suggestion.empty())
      Text += "\nInstead: " + F.Suggestion;
    message(J, "message", Text);
    J.attributeArray("locations", [&] {
      J.object([&] { location(J, F.Where); });
    });
    J.attributeArray("relatedLocations", [&] {
      int Id = 1;
      J.object([&] {
        J.attribute("id", Id++);
        location(J, F.Sink);
        message(J, "message", "'" + F.SinkFunction + "' is called here");
      });
      for (const Place &Root : F.Roots)
        J.object([&] {
          J.attribute("id", Id++);
          location(J, Root);
          message(J, "message", "reached from here");
        });
    });
    codeFlow(J, F);
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("nostall/v1", text(F.Fingerprint));
    });
    J.attributeObject("properties", [&] {
      J.attribute("category", text(name(F.Kind)));
      J.attribute("tier", text(name(F.How)));
      J.attribute("confidence", text(name(F.Sure)));
    });
  });
}

} // namespace

void renderSarif(llvm::ArrayRef<Finding> Findings,
                 llvm::ArrayRef<RuleText> Rules, bool Complete,
                 llvm::raw_ostream &OS) {
  OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
                           "errata01/os/schemas/sarif-schema-2.1.0.json");
    J.attribute("version", "2.1.0");
    J.attributeArray("runs", [&] {
      J.object([&] {
        J.attributeObject("tool", [&] {
          J.attributeObject("driver", [&] {
            J.attribute("name", "nostall");
            J.attribute("semanticVersion", NOSTALL_VERSION);
            J.attributeArray("rules", [&] {
              for (const RuleText &R : Rules)
                J.object([&] {
                  J.attribute("id", text(R.Name));
                  message(J, "shortDescription", R.Summary);
                  J.attributeObject("help", [&] {
                    J.attribute("text", text(R.Markdown));
                    J.attribute("markdown", text(R.Markdown));
                  });
                });
            });
          });
        });
        J.attributeArray("invocations", [&] {
          J.object([&] { J.attribute("executionSuccessful", Complete); });
        });
        J.attributeArray("results", [&] {
          for (const Finding &F : Findings)
            result(J, F, Rules);
        });
      });
    });
  });
  OS << '\n';
}

} // namespace nostall
