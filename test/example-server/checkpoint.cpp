#include "checkpoint.h"

#include <fstream>
#include <latch>

namespace depot {

namespace {

constexpr std::size_t kShards = 4;

} // namespace

Checkpointer::Checkpointer(asio::thread_pool &pool, const Storage &storage,
                           std::filesystem::path directory)
    : pool_(pool), storage_(storage), directory_(std::move(directory)) {}

std::size_t Checkpointer::run() {
  writeShards();
  return kShards;
}

void Checkpointer::writeShards() {
  std::latch done(kShards);
  for (std::size_t shard = 0; shard < kShards; ++shard)
    asio::post(pool_, [this, shard, &done] {
      writeShard(shard);
      done.count_down();
    });
  // Nothing may change the entries while the shards are being written.
  // PLANTED(checkpoint-latch): waits for four pool threads to write their files
  done.wait();
}

void Checkpointer::writeShard(std::size_t shard) const {
  const auto name = "shard" + std::to_string(shard);
  // TRAP(shard-write): runs in the job posted to the pool
  std::ofstream out(directory_ / name, std::ios::trunc);
  storage_.dump(out, shard, kShards);
}

} // namespace depot
