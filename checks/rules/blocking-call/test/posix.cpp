// RUN: %check_nostall %s
// Plain POSIX calls on a loop that waits with epoll_wait.

extern "C" {
struct epoll_event { unsigned events; union { void *ptr; int fd; } data; };
int epoll_wait(int, struct epoll_event *, int, int);
unsigned sleep(unsigned);
int fsync(int);
}

static void bad_sleep() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: {{.*}}sleep{{.*}} [nostall-blocking-call]
}

static void ok_no_caller() { sleep(1); }

static void dispatch(int Fd) {
  if (Fd == 3)
    bad_sleep();
}

void serve(int Epoll) {
  epoll_event Events[16];
  for (;;) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      dispatch(Events[I].data.fd);
  }
}
