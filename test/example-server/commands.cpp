#include "commands.h"

#include "util.h"

namespace depot {

const std::string &Request::word(std::size_t index) const {
  if (index >= words.size())
    throw CommandError("too few words");
  return words[index];
}

Commands::Commands(App &app) : app_(app) {
  addStorageCommands();
  addFileCommands();
  addOperatorCommands();
  addPeerCommands();
}

asio::awaitable<std::string> Commands::run(const Request &request) {
  if (const auto plain = plain_.find(request.verb()); plain != plain_.end())
    co_return plain->second(request);
  if (const auto async = async_.find(request.verb()); async != async_.end())
    co_return co_await async->second(request);
  throw CommandError("unknown command: " + request.verb());
}

void Commands::addStorageCommands() {
  plain_["get"] = [this](const Request &request) {
    const std::string *value = app_.storage.find(request.word(1));
    if (!value)
      throw CommandError("no such key");
    return *value;
  };
  plain_["size"] = [this](const Request &) {
    return std::to_string(app_.storage.size());
  };
  plain_["similar"] = [this](const Request &) { return similar(); };
  plain_["checkpoint"] = [this](const Request &) {
    return std::to_string(app_.checkpointer.run()) + " shards";
  };
  async_["del"] = [this](const Request &request) { return remove(request); };
  async_["rename"] = [this](const Request &request) { return rename(request); };
}

void Commands::addFileCommands() {
  plain_["usage"] = [this](const Request &) { return app_.assets.usage(); };
  plain_["warm"] = [this](const Request &) {
    app_.assets.warmUp();
    return std::string("started");
  };
  plain_["digest"] = [this](const Request &request) {
    return app_.digester.digest(request.word(1));
  };
  plain_["scrub"] = [this](const Request &) { return app_.digester.scrub(); };
  async_["cat"] = [this](const Request &request) {
    return app_.assets.read(request.word(1));
  };
}

void Commands::addOperatorCommands() {
  plain_["ping"] = [](const Request &) { return std::string("pong"); };
  plain_["datadir"] = [this](const Request &) { return app_.dataDir.string(); };
  plain_["lastaudit"] = [this](const Request &) { return app_.audit.newest(); };
  plain_["lease"] = [this](const Request &request) { return lease(request); };
  plain_["hook"] = [this](const Request &request) {
    return std::to_string(app_.hooks.run(request.word(1)));
  };
  plain_["bghook"] = [this](const Request &request) {
    app_.hooks.start(request.word(1));
    return std::string("started");
  };
  plain_["report"] = [this](const Request &) {
    asio::post(app_.pool,
               [this] { app_.metrics.writeReport(app_.dataDir / "report"); });
    return std::string("started");
  };
  plain_["reset"] = [this](const Request &) {
    return std::string(app_.metrics.tryReset() ? "done" : "busy");
  };
  async_["token"] = [this](const Request &request) {
    return app_.accounts.issueToken(request.user);
  };
  async_["check"] = [this](const Request &request) {
    return checkToken(request);
  };
}

void Commands::addPeerCommands() {
  plain_["peer"] = [this](const Request &request) {
    return app_.peer.choose(request.word(1), request.word(2));
  };
  async_["pull"] = [this](const Request &request) {
    return app_.peer.pull(request.word(1));
  };
}

asio::awaitable<std::string> Commands::remove(const Request &request) {
  const std::string &key = request.word(1);
  if (!app_.storage.erase(key))
    throw CommandError("no such key");
  std::string record = "del " + key + "\n";
  co_await app_.wal.append(std::move(record));
  co_return "deleted";
}

asio::awaitable<std::string> Commands::rename(const Request &request) {
  const std::string &from = request.word(1);
  const std::string &to = request.word(2);
  if (!co_await app_.storage.rename(from, to))
    throw CommandError("cannot rename " + from);
  std::string record = "rename " + from + " " + to + "\n";
  co_await app_.wal.append(std::move(record));
  co_return "renamed";
}

asio::awaitable<std::string> Commands::checkToken(const Request &request) {
  const bool right =
      co_await app_.accounts.checkToken(request.user, request.word(1));
  co_return right ? "right" : "wrong";
}

std::string Commands::similar() const {
  const auto pairs = app_.storage.findSimilar();
  if (pairs.empty())
    return "none";
  return std::to_string(pairs.size()) + " pairs, first " + pairs.front().first +
         " " + pairs.front().second;
}

std::string Commands::lease(const Request &request) {
  if (request.word(1) == "end") {
    app_.maintenance.release();
    return "ended";
  }
  if (!app_.maintenance.acquire())
    throw CommandError("a tool has the lock");
  return "yours";
}

} // namespace depot
