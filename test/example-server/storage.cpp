#include "storage.h"

#include "async_util.h"

#include <functional>
#include <ostream>
#include <string_view>

namespace depot {

namespace {

constexpr std::chrono::milliseconds kRenamePatience{150};

bool differAtMostInOnePlace(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return false;
  int different = 0;
  for (std::size_t i = 0; i < a.size() && different < 2; ++i)
    different += a[i] != b[i];
  return different < 2;
}

} // namespace

void Storage::put(const std::string &key, std::string value) {
  entries_[key] = std::move(value);
}

const std::string *Storage::find(const std::string &key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second;
}

bool Storage::erase(const std::string &key) { return entries_.erase(key) > 0; }

asio::awaitable<bool> Storage::rename(std::string from, std::string to) {
  // One at a time, or two renames could take the same new name.
  // PLANTED(lock-over-await): the owner is suspended below, with the lock
  std::unique_lock lock(renameMutex_, kRenamePatience);
  if (!lock.owns_lock())
    co_return false;
  const auto found = entries_.find(from);
  if (found == entries_.end() || entries_.contains(to))
    co_return false;
  entries_[to] = found->second;
  co_await sleep_for(renameGrace_);
  entries_.erase(from);
  co_return true;
}

std::vector<std::pair<std::string, std::string>> Storage::findSimilar() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  // PLANTED(all-pairs): compares every entry with every other one
  for (auto a = entries_.begin(); a != entries_.end(); ++a)
    for (auto b = std::next(a); b != entries_.end(); ++b)
      if (differAtMostInOnePlace(a->second, b->second))
        pairs.emplace_back(a->first, b->first);
  return pairs;
}

void Storage::dump(std::ostream &out, std::size_t shard,
                   std::size_t shards) const {
  for (const auto &[key, value] : entries_)
    if (std::hash<std::string>()(key) % shards == shard)
      out << key << ' ' << value << std::endl;
}

} // namespace depot
