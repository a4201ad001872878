#pragma once

#include "net.h"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace depot {

/// Users, their passwords and the tokens given out to them.
class Accounts {
public:
  Accounts(asio::thread_pool &pool,
           const std::map<std::string, std::string> &passwords);

  bool verify(const std::string &user, const std::string &password) const;

  /// A token is costly to make, so that nobody makes them up by trial.
  asio::awaitable<std::string> issueToken(std::string user);
  /// A wrong token costs the client a moment.
  asio::awaitable<bool> checkToken(std::string user, std::string token);

private:
  using Key = std::array<std::uint64_t, 32>;

  static Key deriveKey(const std::string &user, const std::string &password);
  std::string makeToken(const std::string &user);

  asio::thread_pool &pool_;
  std::map<std::string, Key> keys_;
  std::mutex tokensMutex_;
  std::map<std::string, std::string> tokens_;
};

} // namespace depot
