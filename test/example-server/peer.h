#pragma once

#include "net.h"

#include <string>

namespace depot {

/// Another depot, which values can be pulled from.
class Peer {
public:
  explicit Peer(asio::io_context &io) : io_(io) {}

  /// Chooses the peer; returns its address.
  std::string choose(const std::string &host, const std::string &service);

  /// The peer's value of the key.
  asio::awaitable<std::string> pull(std::string key);

private:
  asio::io_context &io_;
  tcp::endpoint endpoint_;
};

} // namespace depot
