#include "assets.h"

#include "async_util.h"
#include "util.h"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <thread>

namespace depot {

namespace fs = std::filesystem;

AssetTree::AssetTree(asio::thread_pool &pool, Metrics &metrics, fs::path root)
    : pool_(pool), metrics_(metrics), root_(std::move(root)) {}

asio::awaitable<std::string> AssetTree::read(std::string name) const {
  const fs::path path = root_ / checkedName(name);
  return runInPool(pool_, [path] {
    // TRAP(pool-read): runInPool posts this lambda to the thread pool
    std::ifstream in(path, std::ios::binary);
    if (!in)
      throw CommandError("no such file");
    return std::string(std::istreambuf_iterator<char>(in), {});
  });
}

std::string AssetTree::usage() const {
  return metrics_.timed([this] {
    std::uintmax_t files = 0;
    std::uintmax_t bytes = 0;
    // PLANTED(directory-walk): lists every directory, inline in Metrics::timed
    for (const auto &entry : fs::recursive_directory_iterator(root_)) {
      if (!entry.is_regular_file())
        continue;
      ++files;
      bytes += entry.file_size();
    }
    return std::to_string(files) + " files, " + std::to_string(bytes) +
           " bytes";
  });
}

void AssetTree::warmUp() const {
  asio::post(pool_, [root = root_] {
    for (const auto &directory : fs::directory_iterator(root)) {
      std::ifstream(directory.path() / "photo0.txt").peek();
      // TRAP(pool-sleep): this lambda is posted to the thread pool
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
}

} // namespace depot
