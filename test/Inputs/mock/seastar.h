//===- seastar.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of Seastar that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <chrono>
#include <coroutine>
#include <functional>

namespace seastar {

template <typename T = void> class future {
public:
  struct promise_type {
    future get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void return_void();
    void unhandled_exception();
  };
  bool await_ready() noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume();
  template <typename F> future then(F &&) { return next(); }
  template <typename F> future finally(F &&) { return next(); }
  void get();

private:
  future next();
};

future<> sleep(std::chrono::milliseconds);
future<> ready();
template <typename F> future<> async(F &&) { return ready(); }
template <typename F> future<> repeat(F &&) { return ready(); }

class timer {
public:
  void set_callback(std::function<void()> &&);
};

class smp {
public:
  template <typename F> static future<> submit_to(unsigned, F &&) {
    return ready();
  }
};

class app_template {
public:
  template <typename F> int run(int, char **, F &&) { return 0; }
};

} // namespace seastar
