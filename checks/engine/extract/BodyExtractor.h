//===- BodyExtractor.h - one body to its summary ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Walks one function's body once and records every call that running it can
// make, written or implicit: destructors of locals, temporaries and members,
// conversions, operators, default arguments, member initialisers, the hooks
// of awaiters and promises. Calls are recorded in order of evaluation as far
// as the tree shows it; FlowGraphBuilder refines the order.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/EntityNamer.h"
#include "engine/extract/ValueResolver.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace nostall {

/// What walking a body discovers that needs its own walk.
class BodyQueue {
public:
  virtual ~BodyQueue() = default;
  /// A function that is called or whose address is taken.
  virtual void reached(const clang::FunctionDecl *FD) = 0;
  /// A lambda's body; already numbered.
  virtual void closure(const clang::CXXRecordDecl *RD) = 0;
  /// A class defined inside a function.
  virtual void localClass(const clang::CXXRecordDecl *RD) = 0;
};

class BodyExtractor {
public:
  BodyExtractor(clang::ASTContext &Context, EntityNamer &Namer,
                const ProjectScope &Scope, SummaryBuilder &Builder,
                BodyQueue &Queue, const clang::FunctionDecl *Function,
                EntityIndex Self);

  /// Walks the function's body, constructor initialisers and, for a
  /// destructor, the members and bases.
  void walkFunction();
  /// Walks the initialiser of a variable with static storage.
  void walkGlobal(const clang::VarDecl *VD);

  /// Appends the walked parts to the builder's summary.
  void finish(FunctionSummary &Summary);

private:
  enum class Position : uint8_t {
    Value,     ///< The value is used.
    Statement, ///< The value is thrown away.
    Initializer, ///< Initialises an object directly: no temporary.
    MovedFrom,   ///< A temporary that its user moves from.
  };

  void walk(const clang::Stmt *S, Position Pos = Position::Value);
  void walkChildren(const clang::Stmt *S);
  void walkStatements(const clang::CompoundStmt *S);
  void walkDecl(const clang::Decl *D);
  void walkVariable(const clang::VarDecl *VD);
  void walkLambda(const clang::LambdaExpr *E);
  void walkCall(const clang::CallExpr *E, bool Discarded);
  void walkArguments(const clang::FunctionDecl *Callee,
                     llvm::ArrayRef<const clang::Expr *> Args);
  void walkConstruct(const clang::CXXConstructExpr *E);
  void walkNew(const clang::CXXNewExpr *E);
  void walkDelete(const clang::CXXDeleteExpr *E);
  void walkSuspend(const clang::CoroutineSuspendExpr *E);
  void walkCoroutineBody(const clang::CoroutineBodyStmt *S);
  void walkInitList(const clang::InitListExpr *E);
  void walkAssignment(const clang::BinaryOperator *E);
  void addChange(const clang::Expr *Target, ValueList List,
                 clang::SourceLocation Loc);
  void walkReturn(const clang::Expr *Returned, clang::SourceLocation Loc);
  bool walkLoop(const clang::Stmt *S);
  void walkIf(const clang::IfStmt *S);
  void walkSwitch(const clang::SwitchStmt *S);
  bool walkChoice(const clang::Stmt *S);
  /// Walks \p S, which runs \p Chance times for each time that control comes
  /// here.
  void walkSometimes(const clang::Stmt *S, double Chance, Position Pos);
  void spend(const clang::Stmt *S);
  void priceLoop(const clang::Stmt *S, uint16_t Index, double RoundCost);

  /// The variable of this function that is named, through copies and casts.
  static const clang::VarDecl *namedLocal(const clang::Expr *E);
  /// Walks \p E, which initialises something of \p Target's kind, and returns
  /// its values.
  ValueList walkInitializer(const clang::Expr *E);

  struct PendingCall {
    CallEdge Edge;
    llvm::SmallVector<ValueList, 4> Args;
  };
  uint32_t addCall(PendingCall Call, const clang::Expr *E);
  void addDestructor(clang::QualType T, ValueList Object,
                     clang::SourceLocation Loc, const void *Key,
                     uint16_t Flags);
  void addLatentCalls(const clang::FunctionDecl *Callee, uint32_t Main);
  void addLatentCall(const clang::FunctionDecl *Callee, uint32_t Main,
                     unsigned TemplateArg, uint16_t Flag);
  void addMemberDestructors(const clang::CXXRecordDecl *RD);
  void addFlow(FlowTarget Target, uint32_t Index, const ValueList &Values,
               clang::SourceLocation Loc);
  /// Whether flow of values of this type is worth recording.
  bool tracked(clang::QualType T) const;
  Location location(clang::SourceLocation Loc);
  void enterScope() { Scopes.emplace_back(); }
  void leaveScope();

  struct PendingFlow {
    FlowTarget Target;
    uint32_t Index;
    ValueList Values;
    Location Loc;
  };

  clang::ASTContext &Context;
  EntityNamer &Namer;
  const ProjectScope &Scope;
  SummaryBuilder &Builder;
  BodyQueue &Queue;
  const clang::FunctionDecl *Function;
  EntityIndex Self;
  ValueResolver Values;

  std::vector<PendingCall> Calls;
  std::vector<PendingFlow> Flows;
  std::vector<Loop> Loops;
  std::vector<const clang::Stmt *> LoopStmts;
  /// Loop statements by index; what the enclosing loops are.
  llvm::SmallVector<uint16_t, 4> LoopStack;
  llvm::SmallVector<llvm::SmallVector<const clang::VarDecl *, 4>, 8> Scopes;
  /// Variables that std::move or a return moves from, on some path.
  llvm::SmallPtrSet<const clang::VarDecl *, 8> MovedFrom;
  /// Calls by what FlowGraphBuilder meets them as: a destructor by its
  /// variable or temporary.
  llvm::DenseMap<const void *, uint32_t> DestructorIndices;
  unsigned NumClosures = 0;
  /// How often what is walked runs, for each round of the innermost loop or
  /// each call.
  double Frequency = 1;
  /// In picoseconds, of the innermost loop's round or of the function.
  double Cost = 0;
  uint16_t ExtraFlags = 0; ///< CallFlags of the region being walked.
  /// Set while inside a default argument: where the call stands.
  clang::SourceLocation LocationOverride;
  bool HasCoAwait = false;
  bool HasCoYield = false;
  bool HasErrors = false;

  friend class FlowGraphBuilder;
};

} // namespace nostall
