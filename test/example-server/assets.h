#pragma once

#include "metrics.h"
#include "net.h"

#include <filesystem>
#include <string>

namespace depot {

/// The files that are served, as the commands see them.
class AssetTree {
public:
  AssetTree(asio::thread_pool &pool, Metrics &metrics,
            std::filesystem::path root);

  asio::awaitable<std::string> read(std::string name) const;
  /// Number and size of the files, for people.
  std::string usage() const;
  /// Gets the directories into the page cache, gently.
  void warmUp() const;

private:
  asio::thread_pool &pool_;
  Metrics &metrics_;
  const std::filesystem::path root_;
};

} // namespace depot
