//===- TraceTail.h - follows a growing trace file ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The watcher only appends, and flushes after each record. What else may happen
// to a file happens to this one too: it is removed, replaced by another of the
// same name, or emptied and written anew by the program's next run.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/trace.pb.h"

#include <functional>
#include <string>
#include <sys/types.h>

namespace nostall::exporter {

/// Reads the records of one file as they come. Owns the open file, so that it
/// is read to its end also when its name is gone. Not thread-safe.
class TraceTail {
public:
  enum class Condition {
    Growing,  ///< All that is there has been read.
    Absent,   ///< Not there, or nothing in it yet.
    Removed,  ///< Read to its end; the name is gone.
    Replaced, ///< Likewise; another trace begins in its place.
    Unusable, ///< Not a trace, damaged, or not to be read: problem() says why.
  };
  /// \p Offset is the record's place, for readAt().
  using Sink = std::function<void(trace::Record &Record, uint64_t Offset)>;

  explicit TraceTail(std::string Path) : Path(std::move(Path)) {}
  ~TraceTail();
  TraceTail(const TraceTail &) = delete;
  TraceTail &operator=(const TraceTail &) = delete;

  /// Hands over what has come since the last call.
  Condition advance(const Sink &Take);
  /// A record once more. False when it is gone.
  bool readAt(uint64_t Offset, trace::Record &Record) const;

  const std::string &path() const { return Path; }
  const std::string &problem() const { return Problem; }
  /// How far the file was read, in bytes.
  uint64_t position() const { return At; }
  /// Records that were left out: too long, or damaged.
  uint64_t leftOut() const { return LeftOut; }

private:
  Condition open();
  Condition fail(std::string Why);
  bool readChunk();
  bool takeRecords(const Sink &Take);
  bool isReplaced(bool &NameIsGone) const;

  std::string Path, Problem;
  int Fd = -1;
  /// The file's first bytes, in which the time of its start is: another run's
  /// trace differs.
  std::string Head;
  uint64_t At = 0;    ///< Of the first byte that is not in Buffer.
  std::string Buffer; ///< Read, and not yet a whole record.
  uint64_t Skip = 0;  ///< Bytes of a record that is left out.
  uint64_t LeftOut = 0;
  bool IsDamaged = false;
};

} // namespace nostall::exporter
