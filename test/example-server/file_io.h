#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace depot {

/// The content of the file; throws std::runtime_error if it cannot be opened.
std::string readWholeFile(const std::filesystem::path &path);

/// A file that is only ever appended to.
class AppendFile {
public:
  explicit AppendFile(const std::filesystem::path &path);
  ~AppendFile();
  AppendFile(const AppendFile &) = delete;
  AppendFile &operator=(const AppendFile &) = delete;

  void append(std::string_view data);
  void sync();

private:
  int fd_;
};

} // namespace depot
