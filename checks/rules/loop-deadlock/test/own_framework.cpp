// RUN: %check_nostall %s --knowledge %S/Inputs/framework.yaml
// What waits for a loop, and who ends it, is knowledge: a project may have its
// own.

#include <functional>

namespace ours {
struct Answer {
  int await();
  void set(int);
};
class Loop {
public:
  void post(std::function<void()> F);
  Answer call(std::function<int()> F);
  void run();
};
} // namespace ours

void use(int);
ours::Loop First, Second;

static void bad_result() {
  use(First.call([] { return 1; }).await());
  // CHECK-MESSAGES: :[[@LINE-1]]:36: error: 'ours::Answer::await' deadlocks the event loop: it waits for the result of 'ours::Loop::call', which only this loop can bring about [nostall-loop-deadlock]
}

static void ok_another_loop() {
  use(Second.call([] { return 1; }).await());
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: 'ours::Answer::await' blocks the event loop: it waits for the answer [nostall-blocking-call]
}

static void bad_set() {
  ours::Answer Later;
  First.post([&] { Later.set(1); });
  use(Later.await());
  // CHECK-MESSAGES: :[[@LINE-1]]:13: error: 'ours::Answer::await' deadlocks the event loop: it waits for 'ours::Answer::set' in 'lambda in bad_set', which only this loop can run [nostall-loop-deadlock]
}

static void ok_set_before() {
  ours::Answer Later;
  Later.set(1);
  use(Later.await());
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'ours::Answer::await' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static void bad_run() {
  First.run();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: error: 'ours::Loop::run' runs the event loop inside of itself: it aborts the program [nostall-loop-deadlock]
}

int main() {
  First.post(bad_result);
  First.post(ok_another_loop);
  First.post(bad_set);
  First.post(ok_set_before);
  First.post(bad_run);
  First.run();
}
