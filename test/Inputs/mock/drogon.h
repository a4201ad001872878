//===- drogon.h - declarations for tests ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of Drogon and Trantor that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "coroutine_types.h"

#include <functional>
#include <memory>
#include <string>

namespace trantor {

class EventLoop {
public:
  void runInLoop(std::function<void()> &&);
  unsigned long runAfter(double, std::function<void()> &&);
};
class ConcurrentTaskQueue {
public:
  void runTaskInQueue(std::function<void()> &&);
};

} // namespace trantor

namespace drogon {

struct HttpRequest {};
struct HttpResponse {};
using HttpRequestPtr = std::shared_ptr<HttpRequest>;
using HttpResponsePtr = std::shared_ptr<HttpResponse>;
using Callback = std::function<void(const HttpResponsePtr &)>;

template <typename T = void> struct Task : mock::Task<T> {
  Task(mock::Task<T>);
};
template <typename T> void sync_wait(T &&);
mock::Awaitable<> sleepCoro(trantor::EventLoop *, double);

class HttpSimpleControllerBase {
public:
  virtual ~HttpSimpleControllerBase();
  virtual void asyncHandleHttpRequest(const HttpRequestPtr &, Callback &&) = 0;
};
template <typename T>
class HttpSimpleController : public HttpSimpleControllerBase {};

class HttpClient {
public:
  int sendRequest(const HttpRequestPtr &, double = 0);
  void sendRequest(const HttpRequestPtr &, const Callback &, double = 0);
};

class HttpAppFramework {
public:
  template <typename F>
  HttpAppFramework &registerHandler(const std::string &, F &&) {
    return *this;
  }
  void run();
};
HttpAppFramework &app();

namespace orm {

class DbClient {
public:
  template <typename... Args> int execSqlSync(const std::string &, Args &&...);
  template <typename F, typename G>
  void execSqlAsync(const std::string &, F &&, G &&) {}
};

template <typename T> class Mapper {
public:
  explicit Mapper(std::shared_ptr<DbClient>);
  T findOne(int Criteria);
  void findOne(int Criteria, std::function<void(T)>, std::function<void()>);
};

} // namespace orm
} // namespace drogon
