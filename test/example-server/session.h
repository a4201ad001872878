#pragma once

#include "commands.h"
#include "net.h"

#include <string>

namespace depot {

/// Reads lines and blocks of bytes from a socket.
class SocketReader {
public:
  explicit SocketReader(tcp::socket &socket) : socket_(socket) {}

  /// The next line, without its end.
  asio::awaitable<std::string> read();
  /// The next `size` bytes.
  asio::awaitable<std::string> read(std::size_t size);

private:
  tcp::socket &socket_;
  std::string buffer_;
};

/// One client. A first line like `GET /...` makes it an HTTP client, anything
/// else is the first command of the line protocol.
class Session {
public:
  Session(tcp::socket socket, App &app, Commands &commands);

  asio::awaitable<void> run();
  void close();

private:
  asio::awaitable<void> serveHttp(const std::string &requestLine);
  asio::awaitable<bool> serveCommand(const std::string &line);
  asio::awaitable<std::string> answer(const Request &request);
  asio::awaitable<std::string> put(const Request &request);
  void store(const std::string &key, std::string value);
  std::string logIn(const Request &request);
  bool peerIsGone();

  tcp::socket socket_;
  SocketReader reader_;
  App &app_;
  Commands &commands_;
  const std::string id_;
  std::string user_ = "guest";
};

} // namespace depot
