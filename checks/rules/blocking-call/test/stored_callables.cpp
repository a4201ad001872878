// RUN: %check_nostall %s
// Callables that the program keeps, and a loop of its own that runs them. They
// are reported where they stand, and the trace says where they are run.

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <sys/epoll.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

//===----------------------------------------------------------------------===//
// A reactor that nostall has never heard of
//===----------------------------------------------------------------------===//

class Reactor {
public:
  using Callback = std::function<void(int)>;
  void watch(int Fd, Callback C) { Handlers[Fd] = std::move(C); }
  void setTick(std::function<void()> F) { Tick = std::move(F); }
  void post(std::function<void()> F) { Tasks.push_back(std::move(F)); }
  void onExit(std::function<void()> F) { AtExit = std::move(F); }

  void run() {
    epoll_event Events[16];
    while (!Stopped) {
      int N = epoll_wait(Epoll, Events, 16, 100);
      for (int I = 0; I < N; ++I)
        Handlers[Events[I].data.fd](Events[I].data.fd);
      if (Tick)
        Tick();
      std::vector<std::function<void()>> Ready;
      Ready.swap(Tasks);
      for (auto &Task : Ready)
        Task();
    }
    // The loop has ended.
    if (AtExit)
      AtExit();
  }

private:
  std::map<int, Callback> Handlers;
  std::function<void()> Tick;
  std::vector<std::function<void()>> Tasks;
  std::function<void()> AtExit;
  bool Stopped = false;
  int Epoll = 3;
};

void bad_watch(Reactor &R) {
  R.watch(0, [](int) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
void ok_watch(Reactor &R) {
  R.watch(1, [](int Fd) { close(Fd); });
}

class Server {
public:
  void start(Reactor &R) {
    R.watch(2, std::bind(&Server::bad_bound, this, std::placeholders::_1));
    R.watch(3, std::bind_front(&Server::ok_bound, this));
  }

private:
  void bad_bound(int) {
    sleep(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  void ok_bound(int) {}
};

static void bad_tick() {
  sleep(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void ticks(Reactor &R) { R.setTick(bad_tick); }

void bad_post(Reactor &R) {
  R.post([] {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
void ok_at_exit(Reactor &R) {
  R.onExit([] { sleep(5); });
}

// Kept where nobody runs it.
struct Unused {
  std::function<void()> Never;
};
void ok_never_run(Unused &U) {
  U.Never = [] { sleep(6); };
}

//===----------------------------------------------------------------------===//
// Other places to keep one
//===----------------------------------------------------------------------===//

#define ON_LOOP [[clang::annotate("nostall::loop")]]

struct Route {
  std::string Path;
  std::function<void()> Handle;
};
class Router {
public:
  void add(std::string Path, std::function<void()> Handle) {
    Routes.push_back({std::move(Path), std::move(Handle)});
    ByName.emplace(Routes.back().Path, [] {
      sleep(7);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  }
  ON_LOOP void bad_dispatch(const std::string &Path) {
    for (Route &R : Routes)
      if (R.Path == Path)
        R.Handle();
  }
  ON_LOOP void bad_find(const std::string &Path) {
    auto Found = ByName.find(Path);
    if (Found != ByName.end())
      Found->second();
  }

private:
  std::vector<Route> Routes;
  std::unordered_map<std::string, std::function<void()>> ByName;
};
void routes(Router &R) {
  R.add("/slow", [] {
    sleep(8);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  R.add("/quick", [] {});
}

class Timers {
public:
  void add(int When, std::function<void()> F) {
    Heap.emplace(When, std::move(F));
  }
  ON_LOOP void bad_fire() {
    auto [When, F] = Heap.top();
    Heap.pop();
    F();
  }

private:
  using Item = std::pair<int, std::function<void()>>;
  struct Later {
    bool operator()(const Item &A, const Item &B) const {
      return A.first > B.first;
    }
  };
  std::priority_queue<Item, std::vector<Item>, Later> Heap;
};
void timers(Timers &T) {
  T.add(10, [] {
    sleep(9);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// A signal of the program's own, with a variadic template.
template <typename... Args> class Signal {
public:
  template <typename F> void connect(F &&Slot) {
    Slots.emplace_back(std::forward<F>(Slot));
  }
  void operator()(Args... As) {
    for (auto &Slot : Slots)
      Slot(As...);
  }

private:
  std::vector<std::function<void(Args...)>> Slots;
};
struct Model {
  Signal<int> Changed;
};
void connects(Model &M) {
  M.Changed.connect([](int) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
ON_LOOP void bad_emit(Model &M) { M.Changed(3); }
