//===- EntityNamer.h - names of declarations --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns declarations into entities and slots: the qualified name that
// knowledge files and messages use, the signature, and the EntityName that
// joins translation units (see model/EntityName.h).
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "engine/summary/SummaryBuilder.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Mangle.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <memory>

namespace nostall {

class EntityNamer {
public:
  EntityNamer(clang::ASTContext &Context, const ProjectScope &Scope,
              SummaryBuilder &Builder);

  EntityIndex entity(const clang::FunctionDecl *FD);
  /// An entity that has no declaration: static initialisation of the unit.
  EntityIndex syntheticEntity(llvm::StringRef Name);

  SlotIndex fieldSlot(const clang::FieldDecl *FD);
  SlotIndex globalSlot(const clang::VarDecl *VD);
  SlotIndex captureSlot(const clang::CXXRecordDecl *Closure,
                        const clang::ValueDecl *Captured);

  /// Qualified name of the class behind \p T; 0 for non-class types and
  /// closures. Sees through references and pointers.
  StringId typeName(clang::QualType T);
  /// The same, with the template arguments where the class is nothing but a tag
  /// that carries other classes: `call_guard<gil_scoped_release>`. Derives from
  /// the plain name and, of several arguments, from a tag of each.
  StringId tagName(clang::QualType T);

  /// Names as entity() gives them, for whoever has declarations to compare.
  std::string qualifiedName(const clang::NamedDecl *ND);
  std::string signature(const clang::FunctionDecl *FD);

  /// Gives \p Closure its parent and its place in it. Closures that are never
  /// told about are named by their mangling alone.
  void numberClosure(const clang::CXXRecordDecl *Closure, EntityIndex Parent,
                     unsigned Ordinal);
  /// The function that a numbered closure stands in, or NoIndex.
  EntityIndex closureParent(const clang::CXXRecordDecl *Closure) const;

  Location location(clang::SourceLocation Loc);

private:
  struct ClosurePlace {
    EntityIndex Parent;
    unsigned Ordinal;
  };

  std::string scopeName(const clang::DeclContext *DC);
  std::string uniqueText(const clang::FunctionDecl *FD);
  std::string declFile(const clang::Decl *D);
  std::string placeText(clang::SourceLocation Loc);
  SlotIndex makeSlot(SlotKind Kind, const std::string &Text,
                     const std::string &Display, clang::QualType Type);
  void addBases(const clang::CXXRecordDecl *RD, StringId Name);

  clang::ASTContext &Context;
  const ProjectScope &Scope;
  SummaryBuilder &Builder;
  clang::ASTNameGenerator Mangler;
  clang::PrintingPolicy Policy;
  llvm::DenseMap<const clang::FunctionDecl *, EntityIndex> Entities;
  llvm::DenseMap<const clang::Decl *, SlotIndex> Slots;
  llvm::DenseMap<std::pair<const void *, const void *>, SlotIndex> Captures;
  llvm::DenseMap<const clang::CXXRecordDecl *, StringId> TypeNames;
  llvm::DenseSet<StringId> Tags; ///< Whose bases are recorded.
  llvm::DenseMap<const clang::DeclContext *, std::string> ScopeNames;
  llvm::DenseMap<const clang::CXXRecordDecl *, ClosurePlace> Closures;
};

} // namespace nostall
