#include "server.h"

#include "async_util.h"

#include <csignal>

namespace depot {

namespace {

constexpr std::chrono::milliseconds kReapPeriod{100};
constexpr std::chrono::milliseconds kAcceptPause{20};

} // namespace

Server::Server(App &app, std::uint16_t port)
    : app_(app), commands_(app),
      acceptor_(app.io, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      signals_(app.io, SIGTERM, SIGINT) {
  app_.requestStop = [this] { stop(); };
}

void Server::start() {
  asio::co_spawn(app_.io, acceptClients(), asio::detached);
  asio::co_spawn(app_.io, lookAfterHooks(), asio::detached);
  signals_.async_wait([this](const boost::system::error_code &error, int) {
    if (!error)
      stop();
  });
  app_.wal.startFlushing();
}

void Server::stop() {
  stopping_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  app_.wal.stop();
  for (const auto &session : sessions_)
    session->close();
}

asio::awaitable<void> Server::acceptClients() {
  for (;;) {
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(
        asio::redirect_error(asio::use_awaitable, error));
    if (stopping_)
      co_return;
    if (error) {
      co_await sleep_for(kAcceptPause);
      continue;
    }
    auto session =
        std::make_shared<Session>(std::move(socket), app_, commands_);
    sessions_.insert(session);
    asio::co_spawn(
        app_.io, [session] { return session->run(); },
        [this, session](std::exception_ptr) { sessions_.erase(session); });
  }
}

asio::awaitable<void> Server::lookAfterHooks() {
  // TRAP(await-loop): suspends in every round, until the server stops
  while (!stopping_) {
    co_await sleep_for(kReapPeriod);
    app_.hooks.reap();
  }
}

} // namespace depot
