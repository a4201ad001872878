//===- folly.h - declarations for tests -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of Folly that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

#include <chrono>
#include <functional>
#include <string>

namespace folly {

template <typename F> using Function = std::function<F>;

class Executor {
public:
  virtual ~Executor();
  virtual void add(Function<void()>) = 0;
};
template <typename T = Executor> class ExecutorKeepAlive {
public:
  ExecutorKeepAlive(T *);
};

class EventBase : public Executor {
public:
  void add(Function<void()>) override;
  void loopForever();
  void runInEventBaseThread(Function<void()>) noexcept;
  void runInEventBaseThreadAndWait(Function<void()>) noexcept;
};
class CPUThreadPoolExecutor : public Executor {
public:
  explicit CPUThreadPoolExecutor(unsigned);
  void add(Function<void()>) override;
};
ExecutorKeepAlive<> getGlobalCPUExecutor();

class EventHandler {
public:
  virtual ~EventHandler();
  virtual void handlerReady(unsigned short Events) noexcept = 0;
};
class AsyncTimeout {
public:
  virtual ~AsyncTimeout();
  virtual void timeoutExpired() noexcept = 0;
};
class AsyncReader {
public:
  class ReadCallback {
  public:
    virtual ~ReadCallback();
    virtual void readDataAvailable(size_t) noexcept = 0;
    virtual void readEOF() noexcept = 0;
  };
};

template <typename T> class Future {
public:
  T get() &&;
  T get(std::chrono::milliseconds) &&;
  Future &wait() &;
  Future via(ExecutorKeepAlive<>) &&;
  template <typename F> Future thenValue(F &&) && { return next(); }
  Future next();
};
Future<int> done();
template <typename F> Future<int> via(ExecutorKeepAlive<>, F &&) {
  return done();
}

class Baton {
public:
  void wait() noexcept;
  bool try_wait() noexcept;
  bool try_wait_for(std::chrono::milliseconds) noexcept;
};

bool readFile(const char *, std::string &);
class Subprocess {
public:
  int wait();
  int poll();
};

namespace coro {
template <typename T = void> struct Task : mock::Task<T> {
  Task(mock::Task<T>);
};
struct blocking_wait_fn {
  template <typename Awaitable> int operator()(Awaitable &&) const;
};
inline constexpr blocking_wait_fn blockingWait{};
} // namespace coro

} // namespace folly
