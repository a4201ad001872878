#include "store.h"
#include "made.h"
#include <coroutine_types.h>
#include <functional>
#include <unistd.h>
#include <vector>

namespace {
struct Hidden {
  std::function<void()> Run;
};
} // namespace

static int counter() {
  static int Count = made();
  return ++Count;
}

// What nothing instantiates is named by its place.
template <typename T> struct Pattern {
  void run(T Value) {
    auto First = [&] { Value.fsync(1); };
    auto Second = [=](auto More) { return More + counter(); };
    First();
    Second(1);
  }
};

mock::Task<> named(Store &Rows) {
  Hidden H;
  H.Run = [&Rows] { Rows.save(__FILE__); };
  H.Run();
  struct {
    int A = counter();
  } Unnamed;
  std::vector<std::function<int()>> All;
  All.push_back([Unnamed] { return Unnamed.A + usleep(1); });
  for (auto &Each : All)
    Each();
  co_await mock::yield();
}
