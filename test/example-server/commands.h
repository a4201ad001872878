#pragma once

#include "app.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace depot {

/// One command line and who sent it.
struct Request {
  std::vector<std::string> words;
  std::string user;

  const std::string &verb() const { return words.front(); }
  /// Throws a CommandError if there are not so many words.
  const std::string &word(std::size_t index) const;
};

/// The commands that need nothing of the session but its request.
class Commands {
public:
  explicit Commands(App &app);

  /// The reply; throws a CommandError if there is none.
  asio::awaitable<std::string> run(const Request &request);

private:
  using Plain = std::function<std::string(const Request &)>;
  using Async = std::function<asio::awaitable<std::string>(const Request &)>;

  void addStorageCommands();
  void addFileCommands();
  void addOperatorCommands();
  void addPeerCommands();

  asio::awaitable<std::string> remove(const Request &request);
  asio::awaitable<std::string> rename(const Request &request);
  asio::awaitable<std::string> checkToken(const Request &request);
  std::string similar() const;
  std::string lease(const Request &request);

  App &app_;
  std::map<std::string, Plain> plain_;
  std::map<std::string, Async> async_;
};

} // namespace depot
