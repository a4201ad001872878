// RUN: %check_nostall %s
// Callables that are run in the call that they are given to.

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>
#include <unistd.h>
#include <variant>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

static void work() {}

ON_LOOP void bad_at_once() {
  [] { sleep(1); }();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_at_once' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_never() {
  auto Unused = [] { sleep(1); };
  (void)Unused;
}

ON_LOOP void bad_algorithms(std::vector<int> &V) {
  std::for_each(V.begin(), V.end(), [](int) { sleep(2); });
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  std::sort(V.begin(), V.end(), [](int A, int B) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
    sleep(3);
    return A < B;
  });
}
ON_LOOP void ok_algorithms(std::vector<int> &V) {
  std::for_each(V.begin(), V.end(), [](int) { work(); });
  std::sort(V.begin(), V.end(), std::greater<int>());
}

static int compare(const void *, const void *) { return sleep(4); }
ON_LOOP void bad_qsort(int *Numbers, size_t N) {
  qsort(Numbers, N, sizeof(int), compare);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'compare' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct Key {
  int Id;
  bool operator<(const Key &Other) const {
    usleep(10000);
    return Id < Other.Id;
  }
};
ON_LOOP bool bad_comparison(const std::map<Key, int> &M) {
  return M.count(Key{1}) == 1;
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: {{.*}} blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
}

static std::once_flag Once;
ON_LOOP void bad_once() {
  std::call_once(Once, [] { sleep(5); });
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_once' {{.*}} the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_visit(std::variant<int, char> &V) {
  std::visit([](auto) { sleep(6); }, V);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_visit' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_apply() {
  std::apply([](int) { sleep(7); }, std::make_tuple(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_apply' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_local_function() {
  std::function<void()> F = [] { sleep(8); };
  F();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_local_function' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_recursive_lambda() {
  auto Step = [](auto Self, int N) -> void {
    sleep(9);
    if (N)
      Self(Self, N - 1);
  };
  Step(Step, 3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_recursive_lambda' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// A visitor of the program's own, and a default that does nothing.
static void visit(int N, const std::function<void(int)> &F = nullptr) {
  if (F)
    F(N);
}
ON_LOOP void bad_visitor() {
  visit(1, [](int) { sleep(10); });
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_visitor' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_visitor() { visit(1); }
