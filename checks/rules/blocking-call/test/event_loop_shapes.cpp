// RUN: %check_nostall %s
// The shapes that people give to a loop around epoll_wait.

#include <cerrno>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

static int Stop;
static void handle(const epoll_event &) {}

void bad_wait_in_condition(int Epoll) {
  epoll_event E;
  while (epoll_wait(Epoll, &E, 1, -1) > 0) {
    handle(E);
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

void bad_assignment_in_condition(int Epoll) {
  epoll_event E;
  int N;
  while ((N = epoll_wait(Epoll, &E, 1, -1)) >= 0)
    if (N)
      sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

void bad_continue_on_interrupt(int Epoll) {
  epoll_event E;
  do {
    if (epoll_wait(Epoll, &E, 1, -1) < 0 && errno == EINTR)
      continue;
    sleep(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  } while (!Stop);
}

void bad_switch(int Epoll) {
  for (epoll_event E; !Stop;) {
    switch (epoll_wait(Epoll, &E, 1, 10)) {
    case -1:
      return;
    case 0:
      sleep(4);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
      break;
    default:
      handle(E);
    }
  }
}

// The retry stands inside of the loop.
void bad_retry_inside(int Epoll) {
  epoll_event E;
  while (!Stop) {
    int N;
    do
      N = epoll_wait(Epoll, &E, 1, -1);
    while (N < 0 && errno == EINTR);
    handle(E);
    sleep(5);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

// What follows the retry alone is not on a loop.
void ok_after_retry(int Epoll) {
  epoll_event E;
  int N;
  do
    N = epoll_wait(Epoll, &E, 1, -1);
  while (N < 0 && errno == EINTR);
  handle(E);
  sleep(6);
}

// Loops that are made of jumps are not seen as loops.
void FN_goto(int Epoll) {
  epoll_event E;
again:
  if (epoll_wait(Epoll, &E, 1, -1) > 0) {
    handle(E);
    sleep(7);
  }
  goto again;
}

// A lambda that is the loop's body.
template <typename F> void forever(F Round) {
  while (!Stop)
    Round();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'lambda in bad_round' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
void bad_round(int Epoll) {
  forever([Epoll] {
    epoll_event E;
    epoll_wait(Epoll, &E, 1, -1);
    handle(E);
    sleep(8);
  });
}

// With nothing to wait for the loop sleeps: that is how it idles. What sleeps
// after the wait is a stall.
static int waitOrSleep(pollfd *Set, unsigned Count) {
  if (Count == 0) {
    usleep(10000);
    return 0;
  }
  return poll(Set, Count, -1);
}
static void handleAll(pollfd *Set, unsigned Count);
void okIdleSleep(pollfd *Set, unsigned Count) {
  while (true) {
    waitOrSleep(Set, Count);
    handleAll(Set, Count);
  }
}
static int waitAndSleep(pollfd *Set, unsigned Count) {
  int Ready = poll(Set, Count, -1);
  if (Ready < 0)
    usleep(10000);
  return Ready;
}
void badSleepAfterWait(pollfd *Set, unsigned Count) {
  while (true) {
    waitAndSleep(Set, Count);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'waitAndSleep' blocks the event loop in 'usleep': it suspends the thread [nostall-blocking-call]
    handleAll(Set, Count);
  }
}

// A loop that goes round on an interruption only is no event loop; what calls
// it in a loop is.
static void noteTime();
static int waitOnce(int Epoll, epoll_event *Events) {
  int N;
  for (;;) {
    N = epoll_wait(Epoll, Events, 8, -1);
    noteTime();
    if (N >= 0)
      break;
    if (errno != EINTR)
      return -1;
  }
  for (int I = 0; I < N; ++I)
    handle(Events[I]);
  return N;
}
static void startUp(int Epoll) {
  epoll_event Events[8];
  sleep(7);
  waitOnce(Epoll, Events);
}
void runAll(int Epoll) {
  startUp(Epoll);
  epoll_event Events[8];
  while (!Stop) {
    waitOnce(Epoll, Events);
    sleep(8);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

// A thread that looks at its descriptors from time to time: the pause between
// the rounds is its wait, and not what its helpers do.
static void lookAt(pollfd *Set, unsigned Count) {
  poll(Set, Count, 0);
  handleAll(Set, Count);
}
static void flushLog() {
  usleep(20000);
}
void okPausing(pollfd *Set, unsigned Count) {
  while (true) {
    usleep(1000);
    lookAt(Set, Count);
  }
}
static pthread_mutex_t QueueLock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t QueueFilled = PTHREAD_COND_INITIALIZER;
void okPausingForWork(pollfd *Set, unsigned Count) {
  while (true) {
    pthread_mutex_lock(&QueueLock);
    pthread_cond_wait(&QueueFilled, &QueueLock);
    pthread_mutex_unlock(&QueueLock);
    lookAt(Set, Count);
  }
}
void badBesidePause(pollfd *Set, unsigned Count) {
  while (true) {
    usleep(1000);
    lookAt(Set, Count);
    flushLog();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'flushLog' blocks the event loop in 'usleep': it suspends the thread [nostall-blocking-call]
  }
}
void badBesideWait(pollfd *Set, unsigned Count, int Limit) {
  while (true) {
    usleep(1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
    poll(Set, Count, Limit);
    handleAll(Set, Count);
  }
}

// What ends the program decides nothing, nor does a branch whose sides meet
// again: the wait is made in about every round all the same.
namespace checked {
[[noreturn]] void fail(const char *);
#define CHECK_THAT(X) ((X) ? (void)0 : fail(#X))
bool isInside();
void note(int);
bool timers();

void bad_many_assertions(int Epoll, int A, int B, int C) {
  CHECK_THAT(isInside());
  CHECK_THAT(Epoll >= 0);
  CHECK_THAT(A);
  CHECK_THAT(B);
  CHECK_THAT(C);
  if (A > 1)
    note(1);
  if (B > 1)
    note(2);
  if (C > 1)
    note(3);
  do {
    CHECK_THAT(isInside());
    if (A > 2)
      note(4);
    if (B > 2)
      note(5);
    if (C > 2)
      note(6);
    CHECK_THAT(A != 7);
    CHECK_THAT(B != 7);
    if (timers())
      break;
    epoll_event E;
    epoll_wait(Epoll, &E, 1, -1);
    sleep(30);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  } while (!Stop);
}
} // namespace checked

// What the loop waits by may be given to it: the same wait in another function,
// instead of its own.
struct PolledLoop {
  int (*PollFunction)(pollfd *, nfds_t, int) = nullptr;
  pollfd Set[8];
  nfds_t Count = 0;
};
static int FP_given_poll(pollfd *Set, nfds_t Count, int Timeout) {
  return poll(Set, Count, Timeout);
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'poll' blocks the event loop: {{.*}} [nostall-blocking-call]
}
void giveFunction(PolledLoop &L) { L.PollFunction = FP_given_poll; }
void ok_own_poll_or_a_given_one(PolledLoop &L) {
  while (!Stop) {
    if (L.PollFunction)
      L.PollFunction(L.Set, L.Count, -1);
    else
      poll(L.Set, L.Count, -1);
    handle({});
  }
}
