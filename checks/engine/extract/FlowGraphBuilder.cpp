//===- FlowGraphBuilder.cpp - control flow between calls --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/FlowGraphBuilder.h"

#include "engine/extract/BodyExtractor.h"
#include "engine/extract/LoopContainer.h"

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/BitVector.h"

using namespace clang;

namespace nostall {

void FlowGraph::appendTo(SummaryBuilder &Builder) const {
  TUSummary &S = Builder.Summary;
  for (const Block &B : Blocks) {
    FlowBlock Out;
    Out.FirstItem = S.FlowItems.size();
    Out.NumItems = B.Items.size();
    S.FlowItems.insert(S.FlowItems.end(), B.Items.begin(), B.Items.end());
    Out.FirstSuccessor = S.Successors.size();
    Out.NumSuccessors = static_cast<uint16_t>(B.Successors.size());
    S.Successors.insert(S.Successors.end(), B.Successors.begin(),
                        B.Successors.end());
    if (B.Condition) {
      Out.Op = B.Op;
      Out.Operand = B.Operand;
      Out.ConditionValue = Builder.argument(*B.Condition).FirstValue;
    }
    S.Blocks.push_back(Out);
  }
}

namespace {

/// A comparison of a value with a constant.
struct ParsedCondition {
  ConditionOp Op = ConditionOp::None;
  int64_t Operand = 0;
  std::optional<Value> Subject;
};

ConditionOp negate(ConditionOp Op) {
  switch (Op) {
  case ConditionOp::Equal:
    return ConditionOp::NotEqual;
  case ConditionOp::NotEqual:
    return ConditionOp::Equal;
  case ConditionOp::Less:
    return ConditionOp::GreaterEqual;
  case ConditionOp::LessEqual:
    return ConditionOp::Greater;
  case ConditionOp::Greater:
    return ConditionOp::LessEqual;
  case ConditionOp::GreaterEqual:
    return ConditionOp::Less;
  case ConditionOp::HasBits:
    return ConditionOp::LacksBits;
  case ConditionOp::LacksBits:
    return ConditionOp::HasBits;
  case ConditionOp::None:
  case ConditionOp::True:
  case ConditionOp::Switch:
    break;
  }
  return ConditionOp::None;
}

ConditionOp fromOpcode(BinaryOperatorKind Op) {
  switch (Op) {
  case BO_EQ:
    return ConditionOp::Equal;
  case BO_NE:
    return ConditionOp::NotEqual;
  case BO_LT:
    return ConditionOp::Less;
  case BO_LE:
    return ConditionOp::LessEqual;
  case BO_GT:
    return ConditionOp::Greater;
  case BO_GE:
    return ConditionOp::GreaterEqual;
  default:
    return ConditionOp::None;
  }
}

} // namespace

static bool branches(const Stmt *S) {
  if (isa<IfStmt, SwitchStmt, AbstractConditionalOperator>(S))
    return true;
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isLogicalOp())
    return true;
  return llvm::any_of(S->children(), [](const Stmt *Child) {
    return Child && branches(Child);
  });
}

/// Builds the graph of one body; a friend's helper of BodyExtractor.
class FlowGraphBuilder {
public:
  explicit FlowGraphBuilder(BodyExtractor &Body) : Body(Body) {}
  FlowGraph build();

private:
  ParsedCondition parse(const Expr *E);
  const Expr *conditionNamed(const Expr *E) const;
  bool isSetParam(const VarDecl *VD);
  std::optional<Value> single(const Expr *E);
  void addItems(const CFGBlock &From, FlowGraph::Block &To);
  void addSuccessors(const CFGBlock &From, FlowGraph::Block &To);
  void placeRest(FlowGraph &Graph);
  void markSuspendingLoops(const CFG &Cfg, const FlowGraph &Graph);
  uint32_t blockIndex(const CFGBlock *B) const {
    // Clang numbers the entry last.
    return NumBlocks - 1 - B->getBlockID();
  }

  BodyExtractor &Body;
  unsigned NumBlocks = 0;
  llvm::DenseMap<const VarDecl *, bool> SetParams;
  llvm::BitVector Placed;
};

/// Whether the function gives the parameter another value: then its branches do
/// not tell what was passed.
bool FlowGraphBuilder::isSetParam(const VarDecl *VD) {
  if (!isa_and_nonnull<ParmVarDecl>(VD))
    return false;
  auto [It, New] = SetParams.try_emplace(VD, false);
  if (New)
    It->second = changes(Body.Function->getBody(), VD);
  return It->second;
}

std::optional<Value> FlowGraphBuilder::single(const Expr *E) {
  if (isSetParam(variableOf(E)))
    return std::nullopt;
  ValueList List = Body.Values.valuesOf(E);
  if (List.size() != 1 || List[0].Kind == ValueKind::Unknown)
    return std::nullopt;
  return List[0];
}

/// `bool resize = size > 0;`: what a flag that nothing changes was set to.
const Expr *FlowGraphBuilder::conditionNamed(const Expr *E) const {
  const VarDecl *VD = variableOf(E);
  if (!VD || !VD->hasLocalStorage() || isa<ParmVarDecl>(VD) ||
      !VD->getType()->isBooleanType() || !VD->hasInit() ||
      VD->getInit()->isTypeDependent() ||
      changes(Body.Function->getBody(), VD))
    return nullptr;
  const Expr *Init = VD->getInit()->IgnoreParenImpCasts();
  // `a && b` says more than either side.
  const auto *BO = dyn_cast<BinaryOperator>(Init);
  if (BO && BO->isLogicalOp())
    return nullptr;
  return Init;
}

ParsedCondition FlowGraphBuilder::parse(const Expr *E) {
  if (!E || E->isTypeDependent())
    return {};
  E = E->IgnoreParenImpCasts();
  if (const auto *FE = dyn_cast<FullExpr>(E))
    return parse(FE->getSubExpr());
  if (const auto *RW = dyn_cast<CXXRewrittenBinaryOperator>(E))
    return parse(RW->getSemanticForm());
  // What callers decide; else the flag itself says which branches agree.
  if (const Expr *Named = conditionNamed(E))
    if (ParsedCondition Inner = parse(Named);
        Inner.Subject && Inner.Subject->Kind == ValueKind::Param)
      return Inner;
  if (const auto *UO = dyn_cast<UnaryOperator>(E);
      UO && UO->getOpcode() == UO_LNot) {
    ParsedCondition Inner = parse(UO->getSubExpr());
    if (Inner.Op == ConditionOp::True) {
      Inner.Op = ConditionOp::Equal;
      Inner.Operand = 0;
    } else {
      Inner.Op = negate(Inner.Op);
    }
    return Inner;
  }
  const Expr *LHS = nullptr, *RHS = nullptr;
  ConditionOp Op = ConditionOp::None;
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    if (BO->isComparisonOp()) {
      LHS = BO->getLHS();
      RHS = BO->getRHS();
      Op = fromOpcode(BO->getOpcode());
    } else if (BO->getOpcode() == BO_Comma || BO->isLogicalOp()) {
      // The CFG has split the other operands off.
      return parse(BO->getRHS());
    } else if (BO->getOpcode() == BO_And) {
      std::optional<Value> Flags = single(BO->getLHS()),
                           Mask = single(BO->getRHS());
      if (Flags && Mask && Mask->Kind == ValueKind::Int)
        return {ConditionOp::HasBits, Mask->Data, Flags};
      return {};
    }
  } else if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(E);
             OC && OC->isComparisonOp() && OC->getNumArgs() == 2) {
    LHS = OC->getArg(0);
    RHS = OC->getArg(1);
    Op = OC->getOperator() == OO_EqualEqual      ? ConditionOp::Equal
         : OC->getOperator() == OO_ExclaimEqual ? ConditionOp::NotEqual
                                                : ConditionOp::None;
  }
  if (LHS && Op != ConditionOp::None) {
    std::optional<Value> Left = single(LHS), Right = single(RHS);
    if (Left && Left->Kind == ValueKind::Int) {
      std::swap(Left, Right);
      Op = Op == ConditionOp::Less           ? ConditionOp::Greater
           : Op == ConditionOp::LessEqual    ? ConditionOp::GreaterEqual
           : Op == ConditionOp::Greater      ? ConditionOp::Less
           : Op == ConditionOp::GreaterEqual ? ConditionOp::LessEqual
                                             : Op;
    }
    // `(flags & Create) != 0`
    if (Right && Right->Kind == ValueKind::Int && Right->Data == 0 &&
        (Op == ConditionOp::Equal || Op == ConditionOp::NotEqual))
      if (ParsedCondition Bits = parse(LHS); Bits.Op == ConditionOp::HasBits) {
        if (Op == ConditionOp::Equal)
          Bits.Op = ConditionOp::LacksBits;
        return Bits;
      }
    if (Left && Right && Right->Kind == ValueKind::Int)
      return {Op, Right->Data, Left};
    // A count that is held against what is needed: `available() >= size`.
    if (Left && (Op == ConditionOp::Greater || Op == ConditionOp::GreaterEqual))
      return {ConditionOp::GreaterEqual, 1, Left};
    if (Right && (Op == ConditionOp::Less || Op == ConditionOp::LessEqual))
      return {ConditionOp::GreaterEqual, 1, Right};
    return {};
  }
  if (std::optional<Value> Subject = single(E))
    return {ConditionOp::True, 0, Subject};
  return {};
}

void FlowGraphBuilder::addItems(const CFGBlock &From, FlowGraph::Block &To) {
  auto Add = [&](uint32_t Index) {
    if (Index == NoIndex)
      return;
    To.Items.push_back(Index);
    Placed.set(Index);
  };
  auto AddDestructor = [&](const void *Key) {
    auto It = Body.DestructorIndices.find(Key);
    Add(It == Body.DestructorIndices.end() ? NoIndex : It->second);
  };
  for (const CFGElement &Element : From) {
    if (std::optional<CFGStmt> S = Element.getAs<CFGStmt>()) {
      Add(Body.Values.callIndex(S->getStmt()));
      if (isa<CXXDeleteExpr>(S->getStmt()))
        AddDestructor(S->getStmt());
    } else if (std::optional<CFGAutomaticObjDtor> D =
                   Element.getAs<CFGAutomaticObjDtor>()) {
      AddDestructor(D->getVarDecl());
    } else if (std::optional<CFGTemporaryDtor> D =
                   Element.getAs<CFGTemporaryDtor>()) {
      AddDestructor(D->getBindTemporaryExpr());
    } else if (std::optional<CFGMemberDtor> D =
                   Element.getAs<CFGMemberDtor>()) {
      AddDestructor(D->getFieldDecl());
    } else if (std::optional<CFGBaseDtor> D = Element.getAs<CFGBaseDtor>()) {
      AddDestructor(D->getBaseSpecifier());
    }
  }
}

void FlowGraphBuilder::addSuccessors(const CFGBlock &From,
                                     FlowGraph::Block &To) {
  // Clang leads what never returns to the exit block.
  if (From.hasNoReturnElement())
    return;
  bool IsSwitch = isa_and_nonnull<SwitchStmt>(From.getTerminatorStmt());
  for (const CFGBlock::AdjacentBlock &Succ : From.succs()) {
    FlowSuccessor Out;
    if (const CFGBlock *Block = Succ.getReachableBlock()) {
      Out.Block = blockIndex(Block);
      if (IsSwitch) {
        const auto *Case = dyn_cast_or_null<CaseStmt>(Block->getLabel());
        Expr::EvalResult Result;
        if (Case && !Case->getRHS() && !Case->getLHS()->isValueDependent() &&
            Case->getLHS()->EvaluateAsInt(Result, Body.Context))
          Out.CaseValue = Result.Val.getInt().extOrTrunc(64).getSExtValue();
        else
          Out.IsDefault = true;
      }
    }
    To.Successors.push_back(Out);
  }
  if (IsSwitch) {
    if (std::optional<Value> Subject = single(
            cast<SwitchStmt>(From.getTerminatorStmt())->getCond())) {
      To.Op = ConditionOp::Switch;
      To.Condition = Subject;
    }
    return;
  }
  if (To.Successors.size() != 2 ||
      isa_and_nonnull<CXXForRangeStmt>(From.getTerminatorStmt()))
    return;
  ParsedCondition Condition = parse(From.getLastCondition());
  if (Condition.Op == ConditionOp::None)
    return;
  To.Op = Condition.Op;
  To.Operand = Condition.Operand;
  To.Condition = Condition.Subject;
}

/// Calls that the CFG does not show (default arguments, hidden coroutine
/// parts) happen right before the next call that it shows.
void FlowGraphBuilder::placeRest(FlowGraph &Graph) {
  if (Placed.all())
    return;
  llvm::DenseMap<uint32_t, llvm::SmallVector<uint32_t, 4>> Before;
  llvm::SmallVector<uint32_t, 8> Waiting;
  for (uint32_t I = 0, E = Body.Calls.size(); I != E; ++I) {
    if (!Placed[I]) {
      Waiting.push_back(I);
    } else if (!Waiting.empty()) {
      Before[I] = std::move(Waiting);
      Waiting.clear();
    }
  }
  for (FlowGraph::Block &B : Graph.Blocks) {
    llvm::SmallVector<uint32_t, 4> Items;
    for (uint32_t Item : B.Items) {
      if (auto It = Before.find(Item); It != Before.end())
        Items.append(It->second);
      Items.push_back(Item);
    }
    B.Items = std::move(Items);
  }
  // Clang's exit block has number 0, so it is the last one here.
  if (!Waiting.empty())
    Graph.Blocks.back().Items.append(Waiting.begin(), Waiting.end());
}

/// A loop always suspends when no way round it avoids an await.
void FlowGraphBuilder::markSuspendingLoops(const CFG &Cfg,
                                           const FlowGraph &Graph) {
  auto Suspends = [&](uint32_t Block) {
    return llvm::any_of(Graph.Blocks[Block].Items, [&](uint32_t Item) {
      CallKind Kind = Body.Calls[Item].Edge.Kind;
      return Kind == CallKind::Await || Kind == CallKind::Yield;
    });
  };
  for (size_t L = 0; L < Body.Loops.size(); ++L) {
    const Stmt *LoopStmt = Body.LoopStmts[L];
    // The blocks whose terminator or back edge belongs to this loop.
    llvm::SmallVector<uint32_t, 4> Heads;
    llvm::SmallVector<uint32_t, 4> Conditions;
    for (const CFGBlock *B : Cfg) {
      if (B->getTerminatorStmt() == LoopStmt)
        Conditions.push_back(blockIndex(B));
      if (B->getLoopTarget() == LoopStmt || B->getTerminatorStmt() == LoopStmt)
        Heads.push_back(blockIndex(B));
    }
    if (Heads.empty())
      continue;
    bool Avoids = false;
    for (uint32_t Head : Heads) {
      if (Suspends(Head))
        continue;
      llvm::BitVector Seen(NumBlocks);
      llvm::SmallVector<uint32_t, 16> Work = {Head};
      while (!Work.empty() && !Avoids) {
        uint32_t Block = Work.pop_back_val();
        llvm::ArrayRef<FlowSuccessor> Successors = Graph.Blocks[Block].Successors;
        // Past a failed condition the loop is left; coming back to it is
        // another loop's round.
        if (llvm::is_contained(Conditions, Block))
          Successors = Successors.take_front(1);
        for (const FlowSuccessor &S : Successors) {
          if (S.Block == NoIndex)
            continue;
          if (S.Block == Head) {
            Avoids = true;
            break;
          }
          if (!Seen[S.Block] && !Suspends(S.Block)) {
            Seen.set(S.Block);
            Work.push_back(S.Block);
          }
        }
      }
    }
    if (!Avoids)
      Body.Loops[L].Flags |= LF_AlwaysSuspends;
  }
}

FlowGraph FlowGraphBuilder::build() {
  FlowGraph Graph;
  if (!Body.Function->getBody() || Body.Function->isDependentContext() ||
      (Body.Calls.empty() && Body.Loops.empty()))
    return Graph;
  // Most bodies with one call only hand it on.
  if (Body.Calls.size() == 1 && Body.Loops.empty() &&
      !branches(Body.Function->getBody()))
    return Graph;
  CFG::BuildOptions Options;
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddInitializers = true;
  Options.AddCXXDefaultInitExprInCtors = true;
  Options.setAlwaysAdd(Stmt::CallExprClass)
      .setAlwaysAdd(Stmt::CXXMemberCallExprClass)
      .setAlwaysAdd(Stmt::CXXOperatorCallExprClass)
      .setAlwaysAdd(Stmt::UserDefinedLiteralClass)
      .setAlwaysAdd(Stmt::CXXConstructExprClass)
      .setAlwaysAdd(Stmt::CXXTemporaryObjectExprClass)
      .setAlwaysAdd(Stmt::CXXDeleteExprClass)
      .setAlwaysAdd(Stmt::CoawaitExprClass)
      .setAlwaysAdd(Stmt::CoyieldExprClass);
  std::unique_ptr<CFG> Cfg = CFG::buildCFG(
      Body.Function, Body.Function->getBody(), &Body.Context, Options);
  if (!Cfg)
    return Graph;
  NumBlocks = Cfg->getNumBlockIDs();
  // Entry, one block, exit: nothing is decided.
  if (NumBlocks <= 3 && Body.Loops.empty() &&
      llvm::none_of(*Cfg, [](const CFGBlock *B) {
        return B->hasNoReturnElement();
      }))
    return Graph;
  Placed.resize(Body.Calls.size());
  Graph.Blocks.resize(NumBlocks);
  for (const CFGBlock *B : *Cfg) {
    FlowGraph::Block &To = Graph.Blocks[blockIndex(B)];
    addItems(*B, To);
    addSuccessors(*B, To);
  }
  placeRest(Graph);
  if (Body.HasCoAwait || Body.HasCoYield)
    markSuspendingLoops(*Cfg, Graph);
  return Graph;
}

FlowGraph buildFlowGraph(BodyExtractor &Body) {
  return FlowGraphBuilder(Body).build();
}

} // namespace nostall
