//===- cppcoro.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of cppcoro that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

#include <chrono>

namespace cppcoro {

template <typename T = void> struct task : mock::Task<T> {
  task(mock::Task<T>);
};

class static_thread_pool {
public:
  static_thread_pool();
  ~static_thread_pool();
  std::suspend_always schedule() noexcept;
};

class io_service {
public:
  std::suspend_always schedule() noexcept;
  std::suspend_always schedule_after(std::chrono::milliseconds) noexcept;
  unsigned long process_events();
  unsigned long process_pending_events();
};

template <typename Awaitable> void sync_wait(Awaitable &&);
template <typename Scheduler, typename Awaitable>
Awaitable schedule_on(Scheduler &, Awaitable);
template <typename Scheduler, typename Awaitable>
Awaitable resume_on(Scheduler &, Awaitable);

} // namespace cppcoro
