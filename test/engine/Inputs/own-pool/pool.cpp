#include "pool.h"

Pool::Pool(int N) {
  for (int I = 0; I < N; ++I)
    Threads.emplace_back([this] { work(); });
}

void Pool::put(std::coroutine_handle<> Waiter) {
  std::lock_guard Lock(Mutex);
  Queue.push_back(Waiter);
  Condition.notify_one();
}

void Pool::work() {
  while (true) {
    std::unique_lock Lock(Mutex);
    Condition.wait(Lock, [this] { return !Queue.empty(); });
    std::coroutine_handle<> Next = Queue.front();
    Queue.pop_front();
    Lock.unlock();
    Next.resume();
  }
}
