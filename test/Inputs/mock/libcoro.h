//===- libcoro.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of libcoro that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

#include <chrono>
#include <memory>

namespace coro {

template <typename T = void> struct task : mock::Task<T> {
  task(mock::Task<T>);
};

class thread_pool {
public:
  ~thread_pool();
  std::suspend_always schedule();
  template <typename T> task<T> schedule(task<T>);
  bool spawn_detached(task<void> &&) noexcept;
  void shutdown() noexcept;
};

class scheduler {
public:
  std::suspend_always schedule();
  task<void> schedule_after(std::chrono::milliseconds);
  bool spawn_detached(task<void> &&);
  unsigned long
  process_events(std::chrono::milliseconds = std::chrono::milliseconds(0));
  void shutdown() noexcept;
};

template <typename Awaitable> void sync_wait(Awaitable &&);

} // namespace coro
