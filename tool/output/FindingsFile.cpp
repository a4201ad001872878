//===- FindingsFile.cpp - findings from a file ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/FindingsFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace nostall {
namespace {

namespace json = llvm::json;

/// An enumerator of the model, by the name that is written.
template <typename Enum> struct Named {
  Enum &Value;
  Enum Last;
};
template <typename Enum>
bool fromJSON(const json::Value &V, const Named<Enum> &Into, json::Path At) {
  std::optional<llvm::StringRef> Text = V.getAsString();
  for (unsigned I = 0; Text && I <= static_cast<unsigned>(Into.Last); ++I)
    if (name(static_cast<Enum>(I)) == std::string_view(*Text)) {
      Into.Value = static_cast<Enum>(I);
      return true;
    }
  At.report("no such name");
  return false;
}

bool fromJSON(const json::Value &V, uint32_t &Into, json::Path At) {
  uint64_t Wide;
  if (!json::fromJSON(V, Wide, At))
    return false;
  Into = static_cast<uint32_t>(Wide);
  if (Into == Wide)
    return true;
  At.report("number out of range");
  return false;
}

/// Maps members of one object; missing ones keep their value.
class Members {
  const json::Object *O;
  json::Path At;

public:
  Members(const json::Value &V, json::Path At) : O(V.getAsObject()), At(At) {
    if (!O)
      At.report("expected an object");
  }
  explicit operator bool() const { return O; }

  template <typename T> bool get(llvm::StringLiteral Key, T &&Into) {
    if (!O)
      return false;
    const json::Value *V = O->get(Key);
    return !V || fromJSON(*V, Into, At.field(Key));
  }
};

} // namespace

// Found by argument-dependent lookup, also for vectors of these.

static bool members(Members &M, Place &P) {
  return M.get("function", P.Function) && M.get("file", P.File) &&
         M.get("line", P.Line) && M.get("column", P.Column);
}

static bool fromJSON(const json::Value &V, Place &P, json::Path At) {
  Members M(V, At);
  return M && members(M, P);
}

static bool fromJSON(const json::Value &V, TraceStep &S, json::Path At) {
  Members M(V, At);
  return M && members(M, S.Where) && M.get("note", S.Note);
}

static bool fromJSON(const json::Value &V, TextEdit &E, json::Path At) {
  Members M(V, At);
  return M && M.get("file", E.File) && M.get("line", E.Line) &&
         M.get("column", E.Column) && M.get("offset", E.Offset) &&
         M.get("before", E.Before) && M.get("after", E.After);
}

static bool fromJSON(const json::Value &V, Fix &F, json::Path At) {
  Members M(V, At);
  return M && M.get("edits", F.Edits);
}

static bool fromJSON(const json::Value &V, Measured &R, json::Path At) {
  Members M(V, At);
  return M &&
         M.get("state", Named<MeasuredState>{R.State, MeasuredState::Unknown}) &&
         M.get("count", R.Count) && M.get("total_ns", R.TotalNs) &&
         M.get("max_ns", R.MaxNs) && M.get("p99_ns", R.P99Ns) &&
         M.get("victims", R.Victims) && M.get("calls", R.Calls) &&
         M.get("calls_total_ns", R.CallsTotalNs) &&
         M.get("calls_max_ns", R.CallsMaxNs) &&
         M.get("signatures", R.Signatures);
}

static bool fromJSON(const json::Value &V, BlindSpot &B, json::Path At) {
  Members M(V, At);
  return M &&
         M.get("kind", Named<BlindKind>{B.Kind, BlindKind::UndecidedValue}) &&
         M.get("function", B.Function) && M.get("file", B.File) &&
         M.get("line", B.Line) && M.get("callee", B.Callee);
}

namespace {

struct ContextOf {
  Finding &F;
};
bool fromJSON(const json::Value &V, const ContextOf &C, json::Path At) {
  Members M(V, At);
  return M &&
         M.get("kind", Named<RootKind>{C.F.ContextKind, RootKind::HoldsGIL}) &&
         members(M, C.F.Context);
}

struct EffectOf {
  Finding &F;
};
bool fromJSON(const json::Value &V, const EffectOf &E, json::Path At) {
  Members M(V, At);
  return M && M.get("category", Named<Category>{E.F.Kind, Category::Cpu}) &&
         M.get("tier", Named<Tier>{E.F.How, Tier::Always});
}

struct SinkOf {
  Finding &F;
};
bool fromJSON(const json::Value &V, const SinkOf &S, json::Path At) {
  Members M(V, At);
  Place &P = S.F.Sink;
  return M && M.get("function", S.F.SinkFunction) && M.get("in", P.Function) &&
         M.get("file", P.File) && M.get("line", P.Line) &&
         M.get("column", P.Column);
}

} // namespace

static bool fromJSON(const json::Value &V, Finding &F, json::Path At) {
  Members M(V, At);
  return M && M.get("check", F.Check) &&
         M.get("severity", Named<Severity>{F.Level, Severity::Error}) &&
         M.get("message", F.Message) && members(M, F.Where) &&
         M.get("context", ContextOf{F}) && M.get("effect", EffectOf{F}) &&
         M.get("confidence",
               Named<FindingConfidence>{F.Sure, FindingConfidence::High}) &&
         M.get("cost", F.Cost) && M.get("sink", SinkOf{F}) &&
         M.get("trace", F.Way) && M.get("roots", F.Roots) &&
         M.get("also", F.Also) && M.get("suggestion", F.Suggestion) &&
         M.get("reference", F.Reference) &&
         M.get("fingerprint", F.Fingerprint) && M.get("fix", F.Mend) &&
         M.get("measured", F.InRun);
}

static bool fromJSON(const json::Value &V, AnalysisScope &S, json::Path At) {
  Members M(V, At);
  return M && M.get("files", S.Files) &&
         M.get("functions_on_loop", S.Functions) && M.get("blind", S.Blind);
}

static bool fromJSON(const json::Value &V, AnalysisStats &S, json::Path At) {
  Members M(V, At);
  return M && M.get("tus", S.Units) && M.get("failed_tus", S.FailedUnits) &&
         M.get("partial_tus", S.PartialUnits) &&
         M.get("functions", S.Functions) && M.get("calls", S.Calls) &&
         M.get("unresolved_calls", S.UnresolvedCalls) &&
         M.get("lost_callables", S.LostCallables) &&
         M.get("unknown_functions", S.UnknownFunctions) &&
         M.get("undecided_calls", S.UndecidedCalls) &&
         M.get("coroutines", S.Coroutines) && M.get("roots", S.Roots) &&
         M.get("event_loops", S.EventLoops) &&
         M.get("functions_on_loop", S.FunctionsOnLoop) &&
         M.get("suppressed", S.Suppressed);
}

static bool fromJSON(const json::Value &V, FindingsFile &File, json::Path At) {
  Members M(V, At);
  int64_t Version = 0;
  if (!M || !M.get("version", Version))
    return false;
  if (Version != 1) {
    At.field("version").report("not findings of version 1");
    return false;
  }
  return M.get("findings", File.Findings) && M.get("analysis", File.Scope) &&
         M.get("stats", File.Stats);
}

/// The parser calls itself for what is nested, and the file may come from
/// anywhere. The offset of what is too deep, or npos.
static size_t tooDeep(llvm::StringRef Text) {
  constexpr size_t MaxDepth = 100;
  size_t Depth = 0;
  bool InString = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (InString) {
      if (C == '\\')
        ++I;
      InString = C != '"';
    } else if (C == '"') {
      InString = true;
    } else if (C == '[' || C == '{') {
      if (++Depth > MaxDepth)
        return I;
    } else if ((C == ']' || C == '}') && Depth) {
      --Depth;
    }
  }
  return llvm::StringRef::npos;
}

llvm::Expected<FindingsFile> readFindings(const std::string &Path) {
  auto Failed = [&](const llvm::Twine &Why) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   Path + ": " + Why);
  };
  const std::string NotFindings = "not findings of nostall check --format json";
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(Path);
  if (!Buffer)
    return Failed(Buffer.getError().message());
  if (size_t At = tooDeep((*Buffer)->getBuffer());
      At != llvm::StringRef::npos)
    return Failed("offset " + llvm::Twine(At) + ": nested too deeply");
  llvm::Expected<json::Value> Parsed = json::parse((*Buffer)->getBuffer());
  if (!Parsed)
    return Failed(NotFindings + ": " + llvm::toString(Parsed.takeError()));
  // SARIF and a report of stalls are JSON as well.
  const json::Object *Top = Parsed->getAsObject();
  std::optional<int64_t> Version =
      Top ? Top->getInteger("version") : std::nullopt;
  if (!Version || (*Version == 1 && !Top->getArray("findings")))
    return Failed(NotFindings);
  FindingsFile File;
  json::Path::Root Root("findings file");
  if (!fromJSON(*Parsed, File, Root))
    return Failed(llvm::toString(Root.getError()));
  llvm::sort(File.Scope.Functions); // As the reader expects it.
  llvm::sort(File.Scope.Blind);
  return File;
}

} // namespace nostall
