//===- redispp.h - declarations for tests -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of redis-plus-plus that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <future>
#include <string>

namespace sw::redis {

class Subscriber {
public:
  template <typename F> void on_message(F) {}
  void subscribe(const std::string &);
  void consume();
};

class PipelineImpl;
template <typename Impl> class QueuedRedis {
public:
  QueuedRedis &set(const std::string &, const std::string &);
  int exec();
};
using Pipeline = QueuedRedis<PipelineImpl>;

class Redis {
public:
  explicit Redis(const std::string &Uri);
  std::string get(const std::string &);
  bool set(const std::string &, const std::string &);
  std::string ping();
  Pipeline pipeline(bool NewConnection = true);
  Subscriber subscriber();
};

class RedisCluster {
public:
  explicit RedisCluster(const std::string &Uri);
  std::string get(const std::string &);
};

class AsyncRedis {
public:
  std::future<std::string> get(const std::string &);
  template <typename F> void get(const std::string &, F &&) {}
};

} // namespace sw::redis
