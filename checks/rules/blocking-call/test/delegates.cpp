// RUN: %check_nostall %s
// The program's own type-erased callables: a pointer to a function and an
// object for it, in a class whose call operator calls the one with the other.

#include <cassert>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

template <typename Signature> class Delegate;
template <typename R, typename... Args> class Delegate<R(Args...)> {
  using Pointer = R (*)(void *, Args...);
  void *Object;
  Pointer Function;

public:
  Delegate(void *Object, Pointer Function)
      : Object(Object), Function(Function) {}
  R operator()(Args... A) const {
    assert(Function);
    return Function(Object, std::forward<Args>(A)...);
  }
};

template <auto Method, typename T> static void trampoline(void *Object, int A) {
  (static_cast<T *>(Object)->*Method)(A);
}
template <auto Method, typename T> Delegate<void(int)> bind(T &Object) {
  return {&Object, trampoline<Method, T>};
}

struct Event {
  Delegate<void(int)> Callback;
  explicit Event(Delegate<void(int)> Callback) : Callback(Callback) {}
  void dispatch() { Callback(1); }
};

struct Job {
  Delegate<void(int)> Work;
  explicit Job(Delegate<void(int)> Work) : Work(Work) {}
};

struct Client {
  Event Readable{bind<&Client::bad_onReadable>(*this)};
  Job Slow{bind<&Client::ok_onWorker>(*this)};
  void bad_onReadable(int) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  // Another member's delegate, which no loop runs.
  void ok_onWorker(int) { sleep(2); }
};

void run(int Epoll) {
  Client C;
  for (;;) {
    epoll_event E;
    if (epoll_wait(Epoll, &E, 1, -1) < 0)
      return;
    static_cast<Event *>(E.data.ptr)->dispatch();
  }
}

// More than a delegate: what it does besides counts.
class Counting {
  void (*Function)(int);
  void count() {
    sleep(3);
  }

public:
  explicit Counting(void (*Function)(int)) : Function(Function) {}
  void operator()(int A) {
    count();
    Function(A);
  }
};

static void ignore(int) {}
[[clang::annotate("nostall::loop")]] void bad_counts() {
  Counting C(ignore);
  C(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'Counting::operator()' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
