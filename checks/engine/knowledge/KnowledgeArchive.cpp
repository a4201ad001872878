//===- KnowledgeArchive.cpp - knowledge as bytes ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeArchive.h"

#include <cassert>
#include <cstring>
#include <type_traits>

namespace nostall {
namespace {

//===----------------------------------------------------------------------===//
// The fields of each struct
//
// By structured bindings, so that a field that is added and forgotten here is
// an error of the compiler.
//===----------------------------------------------------------------------===//

template <typename T, typename... Types>
constexpr bool IsOneOf = (std::is_same_v<std::remove_const_t<T>, Types> || ...);

template <typename T>
  requires IsOneOf<T, Effect, FlowRule, ReentryRule>
void eachField(T &X, auto Do) {
  auto &[A, B] = X;
  Do(A, B);
}

template <typename T>
  requires IsOneOf<T, ArgSelector, ResultRule, SwitchRule,
                   WrittenType>
void eachField(T &X, auto Do) {
  auto &[A, B, C] = X;
  Do(A, B, C);
}

template <typename T>
  requires IsOneOf<T, ReturnRule, MarkRule, LockRule, GuardRule, TypeKnowledge,
                   FieldKnowledge, CostRule>
void eachField(T &X, auto Do) {
  auto &[A, B, C, D] = X;
  Do(A, B, C, D);
}

template <typename T>
  requires IsOneOf<T, CostKnowledge>
void eachField(T &X, auto Do) {
  auto &[Name, Cost] = X;
  Do(Name, Cost);
}

template <typename T>
  requires IsOneOf<T, ParamRule>
void eachField(T &X, auto Do) {
  auto &[Param, Runs, Executor, When, PassesRest] = X;
  Do(Param, Runs, Executor, When, PassesRest);
}

template <typename T>
  requires IsOneOf<T, Condition>
void eachField(T &X, auto Do) {
  auto &[Subject, Field, Test, Traits, Number, Texts] = X;
  Do(Subject, Field, Test, Traits, Number, Texts);
}

template <typename T>
  requires IsOneOf<T, EffectRule>
void eachField(T &X, auto Do) {
  auto &[What, When, Unless, Why, Buffer, Until, Reenters] = X;
  Do(What, When, Unless, Why, Buffer, Until, Reenters);
}

template <typename T>
  requires IsOneOf<T, FixKnowledge>
void eachField(T &X, auto Do) {
  auto &[Name, Coroutine, Text, Arity, Written, ObjectLast, GivesValue,
         Includes, Umbrellas, Library] = X;
  Do(Name, Coroutine, Text, Arity, Written, ObjectLast, GivesValue, Includes,
     Umbrellas, Library);
}

template <typename T>
  requires IsOneOf<T, FunctionKnowledge>
void eachField(T &X, auto Do) {
  auto &[Name, Signature, Reference, Effects, Params, Returns, Flows, Marks,
         Locks, Guard, Settles, ResultBy, Completes, NestsLoop, Switches,
         Constructs, Destroys, Releases, Context, Gil, Multiplexer,
         Descriptors, Opaque, Optional, Polls, Relaxes, Intercept, Measured,
         UseInstead, Library, Line] = X;
  Do(Name, Signature, Reference, Effects, Params, Returns, Flows, Marks, Locks,
     Guard, Settles, ResultBy, Completes, NestsLoop, Switches, Constructs,
     Destroys, Releases, Context, Gil, Multiplexer, Descriptors, Opaque,
     Optional, Polls, Relaxes, Intercept, Measured, UseInstead, Library, Line);
}

template <typename T>
  requires IsOneOf<T, LibraryKnowledge>
void eachField(T &X, auto Do) {
  auto &[Id, Title, File, Origin, Headers, Packages, VerifyFlags, Namespaces,
         Remedies, Functions, Types, Variables, Fields, Costs, Fixes,
         SkipBodies] = X;
  Do(Id, Title, File, Origin, Headers, Packages, VerifyFlags, Namespaces,
     Remedies, Functions, Types, Variables, Fields, Costs, Fixes, SkipBodies);
}

//===----------------------------------------------------------------------===//
// Numbers, texts, lists
//===----------------------------------------------------------------------===//

class Writer {
public:
  template <typename T> void put(const T &X) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      Bytes.append(reinterpret_cast<const char *>(&X), sizeof(X));
    else
      eachField(X, [this](const auto &...Fields) { (this->put(Fields), ...); });
  }
  void put(const std::string &Text) {
    put(static_cast<uint32_t>(Text.size()));
    Bytes += Text;
  }
  template <typename T> void put(const std::vector<T> &List) {
    put(static_cast<uint32_t>(List.size()));
    for (const T &X : List)
      put(X);
  }
  template <typename K, typename V> void put(const std::map<K, V> &Map) {
    put(static_cast<uint32_t>(Map.size()));
    for (const auto &[Key, Mapped] : Map) {
      put(Key);
      put(Mapped);
    }
  }
  template <typename T> void put(const std::optional<T> &X) {
    put(X.has_value());
    if (X)
      put(*X);
  }
  /// The library that is being written.
  void put(const LibraryKnowledge *const &) {}

  std::string Bytes;
};

class Reader {
public:
  explicit Reader(std::string_view Bytes) : Rest(Bytes) {}

  template <typename T> void get(T &X) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      memcpy(&X, take(sizeof(X)).data(), sizeof(X));
    else
      eachField(X, [this](auto &...Fields) { (this->get(Fields), ...); });
  }
  void get(std::string &Text) { Text = take(length()); }
  template <typename T> void get(std::vector<T> &List) {
    List.resize(length());
    for (T &X : List)
      get(X);
  }
  template <typename K, typename V> void get(std::map<K, V> &Map) {
    for (uint32_t I = 0, E = length(); I != E; ++I) {
      K Key{};
      get(Key);
      get(Map[Key]);
    }
  }
  template <typename T> void get(std::optional<T> &X) {
    bool HasValue = false;
    get(HasValue);
    if (HasValue)
      get(X.emplace());
  }
  void get(const LibraryKnowledge *&Library) { Library = Current; }

  const LibraryKnowledge *Current = nullptr;

private:
  uint32_t length() {
    uint32_t Length = 0;
    get(Length);
    return Length;
  }
  std::string_view take(size_t Size) {
    assert(Size <= Rest.size() && "not from this build's packKnowledge()");
    std::string_view Taken = Rest.substr(0, Size);
    Rest.remove_prefix(Size);
    return Taken;
  }

  std::string_view Rest;
};

} // namespace

std::string
packKnowledge(llvm::ArrayRef<std::unique_ptr<LibraryKnowledge>> Libraries) {
  Writer Out;
  Out.put(static_cast<uint32_t>(Libraries.size()));
  for (const auto &Library : Libraries)
    Out.put(*Library);
  return std::move(Out.Bytes);
}

LibraryList unpackKnowledge(std::string_view Bytes) {
  Reader In(Bytes);
  uint32_t Count = 0;
  In.get(Count);
  LibraryList Libraries;
  for (uint32_t I = 0; I != Count; ++I) {
    auto Library = std::make_unique<LibraryKnowledge>();
    In.Current = Library.get();
    In.get(*Library);
    Libraries.push_back(std::move(Library));
  }
  return Libraries;
}

} // namespace nostall
