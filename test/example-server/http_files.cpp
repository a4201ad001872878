#include "http_files.h"

#include "file_io.h"
#include "util.h"

namespace depot {

namespace {

std::string response(const std::string &status, const std::string &body) {
  return "HTTP/1.0 " + status +
         "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

} // namespace

std::optional<std::string> BuiltInSource::fetch(const std::string &name) {
  const auto page = pages_.find(name);
  if (page == pages_.end())
    return std::nullopt;
  return page->second;
}

std::optional<std::string> DirectorySource::fetch(const std::string &name) {
  try {
    return readWholeFile(root_ / checkedName(name));
  } catch (const std::runtime_error &) {
    return std::nullopt;
  }
}

HttpFiles::HttpFiles(const std::filesystem::path &root) {
  sources_.push_back(std::make_unique<BuiltInSource>());
  sources_.push_back(std::make_unique<DirectorySource>(root));
}

std::string HttpFiles::respond(const std::string &requestLine) const {
  const auto words = splitWords(requestLine);
  if (words.size() != 3 || !words[1].starts_with('/'))
    return response("400 Bad Request", "bad request\n");
  const std::string name = words[1].substr(1);
  for (const auto &source : sources_)
    if (const auto body = source->fetch(name))
      return response("200 OK", *body);
  return response("404 Not Found", "no such file\n");
}

} // namespace depot
