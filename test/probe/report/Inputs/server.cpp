// Functions of all the kinds that have odd names, each with a stack to show.
#include "marks.h"

#include <algorithm>
#include <coroutine>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using marks::mark;

/// Keeps a call from becoming a jump.
#define NO_TAIL_CALL asm volatile("" ::: "memory")

struct Task {
  struct promise_type {
    Task get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> Handle;
};

void runToEnd(Task T) {
  while (!T.Handle.done())
    T.Handle.resume();
  T.Handle.destroy();
}

namespace app {
inline namespace v2 {
namespace {

template <class T> struct Store {
  int Saved = 0;
  __attribute__((noinline)) void save(const char *Name, T) {
    mark(Name); // save
    ++Saved;
  }
  void flush(const char *Name, T Value) {
    save(Name, Value); // flush
    ++Saved;
  }
  operator bool() {
    mark("conversion");
    ++Saved;
    return Saved > 1;
  }
};

void helper(const char *Name) {
  Store<int> S;
  S.flush(Name, 1); // helper
  NO_TAIL_CALL;
}

} // namespace

struct Session {
  Session();
  Task run(int Times);
  template <class T> Task generic(T Value);
  bool operator<(const Session &) const;
};

Session::Session() {
  auto Setup = [] {
    helper("constructor");
    NO_TAIL_CALL;
  };
  Setup();
}

Task Session::run(int Times) {
  co_await std::suspend_always();
  helper("coroutine"); // run
  auto Inner = [Times]() -> Task {
    co_await std::suspend_always();
    auto Deeper = [] {
      helper("coroutine-lambda");
      NO_TAIL_CALL;
    };
    if (Times)
      Deeper();
  };
  runToEnd(Inner());
}

template <class T> Task Session::generic(T) {
  co_await std::suspend_always();
  mark("coroutine-template");
}

bool Session::operator<(const Session &) const {
  mark("operator");
  NO_TAIL_CALL;
  return false;
}

} // namespace v2
} // namespace app

static void plain(const char *Name) {
  mark(Name);
  NO_TAIL_CALL;
}

extern "C" __attribute__((noinline)) void from_c(const char *Name) {
  plain(Name);
  NO_TAIL_CALL;
}

__attribute__((noinline)) void call(const std::function<void(int)> &F) {
  F(1);
  NO_TAIL_CALL;
}

__attribute__((noinline)) void descend(const char *Name, int Depth) {
  if (Depth == 0)
    mark(Name);
  else
    descend(Name, Depth - 1);
  NO_TAIL_CALL;
}

/// Two samples of one computation, at different places in the library.
__attribute__((noinline)) void sortNames(std::vector<int> &Names) {
  int Comparisons = 0;
  std::sort(Names.begin(), Names.end(), [&](int A, int B) {
    if (++Comparisons == 1)
      mark("sort");
    return A < B;
  });
  NO_TAIL_CALL;
}

int main() {
  app::Session S;
  runToEnd(S.run(3));
  runToEnd(S.generic(std::string("x")));
  volatile bool Less = S < S;
  (void)Less;
  if (app::Store<int> Some; Some)
    return 1;
  from_c("plain");
  call([&](auto) {
    mark("function");
    NO_TAIL_CALL;
  });
  void (*volatile Pointer)(int) = [](int) {
    mark("pointer");
    NO_TAIL_CALL;
  };
  Pointer(1);
  struct Local {
    void go() {
      mark("local");
      NO_TAIL_CALL;
    }
  };
  Local().go();
  descend("recursive-3", 3);
  descend("recursive-5", 5);
  std::vector<int> Names(40);
  for (int I = 0; I < 40; ++I)
    Names[static_cast<size_t>(I)] = 40 - I;
  sortNames(Names);
  std::thread([] {
    mark("thread");
    NO_TAIL_CALL;
  }).join();
}
