//===- concurrencpp.h - declarations for tests ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of concurrencpp that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

#include <chrono>
#include <memory>

namespace concurrencpp {

template <typename T> struct result : mock::Task<T> {
  result(mock::Task<T>);
  T get();
  void wait();
  int wait_for(std::chrono::milliseconds);
};

class executor {
public:
  virtual ~executor();
  virtual void shutdown() = 0;
  template <typename F> void post(F &&) {}
};
class thread_pool_executor : public executor {
public:
  void shutdown() override;
};
class manual_executor : public executor {
public:
  void shutdown() override;
  bool loop_once();
  bool loop_once_for(std::chrono::milliseconds);
};

class runtime {
public:
  ~runtime();
  std::shared_ptr<thread_pool_executor> thread_pool_executor() const;
};

std::suspend_always resume_on(std::shared_ptr<executor>);

} // namespace concurrencpp
