//===- userver.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of userver that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace userver {

namespace engine {
class TaskProcessor {};
class Deadline {};
struct Task {
  void Get();
};
void SleepFor(std::chrono::milliseconds);
Task makeTask();
template <typename F, typename... Args> Task AsyncNoSpan(F &&, Args &&...) {
  return makeTask();
}
template <typename F, typename... Args>
Task AsyncNoSpan(TaskProcessor &, F &&, Args &&...) {
  return makeTask();
}
} // namespace engine

namespace utils {
template <typename F, typename... Args>
engine::Task Async(std::string, F &&, Args &&...) {
  return engine::makeTask();
}
template <typename F, typename... Args>
engine::Task Async(engine::TaskProcessor &, std::string, F &&, Args &&...) {
  return engine::makeTask();
}
class PeriodicTask {
public:
  void Start(std::string, std::chrono::milliseconds, std::function<void()>);
};
} // namespace utils

namespace fs {
std::string ReadFileContents(engine::TaskProcessor &, const std::string &);
namespace blocking {
std::string ReadFileContents(const std::string &);
} // namespace blocking
} // namespace fs

namespace server::handlers {
class HttpHandlerBase {
public:
  virtual ~HttpHandlerBase();
  virtual std::string HandleRequestThrow(int Request, int &Context) const = 0;
};
} // namespace server::handlers

} // namespace userver
