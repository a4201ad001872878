#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace depot {

/// Where the HTTP side gets its files from.
class AssetSource {
public:
  virtual ~AssetSource() = default;
  /// The content of the file, or nothing if there is no such file here.
  virtual std::optional<std::string> fetch(const std::string &name) = 0;
};

/// Pages that are part of the program.
class BuiltInSource : public AssetSource {
public:
  std::optional<std::string> fetch(const std::string &name) override;

private:
  const std::map<std::string, std::string> pages_{
      {"", "depot\n"}, {"robots.txt", "User-agent: *\nDisallow: /\n"}};
};

/// The files of a directory.
class DirectorySource : public AssetSource {
public:
  explicit DirectorySource(std::filesystem::path root)
      : root_(std::move(root)) {}
  std::optional<std::string> fetch(const std::string &name) override;

private:
  const std::filesystem::path root_;
};

/// Answers HTTP requests from the first source that has the file.
class HttpFiles {
public:
  explicit HttpFiles(const std::filesystem::path &root);

  /// The whole response to a request line like `GET /name HTTP/1.0`.
  std::string respond(const std::string &requestLine) const;

private:
  std::vector<std::unique_ptr<AssetSource>> sources_;
};

} // namespace depot
