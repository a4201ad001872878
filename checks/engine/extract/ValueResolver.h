//===- ValueResolver.h - where an expression's value comes from -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Maps an expression to Values: a constant, a parameter, a local variable, a
// slot, the result of a call, a callable. Looks at one expression only; what
// flows into locals and slots, and what calls return, is for the solver.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/EntityNamer.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/SmallVector.h"

namespace nostall {

using ValueList = llvm::SmallVector<Value, 2>;

/// How a class with a call operator takes part in callable flow.
enum class CallableClass : uint8_t {
  No,      ///< Not callable, or from outside the project.
  Functor, ///< Calling it runs its own call operator.
  /// A type-erasing wrapper like std::function: calling it runs what it was
  /// made from.
  Wrapper,
};

/// Lives as long as the function it looks at.
class ValueResolver {
public:
  ValueResolver(clang::ASTContext &Context, EntityNamer &Namer,
                const ProjectScope &Scope, SummaryBuilder &Builder,
                const clang::FunctionDecl *Function)
      : Context(Context), Namer(Namer), Scope(Scope), Builder(Builder),
        Function(Function) {}

  ValueList valuesOf(const clang::Expr *E);
  Value valueOf(const clang::ValueDecl *VD);

  /// Tells that \p E was recorded as the call with local index \p Index.
  void recordCall(const clang::Expr *E, uint32_t Index) {
    CallIndices[E] = Index;
  }
  /// The local index of the call \p E, or NoIndex.
  uint32_t callIndex(const clang::Stmt *S) const {
    auto It = CallIndices.find(S);
    return It == CallIndices.end() ? NoIndex : It->second;
  }

  uint32_t localIndex(const clang::VarDecl *VD);
  CallableClass callableClass(const clang::CXXRecordDecl *RD) const;
  /// The body that runs when an object of \p RD is called; null if unclear.
  const clang::CXXMethodDecl *
  callOperator(const clang::CXXRecordDecl *RD) const;

  /// Locals that were mentioned, in order of their indices.
  llvm::ArrayRef<Local> locals() const { return Locals; }

private:
  void append(ValueList &List, const clang::Expr *E);
  void appendProduct(ValueList &List, const clang::BinaryOperator *E);
  void appendVariable(ValueList &List, const clang::ValueDecl *VD);
  bool appendConstant(ValueList &List, const clang::Expr *E);

  clang::ASTContext &Context;
  EntityNamer &Namer;
  const ProjectScope &Scope;
  SummaryBuilder &Builder;
  const clang::FunctionDecl *Function;
  llvm::DenseMap<const clang::Stmt *, uint32_t> CallIndices;
  llvm::DenseMap<const clang::VarDecl *, uint32_t> LocalIndices;
  std::vector<Local> Locals;
  unsigned Depth = 0;
};

/// The conversion of a captureless lambda to a function pointer.
bool isLambdaConversion(const clang::CXXMethodDecl *MD);

/// Removes what does not change where a value comes from: parentheses, casts,
/// temporaries, address-of and dereference, copies and moves.
const clang::Expr *stripTransparent(const clang::Expr *E);

} // namespace nostall
