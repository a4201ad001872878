#pragma once

#include "net.h"
#include "storage.h"

#include <filesystem>

namespace depot {

/// Writes the whole store to disk, in shards, on the pool.
class Checkpointer {
public:
  Checkpointer(asio::thread_pool &pool, const Storage &storage,
               std::filesystem::path directory);

  /// Returns the number of shards written.
  std::size_t run();

private:
  void writeShards();
  void writeShard(std::size_t shard) const;

  asio::thread_pool &pool_;
  const Storage &storage_;
  const std::filesystem::path directory_;
};

} // namespace depot
