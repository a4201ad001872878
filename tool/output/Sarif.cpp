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

#include "output/Order.h"
#include "output/Render.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
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

class SarifWriter {
public:
  SarifWriter(const RenderInput &Input, SarifFlavour Flavour, OStream &J)
      : Input(Input), Flavour(Flavour), J(J) {}

  /// The results that are written, in order of place.
  std::vector<const ComparedFinding *> Results;

  void chooseResults(size_t Most);
  void write();

private:
  void artifact(llvm::StringRef File);
  void location(const Place &P);
  void locations(const Finding &F);
  void codeFlow(const Finding &F);
  void fixes(const Finding &F);
  void result(const ComparedFinding &C);
  void rule(const RuleText &R);
  void driver();

  const RenderInput &Input;
  SarifFlavour Flavour;
  OStream &J;
};

/// GitHub refuses a run with more.
// What GitHub's code scanning takes; a file beyond one of these is refused.
constexpr size_t MaxResults = 25000;
constexpr size_t MaxSteps = 10000;  ///< Of a code flow.
constexpr size_t MaxPlaces = 1000;  ///< Of a result.
constexpr size_t MaxBytes = 10'000'000; ///< Compressed.

void SarifWriter::chooseResults(size_t Most) {
  auto Keep = [&](const ComparedFinding &C) {
    return Flavour == SarifFlavour::Standard || C.State != FindingState::Absent;
  };
  Results = worstFirst(Input.Report, Keep);
  if (Results.size() > Most)
    Results.resize(Most);
  // All point into one vector.
  llvm::sort(Results);
}

/// Relative to the repository's root, under the name that platforms have for
/// it: where it lies is different on each machine.
void SarifWriter::artifact(llvm::StringRef File) {
  std::string Path = Input.RepositoryPath(File);
  J.attributeObject("artifactLocation", [&] {
    J.attribute("uri", uri(Path));
    if (!llvm::sys::path::is_absolute(Path))
      J.attribute("uriBaseId", "%SRCROOT%");
  });
}

/// The members of a location object, into the object that is open.
void SarifWriter::location(const Place &P) {
  J.attributeObject("physicalLocation", [&] {
    artifact(P.File);
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

void SarifWriter::codeFlow(const Finding &F) {
  J.attributeArray("codeFlows", [&] {
    J.object([&] {
      J.attributeArray("threadFlows", [&] {
        J.object([&] {
          J.attributeArray("locations", [&] {
            for (const TraceStep &Step :
                 llvm::ArrayRef(F.Way).take_front(MaxSteps))
              J.object([&] {
                J.attributeObject("location", [&] {
                  location(Step.Where);
                  message(J, "message", Step.Note);
                });
              });
          });
        });
      });
    });
  });
}

/// One, with a change for each file. Its edits are in order of place.
void SarifWriter::fixes(const Finding &F) {
  std::vector<llvm::ArrayRef<TextEdit>> ByFile;
  llvm::ArrayRef<TextEdit> Rest = F.Mend->Edits;
  while (!Rest.empty()) {
    size_t Count = 1;
    while (Count < Rest.size() && Rest[Count].File == Rest[0].File)
      ++Count;
    ByFile.push_back(Rest.take_front(Count));
    Rest = Rest.drop_front(Count);
  }
  auto Replacement = [&](const TextEdit &Edit) {
    llvm::StringRef Before = Edit.Before;
    auto Lines = static_cast<uint32_t>(Before.count('\n'));
    size_t Last = Lines ? Before.size() - Before.rfind('\n')
                        : Edit.Column + Before.size();
    J.object([&] {
      J.attributeObject("deletedRegion", [&] {
        J.attribute("startLine", Edit.Line);
        J.attribute("startColumn", Edit.Column);
        J.attribute("endLine", Edit.Line + Lines);
        J.attribute("endColumn", Last);
      });
      message(J, "insertedContent", Edit.After);
    });
  };
  J.attributeArray("fixes", [&] {
    J.object([&] {
      J.attributeArray("artifactChanges", [&] {
        for (llvm::ArrayRef<TextEdit> Edits : ByFile)
          J.object([&] {
            artifact(Edits.front().File);
            J.attributeArray("replacements", [&] {
              llvm::for_each(Edits, Replacement);
            });
          });
      });
    });
  });
}

/// Where it is; the sink; and all roots.
void SarifWriter::locations(const Finding &F) {
  J.attributeArray("locations", [&] { J.object([&] { location(F.Where); }); });
  J.attributeArray("relatedLocations", [&] {
    int Id = 1;
    J.object([&] {
      J.attribute("id", Id++);
      location(F.Sink);
      message(J, "message", "'" + F.SinkFunction + "' is called here");
    });
    for (const Place &Root : llvm::ArrayRef(F.Roots).take_front(MaxPlaces - 1))
      J.object([&] {
        J.attribute("id", Id++);
        location(Root);
        message(J, "message", "reached from here");
      });
  });
}

void SarifWriter::result(const ComparedFinding &C) {
  const Finding &F = C.F;
  J.object([&] {
    J.attribute("ruleId", text(F.Check));
    const auto *Rule = llvm::find_if(
        Input.Rules, [&](const RuleText &R) { return R.Name == F.Check; });
    if (Rule != Input.Rules.end())
      J.attribute("ruleIndex", Rule - Input.Rules.begin());
    J.attribute("level", text(name(F.Level)));
    std::string Text = F.Message;
    if (!F.Suggestion.empty())
      Text += "\nInstead: " + F.Suggestion;
    message(J, "message", Text);
    if (Flavour == SarifFlavour::Standard && Input.Report.HasBase)
      J.attribute("baselineState", text(name(C.State)));
    locations(F);
    codeFlow(F);
    if (F.Mend)
      fixes(F);
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("nostall/v1", text(F.Fingerprint));
      // The only one that code scanning looks at.
      J.attribute("primaryLocationLineHash", text(F.Fingerprint));
    });
    J.attributeObject("properties", [&] {
      J.attribute("category", text(name(F.Kind)));
      J.attribute("tier", text(name(F.How)));
      J.attribute("confidence", text(name(F.Sure)));
      if (F.InRun) {
        J.attribute("measured", text(name(F.InRun->State)));
        J.attribute("stalls", F.InRun->Count);
        J.attribute("stalled_ns", F.InRun->TotalNs);
      }
    });
  });
}

void SarifWriter::rule(const RuleText &R) {
  J.object([&] {
    J.attribute("id", text(R.Name));
    J.attribute("name", text(R.Name));
    message(J, "shortDescription", R.Summary);
    message(J, "fullDescription", R.Summary);
    J.attributeObject("defaultConfiguration",
                      [&] { J.attribute("level", "warning"); });
    J.attributeObject("help", [&] {
      J.attribute("text", text(R.Markdown));
      J.attribute("markdown", text(R.Markdown));
    });
    J.attributeObject("properties", [&] {
      J.attributeArray("tags", [&] {
        J.value("performance");
        J.value("concurrency");
      });
      J.attribute("problem.severity", "warning");
    });
  });
}

void SarifWriter::driver() {
  J.attributeObject("tool", [&] {
    J.attributeObject("driver", [&] {
      J.attribute("name", "nostall");
      J.attribute("semanticVersion", NOSTALL_VERSION);
      J.attributeArray("rules", [&] {
        for (const RuleText &R : Input.Rules)
          rule(R);
      });
    });
  });
}

void SarifWriter::write() {
  J.object([&] {
    J.attribute("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
                           "errata01/os/schemas/sarif-schema-2.1.0.json");
    J.attribute("version", "2.1.0");
    J.attributeArray("runs", [&] {
      J.object([&] {
        driver();
        J.attributeArray("invocations", [&] {
          J.object([&] { J.attribute("executionSuccessful", Input.Complete); });
        });
        J.attributeObject("originalUriBaseIds", [&] {
          J.attributeObject("%SRCROOT%", [&] {
            message(J, "description", "The root of the repository.");
          });
        });
        J.attributeArray("results", [&] {
          for (const ComparedFinding *C : Results)
            result(*C);
        });
      });
    });
  });
}

/// As the uploading action compresses it.
size_t compressedSize(llvm::StringRef Text) {
  assert(llvm::compression::zlib::isAvailable() && "Debian's LLVM has it");
  llvm::SmallVector<uint8_t, 0> Out;
  llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(Text), Out);
  return Out.size();
}

/// Of the worst \p Most results. Returns how many were written.
size_t writeResults(const RenderInput &Input, SarifFlavour Flavour,
                    size_t Most, std::string &Text) {
  Text.clear();
  llvm::raw_string_ostream OS(Text);
  OStream J(OS, /*IndentSize=*/Flavour == SarifFlavour::Standard ? 2 : 0);
  SarifWriter Writer(Input, Flavour, J);
  Writer.chooseResults(Most);
  Writer.write();
  OS << '\n';
  return Writer.Results.size();
}

} // namespace

size_t renderSarif(const RenderInput &Input, SarifFlavour Flavour,
                   llvm::raw_ostream &OS) {
  std::string Text;
  if (Flavour == SarifFlavour::Standard) {
    writeResults(Input, Flavour, ~size_t(0), Text);
    OS << Text;
    return 0;
  }
  size_t Written = writeResults(Input, Flavour, MaxResults, Text);
  // Less than there would be room for, so that few rounds are enough.
  for (size_t Size = compressedSize(Text); Size > MaxBytes && Written > 1;
       Size = compressedSize(Text))
    Written = writeResults(Input, Flavour,
                           std::max<size_t>(Written * 0.9 * MaxBytes / Size, 1),
                           Text);
  OS << Text;
  size_t There =
      llvm::count_if(Input.Report.Findings, [](const ComparedFinding &C) {
        return C.State != FindingState::Absent;
      });
  return There - Written;
}

} // namespace nostall
