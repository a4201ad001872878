//===- SummaryStream.h - many summaries, read ahead -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gives the summaries of a list of files in its order, while a thread of its
// own reads and checks those that come next: of linking twenty thousand units
// this is half of the work. Some summaries go round between the two, so that
// memory is not given back and taken anew for each file.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/summary/SummaryIO.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace nostall {

/// For one thread, and with one of its own while it lives.
class SummaryStream {
public:
  explicit SummaryStream(std::vector<std::string> Paths);
  ~SummaryStream();
  SummaryStream(const SummaryStream &) = delete;
  SummaryStream &operator=(const SummaryStream &) = delete;

  /// The next file's summary, which stays as it is until the next call, or
  /// what is wrong with the file; null at the end.
  llvm::Expected<const LUSummary *> next();

private:
  struct Place {
    LUSummary Summary;
    std::optional<llvm::Error> Problem;
  };

  void readAll();
  bool hasEnough() const;

  const std::vector<std::string> Paths;
  std::vector<Place> Ring;
  std::mutex Mutex; ///< Of what follows.
  std::condition_variable Changed;
  size_t NumRead = 0;  ///< Files that are in the ring, or were.
  size_t NumTaken = 0; ///< Of them those that next() is done with.
  bool IsHeld = false; ///< next() has given out NumTaken.
  bool IsStopped = false;
  std::thread Reader;
};

} // namespace nostall
