#include <sys/epoll.h>
#include <unistd.h>

void netTick();
void diskTick();

// Two lambdas in one function, two in one line.
static int choose() {
  auto Blocks = [] { sleep(4); };
  auto Returns = [] {};
  Returns();
  auto One = [] { return 1; }; auto Two = [] { sleep(5); return 2; };
  return One() + sizeof(Blocks) + sizeof(Two);
}

int main() {
  diskTick();
  int Epoll = epoll_create1(0);
  for (;;) {
    epoll_event Events[4];
    int N = epoll_wait(Epoll, Events, 4, -1);
    for (int I = 0; I < N; ++I) {
      netTick();
#ifdef DISK
      diskTick();
#endif
      choose();
    }
  }
}
