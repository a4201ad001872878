#pragma once
#include <functional>
#include <mutex>
#include <deque>
#include <condition_variable>

/// Looks like a reactor, but its threads may block.
class Workers {
public:
  void post(std::function<void()> Job);
  void start();

private:
  void work();
  std::mutex Mutex;
  std::condition_variable Condition;
  std::deque<std::function<void()>> Jobs;
};
