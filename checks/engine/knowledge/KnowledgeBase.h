//===- KnowledgeBase.h - all knowledge, for asking --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Holds the built-in knowledge files, those that libraries install and the
// user's own, and answers by qualified name. Names match whole, never by suffix; `*` stands for one
// component or a part of it and `**` for any number of components. A user's
// file is asked first, then an installed one, then the built-in ones; among one file's rules an exact name
// comes before a pattern, and a signature before none.
//
// Filled by one thread, then read by any number.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Knowledge.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace nostall {

class KnowledgeBase {
public:
  /// With the files that are compiled in.
  static KnowledgeBase builtin();

  /// Adds a file; its rules come before all that are there of its origin and
  /// of lesser ones.
  llvm::Error addFile(llvm::StringRef Path,
                      KnowledgeOrigin Origin = KnowledgeOrigin::User);
  llvm::Error add(llvm::StringRef Text, llvm::StringRef FileName,
                  KnowledgeOrigin Origin);

  /// \p Signature as in Entity::Signature.
  const FunctionKnowledge *function(llvm::StringRef QualifiedName,
                                    llvm::StringRef Signature) const;
  /// Traits of a class, not of its bases.
  uint32_t typeTraits(llvm::StringRef QualifiedName) const;
  uint32_t variableTraits(llvm::StringRef QualifiedName) const;

  /// What a library does with callables in its member \p QualifiedName.
  const FieldKnowledge *field(llvm::StringRef QualifiedName) const;

  /// What a call of \p QualifiedName computes; null when that is not known.
  const CostRule *cost(llvm::StringRef QualifiedName) const;

  /// The library whose namespaces hold \p QualifiedName, or null.
  const LibraryKnowledge *libraryOf(llvm::StringRef QualifiedName) const;
  const LibraryKnowledge *library(llvm::StringRef Id) const;
  llvm::ArrayRef<std::unique_ptr<LibraryKnowledge>> libraries() const {
    return Libraries;
  }

private:
  template <typename RuleT> struct Pattern {
    std::string Text;
    const RuleT *Rule;
  };
  void index(const LibraryKnowledge &Library);
  void indexAll();

  /// By origin, so that later ones win.
  std::vector<std::unique_ptr<LibraryKnowledge>> Libraries;
  llvm::StringMap<std::vector<const FunctionKnowledge *>> Functions;
  /// By the first component of the name, which is never a wildcard.
  llvm::StringMap<std::vector<Pattern<FunctionKnowledge>>> Patterns;
  llvm::StringMap<const CostRule *> Costs;
  llvm::StringMap<std::vector<Pattern<CostRule>>> CostPatterns;
  llvm::StringMap<uint32_t> Types;
  llvm::StringMap<uint32_t> Variables;
  llvm::StringMap<const FieldKnowledge *> Fields;
};

/// Whether \p Name, a qualified name, matches \p Pattern.
bool matchesPattern(llvm::StringRef Pattern, llvm::StringRef Name);

/// The type name that an ArgSelector::Named means, for each parameter of a
/// signature: "ReadHandler" for "ReadHandler &&".
std::vector<llvm::StringRef> parameterTypeNames(llvm::StringRef Signature);

} // namespace nostall
