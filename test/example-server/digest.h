#pragma once

#include <cstdint>
#include <filesystem>
#include <future>
#include <string>

namespace depot {

/// Checksums of the files that are served.
class FileDigester {
public:
  explicit FileDigester(std::filesystem::path root) : root_(std::move(root)) {}

  /// The checksum of one file.
  std::string digest(const std::string &name) const;

  /// Starts a check of the biggest file, or tells how far it has got.
  std::string scrub();

private:
  std::future<std::uint64_t> start(const std::string &name) const;

  const std::filesystem::path root_;
  std::future<std::uint64_t> scrub_;
};

} // namespace depot
