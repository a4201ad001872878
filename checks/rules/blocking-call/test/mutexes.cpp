// RUN: %check_nostall %s
// A mutex is worth a finding when somebody keeps it for long.

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <pthread.h>
#include <shared_mutex>
#include <thread>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

//===----------------------------------------------------------------------===//
// Short sections
//===----------------------------------------------------------------------===//

class Counter {
public:
  ON_LOOP void ok_add(int N) {
    std::lock_guard Lock(Mutex);
    Sum += N;
  }
  int sum() {
    std::lock_guard Lock(Mutex);
    return Sum;
  }

private:
  std::mutex Mutex;
  int Sum = 0;
};

//===----------------------------------------------------------------------===//
// A slow holder on another thread
//===----------------------------------------------------------------------===//

class Store {
public:
  ON_LOOP void bad_set(int V) {
    std::lock_guard Lock(Mutex);
    // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: the constructor of 'std::lock_guard' may block the event loop: it waits for another holder [nostall-blocking-call]
    Value = V;
  }
  ON_LOOP void ok_try_set(int V) {
    std::unique_lock Lock(Mutex, std::try_to_lock);
    if (Lock)
      Value = V;
  }
  void start() {
    std::thread([this] { save(); }).detach();
  }

private:
  void save() {
    std::lock_guard Lock(Mutex);
    fsync(Value);
  }
  std::mutex Mutex;
  int Value = 0;
};

// Two mutexes: the slow holder has the other one.
class TwoLocks {
public:
  ON_LOOP void ok_quick() {
    std::lock_guard Lock(Quick);
    ++Value;
  }
  ON_LOOP void bad_slow() {
    std::unique_lock Lock(Slow);
    // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: the constructor of 'std::unique_lock' may block the event loop: {{.*}} [nostall-blocking-call]
    ++Value;
  }
  void worker() {
    std::scoped_lock Lock(Slow);
    sleep(1);
  }

private:
  std::mutex Quick;
  std::mutex Slow;
  int Value = 0;
};

// Given back before the slow part.
class Copies {
public:
  ON_LOOP void ok_set(int V) {
    std::lock_guard Lock(Mutex);
    Value = V;
  }
  void save() {
    int Copy;
    {
      std::lock_guard Lock(Mutex);
      Copy = Value;
    }
    fsync(Copy);
  }
  void saveUnlocked() {
    std::unique_lock Lock(Mutex);
    int Copy = Value;
    Lock.unlock();
    fsync(Copy);
  }

private:
  std::mutex Mutex;
  int Value = 0;
};

// While it waits, a condition variable gives the mutex back.
class Queue {
public:
  ON_LOOP void ok_push(int V) {
    std::lock_guard Lock(Mutex);
    Value = V;
    Changed.notify_one();
  }
  int pop() {
    std::unique_lock Lock(Mutex);
    Changed.wait(Lock);
    return Value;
  }
  ON_LOOP int bad_pop() {
    std::unique_lock Lock(Mutex);
    Changed.wait(Lock, [this] { return Value != 0; });
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'std::condition_variable::wait' blocks the event loop: it waits to be notified [nostall-blocking-call]
    return Value;
  }

private:
  std::mutex Mutex;
  std::condition_variable Changed;
  int Value = 0;
};

//===----------------------------------------------------------------------===//
// Other mutexes
//===----------------------------------------------------------------------===//

class Table {
public:
  ON_LOOP int bad_find() {
    std::shared_lock Lock(Mutex);
    // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: the constructor of 'std::shared_lock' may block the event loop: {{.*}} [nostall-blocking-call]
    return Value;
  }
  void reload() {
    std::unique_lock Lock(Mutex);
    std::ifstream File("/var/lib/app/table");
    File >> Value;
  }

private:
  std::shared_mutex Mutex;
  int Value = 0;
};

pthread_mutex_t Slow = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t Quick = PTHREAD_MUTEX_INITIALIZER;

void *posixWorker(void *) {
  pthread_mutex_lock(&Slow);
  sleep(1);
  pthread_mutex_unlock(&Slow);
  pthread_mutex_lock(&Quick);
  pthread_mutex_unlock(&Quick);
  sleep(1);
  return nullptr;
}

ON_LOOP void bad_posix() {
  pthread_mutex_lock(&Slow);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'pthread_mutex_lock' may block the event loop: it waits for another holder [nostall-blocking-call]
  pthread_mutex_unlock(&Slow);
}
ON_LOOP void ok_posix() {
  pthread_mutex_lock(&Quick);
  pthread_mutex_unlock(&Quick);
  if (pthread_mutex_trylock(&Slow) == 0)
    pthread_mutex_unlock(&Slow);
}

// Locked and unlocked by hand, with a slow call behind a function.
std::mutex Bare;
static void flush(int Fd) { fsync(Fd); }
void bareWorker() {
  Bare.lock();
  flush(3);
  Bare.unlock();
}
ON_LOOP void bad_bare() {
  Bare.lock();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'std::mutex::lock' may block the event loop: it waits for another holder [nostall-blocking-call]
  Bare.unlock();
}

// A condition variable gives the mutex back while it waits, also one that is
// given the mutex and not its guard.
std::mutex Waited;
std::condition_variable_any Done;
void waitingWorker() {
  std::lock_guard<std::mutex> Guard(Waited);
  Done.wait_for(Waited, std::chrono::seconds(1));
}
void startWaiting() { std::thread(waitingWorker).detach(); }
ON_LOOP void ok_waited() { std::lock_guard<std::mutex> Guard(Waited); }

// A lock that failed is not held while the failure is reported.
pthread_mutex_t Checked = PTHREAD_MUTEX_INITIALIZER;
static void logError() { fsync(2); }
void *checkingWorker(void *) {
  if (pthread_mutex_lock(&Checked) != 0)
    logError();
  pthread_mutex_unlock(&Checked);
  return nullptr;
}
ON_LOOP void ok_checked() {
  pthread_mutex_lock(&Checked);
  pthread_mutex_unlock(&Checked);
}

// Unlocked early or late, as a member says.
struct Crawler {
  bool Needs = false;
  std::mutex Lock;
  void evaluate();
  void crawl() {
    Lock.lock();
    if (!Needs)
      Lock.unlock();
    evaluate();
    if (Needs)
      Lock.unlock();
    fsync(3);
  }
  ON_LOOP void ok_crawled() { std::lock_guard<std::mutex> Guard(Lock); }
};
void startCrawler(Crawler &C) {
  std::thread([&C] { C.crawl(); }).detach();
}

// The same behind a function, which waits for nothing else while the mutex is
// locked. One that also writes to the disk keeps it.
pthread_mutex_t Started = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t AllStarted = PTHREAD_COND_INITIALIZER;
static int Running;
static void awaitStart() {
  while (Running < 4)
    pthread_cond_wait(&AllStarted, &Started);
}
void *startingThread(void *) {
  pthread_mutex_lock(&Started);
  awaitStart();
  pthread_mutex_unlock(&Started);
  return nullptr;
}
ON_LOOP void ok_started() {
  pthread_mutex_lock(&Started);
  ++Running;
  pthread_mutex_unlock(&Started);
}

pthread_mutex_t Saved = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t AllSaved = PTHREAD_COND_INITIALIZER;
static void awaitAndSave() {
  pthread_cond_wait(&AllSaved, &Saved);
  flush(4);
}
void *savingThread(void *) {
  pthread_mutex_lock(&Saved);
  awaitAndSave();
  pthread_mutex_unlock(&Saved);
  return nullptr;
}
ON_LOOP void bad_saved() {
  pthread_mutex_lock(&Saved);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'pthread_mutex_lock' may block the event loop: it waits for another holder [nostall-blocking-call]
  pthread_mutex_unlock(&Saved);
}

// An object that keeps the mutex unlocked while it lives.
struct ScopeUnlock {
  std::mutex &Mutex;
  explicit ScopeUnlock(std::mutex &Mutex) : Mutex(Mutex) { Mutex.unlock(); }
  ~ScopeUnlock() { Mutex.lock(); }
};
struct Player {
  std::mutex Lock;
  std::mutex Other;
  void cancel() {
    ScopeUnlock Unlock(Lock);
    fsync(5);
  }
  void play() {
    std::lock_guard<std::mutex> Guard(Lock);
    std::lock_guard<std::mutex> Second(Other);
    cancel();
  }
  ON_LOOP void ok_given_back() { std::lock_guard<std::mutex> Guard(Lock); }
  ON_LOOP void bad_other_kept() {
    std::lock_guard<std::mutex> Guard(Other);
    // CHECK-MESSAGES: :[[@LINE-1]]:33: warning: the constructor of 'std::lock_guard' may block the event loop: {{.*}} [nostall-blocking-call]
  }
};
void startPlayer(Player &P) {
  std::thread([&P] { P.play(); }).detach();
}
