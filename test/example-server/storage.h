#pragma once

#include "net.h"

#include <chrono>
#include <iosfwd>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace depot {

/// The key-value store. Only the loop's thread changes it.
class Storage {
public:
  explicit Storage(std::chrono::milliseconds renameGrace)
      : renameGrace_(renameGrace) {}

  void put(const std::string &key, std::string value);
  const std::string *find(const std::string &key) const;
  bool erase(const std::string &key);
  std::size_t size() const { return entries_.size(); }

  /// Renames a key. The old name goes on working for a moment, for the clients
  /// that have just listed it.
  asio::awaitable<bool> rename(std::string from, std::string to);

  /// Pairs of keys whose values are as good as the same.
  std::vector<std::pair<std::string, std::string>> findSimilar() const;

  /// Writes the part `shard` of `shards` of the entries, one on a line.
  void dump(std::ostream &out, std::size_t shard, std::size_t shards) const;

private:
  const std::chrono::milliseconds renameGrace_;
  std::timed_mutex renameMutex_;
  std::map<std::string, std::string> entries_;
};

} // namespace depot
