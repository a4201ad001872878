#include "digest.h"

#include "util.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>

namespace depot {

namespace {

using namespace std::chrono_literals;

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};

std::uint64_t hashFile(const std::filesystem::path &path) {
  const std::unique_ptr<std::FILE, CloseFile> file(
      std::fopen(path.c_str(), "rb"));
  if (!file)
    throw CommandError("no such file");
  std::array<unsigned char, 65536> block;
  std::uint64_t state = 0;
  std::size_t size = 0;
  // TRAP(async-body): runs on the thread that std::async starts
  while ((size = std::fread(block.data(), 1, block.size(), file.get())) > 0)
    for (std::size_t i = 0; i < size; ++i)
      state = mix(state, block[i]);
  return state;
}

} // namespace

std::future<std::uint64_t> FileDigester::start(const std::string &name) const {
  return std::async(std::launch::async, [path = root_ / checkedName(name)] {
    return hashFile(path);
  });
}

std::string FileDigester::digest(const std::string &name) const {
  auto sum = start(name);
  // PLANTED(digest-future): waits for the thread that reads and hashes the file
  return hex(sum.get());
}

std::string FileDigester::scrub() {
  if (!scrub_.valid()) {
    scrub_ = start("video.bin");
    return "started";
  }
  if (scrub_.wait_for(0s) != std::future_status::ready)
    return "running";
  // TRAP(ready-future): only taken when wait_for(0s) has said ready
  return hex(scrub_.get());
}

} // namespace depot
