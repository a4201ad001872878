// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Loops that do nothing but look at what another thread changes.

#include <coroutine_types.h>
#include <atomic>
#include <mutex>
#include <pthread.h>
#include <sched.h>
#include <thread>

using mock::Task;

std::atomic<bool> Ready;
std::atomic<int> Count;
std::atomic_flag Flag;
std::mutex Mutex;
volatile bool Stop;
struct Node {
  std::atomic<Node *> Next;
  Node *Following;
} Head;
std::atomic<Node *> First;

Task<> bad_load() {
  while (!Ready.load(std::memory_order_acquire)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until another thread changes a variable{{.*}} [nostall-cpu-bound-loop]
  }
  co_return;
}

Task<> bad_conversion() {
  while (!Ready)
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

Task<> bad_compare() {
  while (Count != 3) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  co_return;
}

Task<> bad_pointer() {
  while (Head.Next.load() == nullptr) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  co_return;
}

Task<> bad_yield() {
  while (!Ready.load())
    std::this_thread::yield();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

Task<> bad_pause() {
  while (!Ready.load())
    asm volatile("pause");
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

Task<> bad_test_and_set() {
  while (Flag.test_and_set(std::memory_order_acquire)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  co_return;
}

Task<> bad_try_lock() {
  while (!Mutex.try_lock())
    std::this_thread::yield();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  Mutex.unlock();
  co_return;
}

Task<> bad_volatile() {
  while (!Stop) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  co_return;
}

Task<> bad_for() {
  for (; !Ready.load();) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  co_return;
}

Task<> bad_do() {
  do {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  } while (!Ready.load());
  co_return;
}

class SpinLock {
public:
  void lock() {
    while (Flag.test_and_set()) {
    }
  }
  void unlock() { Flag.clear(); }

private:
  std::atomic_flag Flag;
} Spin;

Task<> bad_own_spin_lock() {
  Spin.lock();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'SpinLock::lock' keeps the event loop busy: it spins until
  Spin.unlock();
  co_return;
}

Task<> ok_await() {
  while (!Ready.load())
    co_await mock::yield();
}

Task<> ok_bounded() {
  for (int I = 0; I < 100 && !Ready.load(); ++I) {
  }
  co_return;
}

// Makes progress by itself.
Task<> ok_counts_down() {
  while (Count.load() > 0)
    --Count;
  co_return;
}

// Another thread's write makes it try again, with the new value; it does not
// wait for anybody.
Task<> ok_compare_exchange_retry() {
  int Old = Count.load();
  while (!Count.compare_exchange_weak(Old, Old + 1)) {
  }
  co_return;
}

Task<> ok_on_worker() {
  std::thread([] {
    while (!Ready.load())
      std::this_thread::yield();
  }).detach();
  co_return;
}

// Left from its body, not by its condition.
Task<> bad_break() {
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
    if (Ready.load())
      break;
    std::this_thread::yield();
  }
  co_return;
}

Task<> bad_compare_exchange_lock() {
  bool Expected = false;
  while (!Ready.compare_exchange_weak(Expected, true))
    Expected = false;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  int Old;
  do {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
    Old = 0;
  } while (!Count.compare_exchange_strong(Old, 1, std::memory_order_acquire));
  while (true) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
    bool Free = false;
    if (Ready.compare_exchange_weak(Free, true))
      break;
    std::this_thread::yield();
  }
  co_return;
}

Task<> bad_exchange() {
  while (Ready.exchange(true, std::memory_order_acquire)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  while (Count.exchange(1) != 0)
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  while (std::atomic_exchange(&Ready, true))
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

static int Word;
Task<> bad_builtins() {
  while (__sync_lock_test_and_set(&Word, 1))
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  while (__atomic_exchange_n(&Word, 1, __ATOMIC_ACQUIRE))
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

static pthread_mutex_t PosixMutex;
Task<> bad_trylock() {
  while (pthread_mutex_trylock(&PosixMutex) != 0)
    sched_yield();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  pthread_mutex_unlock(&PosixMutex);
  co_return;
}

static bool isReady() { return Ready.load(); }
static bool isEither() { return isReady() || Count != 0; }
struct Gate {
  bool open() const { return Open.load(std::memory_order_acquire); }
  std::atomic<bool> Open;
} TheGate;

// Helpers that only look.
Task<> bad_helper() {
  while (!isReady()) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop spins until
  }
  while (!isEither())
    std::this_thread::yield();
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  while (!TheGate.open())
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop spins until
  co_return;
}

static int Done;
static bool advance() { return ++Done > Count.load(); }
static bool take() { return Done < 3 && Count.fetch_sub(1) > 0; }

Task<> ok_helper_makes_progress() {
  while (!advance()) {
  }
  while (take()) {
  }
  co_return;
}

// The usual way to push: another thread's write makes it try again.
Task<> ok_compare_exchange_push(Node *New) {
  New->Following = First.load();
  while (!First.compare_exchange_weak(New->Following, New)) {
  }
  co_return;
}

Task<> ok_macro() {
  do {
    Ready.load();
  } while (0);
  co_return;
}
