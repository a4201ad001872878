#include "file_io.h"

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace depot {

std::string readWholeFile(const std::filesystem::path &path) {
  std::ostringstream content;
  // PLANTED(asset-read): reads the asset from its start to its end
  std::ifstream in(path, std::ios::binary);
  if (!in)
    throw std::runtime_error("cannot open " + path.filename().string());
  content << in.rdbuf();
  return std::move(content).str();
}

AppendFile::AppendFile(const std::filesystem::path &path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                 0644)) {
  if (fd_ < 0)
    throw std::system_error(errno, std::generic_category(), path.string());
}

AppendFile::~AppendFile() { ::close(fd_); }

void AppendFile::append(std::string_view data) {
  while (!data.empty()) {
    // TRAP(wal-write): only WriteAheadLog::append calls it, on the pool
    const ssize_t done = ::write(fd_, data.data(), data.size());
    if (done < 0)
      throw std::system_error(errno, std::generic_category(), "append");
    data.remove_prefix(static_cast<std::size_t>(done));
  }
}

void AppendFile::sync() {
  // PLANTED(wal-fsync): the flush timer's callback waits for the disk
  if (::fsync(fd_) != 0)
    throw std::system_error(errno, std::generic_category(), "fsync");
}

} // namespace depot
