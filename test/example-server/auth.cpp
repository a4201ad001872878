#include "auth.h"

#include "async_util.h"
#include "util.h"

namespace depot {

namespace {

constexpr int kKeyRounds = 200'000;
constexpr int kTokenRounds = 20'000'000;
constexpr std::chrono::milliseconds kPenalty{100};

std::uint64_t hashText(std::uint64_t state, const std::string &text) {
  for (const unsigned char c : text)
    state = mix(state, c);
  return state;
}

} // namespace

Accounts::Accounts(asio::thread_pool &pool,
                   const std::map<std::string, std::string> &passwords)
    : pool_(pool) {
  for (const auto &[user, password] : passwords)
    keys_[user] = deriveKey(user, password);
}

bool Accounts::verify(const std::string &user,
                      const std::string &password) const {
  const auto known = keys_.find(user);
  const Key key = deriveKey(user, password);
  return known != keys_.end() && known->second == key;
}

Accounts::Key Accounts::deriveKey(const std::string &user,
                                  const std::string &password) {
  Key key{};
  std::uint64_t state = hashText(hashText(1, user), password);
  // PLANTED(password-rounds): 200 000 rounds of key stretching on every login
  for (int round = 0; round < kKeyRounds; ++round)
    for (auto &lane : key)
      lane = state = mix(state, lane + round);
  return key;
}

std::string Accounts::makeToken(const std::string &user) {
  std::uint64_t state = hashText(2, user);
  // TRAP(token-rounds): only called in issueToken's job on the pool
  for (int round = 0; round < kTokenRounds; ++round)
    state = mix(state, round);
  const std::string token = hex(state);
  const std::lock_guard lock(tokensMutex_);
  tokens_[user] = token;
  return token;
}

asio::awaitable<std::string> Accounts::issueToken(std::string user) {
  return runInPool(pool_,
                   [this, user = std::move(user)] { return makeToken(user); });
}

asio::awaitable<bool> Accounts::checkToken(std::string user,
                                           std::string token) {
  // TRAP(unlock-before-await): held for a look-up, released before co_await
  std::unique_lock lock(tokensMutex_);
  const auto found = tokens_.find(user);
  const bool right = found != tokens_.end() && found->second == token;
  lock.unlock();
  if (!right)
    // TRAP(timer-sleep): depot::sleep_for is a co_awaited steady_timer
    co_await sleep_for(kPenalty);
  co_return right;
}

} // namespace depot
