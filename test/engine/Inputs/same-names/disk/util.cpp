#include <unistd.h>

static void settle() { sleep(1); }
namespace {
struct Step {
  void run() { sleep(2); }
};
} // namespace

void diskTick() {
  settle();
  Step().run();
  auto Later = [] { sleep(3); };
  Later();
}
