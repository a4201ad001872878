//===- Effect.h - what a call may do to its thread --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nostall {

/// What the thread waits for, or works on.
enum class Category : uint8_t {
  File,     ///< File contents and metadata: a disk, or a server behind it.
  Socket,   ///< A peer: connect, accept, send, receive on a blocking socket.
  Dns,      ///< Name resolution and the other lookups behind NSS.
  Sleep,    ///< A fixed time.
  Lock,     ///< Another holder of a mutex.
  Wait,     ///< An event: a future, a condition, a thread, a descriptor.
  Process,  ///< Starting or waiting for a process.
  Ipc,      ///< Another process on this machine: D-Bus, a queue, a semaphore.
  Database, ///< A query.
  Stdio,    ///< Console and log output.
  Loader,   ///< Loading code: dlopen, plug-ins.
  Auth,     ///< PAM and other authentication.
  Device,   ///< Terminals, serial lines, other devices.
  Cpu,      ///< Computation.
};
inline constexpr unsigned NumCategories = 14;

/// How sure it is that the thread stops long enough to matter.
enum class Tier : uint8_t {
  Rarely, ///< A short uncontended lock, a log line.
  Likely, ///< Reading a file, a lock whose holder may block.
  Always, ///< sleep, getaddrinfo, waitpid, PQexec.
};

struct Effect {
  Category Kind = Category::File;
  Tier Severity = Tier::Likely;
  friend bool operator==(const Effect &, const Effect &) = default;
};

std::string_view name(Category C);
std::string_view name(Tier T);
std::optional<Category> categoryFromName(std::string_view Name);
std::optional<Tier> tierFromName(std::string_view Name);

} // namespace nostall
