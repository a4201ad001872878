#pragma once

#include "app.h"
#include "commands.h"
#include "session.h"

#include <cstdint>
#include <memory>
#include <set>

namespace depot {

/// Accepts the clients and keeps their sessions.
class Server {
public:
  Server(App &app, std::uint16_t port);

  void start();
  /// Closes everything, so that io_context::run returns.
  void stop();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  asio::awaitable<void> acceptClients();
  asio::awaitable<void> lookAfterHooks();

  App &app_;
  Commands commands_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  std::set<std::shared_ptr<Session>> sessions_;
  bool stopping_ = false;
};

} // namespace depot
