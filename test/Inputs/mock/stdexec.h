//===- stdexec.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of stdexec that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

namespace stdexec {

struct sync_wait_t {
  template <typename Sender> int operator()(Sender &&) const;
};
inline constexpr sync_wait_t sync_wait{};

class run_loop {
public:
  void run();
};

} // namespace stdexec

namespace experimental::execution {

namespace __task {
struct __reschedule_coroutine_on_t {
  template <typename Scheduler>
  std::suspend_always operator()(Scheduler) const;
};
} // namespace __task
inline constexpr __task::__reschedule_coroutine_on_t reschedule_coroutine_on{};

template <typename T> struct basic_task : mock::Task<T> {
  basic_task(mock::Task<T>);
};
template <typename T = void> using task = basic_task<T>;

class static_thread_pool {
public:
  struct scheduler {};
  explicit static_thread_pool(unsigned);
  ~static_thread_pool();
  scheduler get_scheduler() noexcept;
};

} // namespace experimental::execution

namespace exec = experimental::execution;
