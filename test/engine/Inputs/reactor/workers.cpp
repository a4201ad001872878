#include "workers.h"
#include <thread>
#include <utility>

void Workers::post(std::function<void()> Job) {
  std::lock_guard Lock(Mutex);
  Jobs.push_back(std::move(Job));
  Condition.notify_one();
}

void Workers::start() {
  for (int I = 0; I < 4; ++I)
    std::thread(&Workers::work, this).detach();
}

void Workers::work() {
  while (true) {
    std::unique_lock Lock(Mutex);
    Condition.wait(Lock, [this] { return !Jobs.empty(); });
    auto Job = std::move(Jobs.front());
    Jobs.pop_front();
    Lock.unlock();
    Job();
  }
}
