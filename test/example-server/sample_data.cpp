#include "sample_data.h"

#include "util.h"

#include <fstream>

namespace depot {

namespace {

constexpr int kDirectories = 100;
constexpr int kFilesPerDirectory = 50;
constexpr int kEntries = 2000;
constexpr std::size_t kVideoSize = 32u << 20;

void writeFile(const std::filesystem::path &path, const std::string &content) {
  // TRAP(sample-write): main fills a new data directory before io_context::run
  std::ofstream out(path, std::ios::binary);
  out << content;
}

} // namespace

void writeSampleFiles(const std::filesystem::path &assets) {
  if (std::filesystem::exists(assets))
    return;
  std::filesystem::create_directories(assets);
  for (int d = 0; d < kDirectories; ++d) {
    const auto directory = assets / ("album" + std::to_string(d));
    std::filesystem::create_directory(directory);
    for (int f = 0; f < kFilesPerDirectory; ++f)
      writeFile(directory / ("photo" + std::to_string(f) + ".txt"),
                "photo " + sessionId(d * 1000u + f) + "\n");
  }
  writeFile(assets / "video.bin", std::string(kVideoSize, 'v'));
}

void addSampleEntries(Storage &storage) {
  for (int i = 0; i < kEntries; ++i)
    storage.put("user:" + std::to_string(i),
                "profile of " + sessionId(i % (kEntries / 2)));
}

} // namespace depot
