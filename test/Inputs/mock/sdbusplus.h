//===- sdbusplus.h - declarations for tests ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of sdbusplus that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <functional>
#include <string>

namespace sdbusplus {

struct message {};

namespace bus {
struct bus {
  message call(message &);
  void call_noreply(message &);
  void wait(unsigned long Microseconds);
  void request_name(const char *);
};
bus new_default();
namespace match {
struct match {
  match(bus &, const char *Rule, std::function<void(message &)>);
};
} // namespace match
} // namespace bus

namespace asio {
class connection : public bus::bus {
public:
  template <typename F, typename... Args>
  void async_method_call(F &&, Args &&...) {}
};
class dbus_interface {
public:
  template <typename F> bool register_method(const std::string &, F &&) {
    return true;
  }
};
} // namespace asio

} // namespace sdbusplus
