// RUN: %check_nostall %s
// Futures: waiting for one, and asking whether it is ready first.

#include <future>
#include <optional>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]
using namespace std::chrono_literals;

void use(int);

ON_LOOP void bad_get(std::future<int> &F) {
  use(F.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'std::future::get' blocks the event loop: it waits until the result is there [nostall-blocking-call]
}

ON_LOOP void bad_wait(std::future<int> &F) {
  F.wait();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}}wait' blocks the event loop: it waits until the result is there [nostall-blocking-call]
}

ON_LOOP void bad_wait_for(std::future<int> &F) {
  F.wait_for(100ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}}wait_for' may block the event loop: it waits for the result until a time limit [nostall-blocking-call]
}

ON_LOOP void ok_guarded(std::future<int> &F) {
  if (F.wait_for(0s) == std::future_status::ready)
    use(F.get());
}

ON_LOOP void ok_guarded_early(std::future<int> &F) {
  if (F.wait_for(0s) != std::future_status::ready)
    return;
  use(F.get());
}

ON_LOOP void ok_guarded_variable(std::future<int> &F) {
  auto Status = F.wait_for(std::chrono::seconds(0));
  if (Status != std::future_status::ready)
    return;
  use(F.get());
}

ON_LOOP void ok_guarded_switch(std::future<int> &F) {
  switch (F.wait_for(0s)) {
  case std::future_status::ready:
    use(F.get());
    break;
  default:
    break;
  }
}

ON_LOOP void ok_guarded_and(std::future<int> &F, bool Wanted) {
  if (Wanted && F.wait_for(0s) == std::future_status::ready)
    use(F.get());
}

ON_LOOP void ok_guarded_loop(std::vector<std::future<int>> &Futures) {
  for (std::future<int> &F : Futures)
    if (F.valid() && F.wait_for(0s) == std::future_status::ready)
      use(F.get());
}

// On the wrong branch.
ON_LOOP void bad_not_ready(std::future<int> &F) {
  if (F.wait_for(0s) == std::future_status::timeout)
    use(F.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// Another future is ready.
ON_LOOP void bad_other(std::future<int> &F, std::future<int> &G) {
  if (F.wait_for(0s) == std::future_status::ready)
    use(G.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// Whichever way it went.
ON_LOOP void bad_after(std::future<int> &F) {
  if (F.wait_for(0s) == std::future_status::ready)
    use(1);
  use(F.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

struct Request {
  std::future<int> Result;
  std::shared_future<int> Shared;
  std::optional<std::future<int>> Maybe;
};

ON_LOOP void ok_member(Request &R) {
  if (R.Result.wait_for(0s) == std::future_status::ready)
    use(R.Result.get());
  if (R.Shared.wait_for(0s) == std::future_status::ready)
    use(R.Shared.get());
}
ON_LOOP void bad_member(Request &R) {
  use(R.Shared.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'std::shared_future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
  if (R.Maybe)
    use(R.Maybe->get());
  // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static bool isReady(const std::future<int> &F) {
  return F.wait_for(0s) == std::future_status::ready;
}
// What a function's result tells of its argument is not followed.
ON_LOOP void FP_helper(std::future<int> &F) {
  if (isReady(F))
    use(F.get());
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}
