//===- IndexRefresher.h - keeps a project's index fresh ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the open file does is seen as it is typed; what the others do comes from
// the project's index. A thread keeps that up to date by running `nostall
// check --update-index`: of everything when the project is opened and the index
// is older than its files, or a header is saved; of one file when that is saved.
//
// Only projects with a folder .nostall are touched. One run at a time, over all
// editors (a lock in that folder), at the lowest priority.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clangd/OpenFiles.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

namespace nostall {

/// Thread-safe.
class IndexRefresher {
public:
  struct Options {
    std::string Nostall;     ///< The program to run.
    std::string BuildFolder; ///< --compile-commands-dir; may be empty.
    /// On the refresher's thread, when the index of \p Root is new.
    std::function<void(const std::string &Root)> OnRefreshed;
  };
  explicit IndexRefresher(Options O);
  /// Ends a run that is under way.
  ~IndexRefresher();

  void onFile(const FileEvent &Event);

private:
  struct Task {
    bool All = false;
    bool IfOld = false; ///< Only when the index is older than its files.
    std::set<std::string> Files;
  };

  void work();
  bool refresh(const std::string &Root, const Task &T);
  int run(const std::string &Root, const std::set<std::string> &Files);

  Options O;
  std::mutex Mutex;
  std::condition_variable Changed;
  std::map<std::string, Task> Tasks; ///< By root.
  std::set<std::string> Known;       ///< Roots with an open file.
  bool Stopping = false;
  int Child = 0; ///< The run's process group; 0 for none.
  std::thread Worker;
};

} // namespace nostall
