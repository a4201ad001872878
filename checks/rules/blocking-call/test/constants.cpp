// RUN: %check_nostall %s
// Flags and timeouts that say whether a call waits, given as constants, by
// variables, through parameters and by default arguments.

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]
using namespace std::chrono_literals;

char Buffer[64];

//===----------------------------------------------------------------------===//
// Flags
//===----------------------------------------------------------------------===//

ON_LOOP void bad_wait_child(pid_t Child) {
  waitpid(Child, nullptr, WUNTRACED);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'waitpid' blocks the event loop: it waits for the end of a child process [nostall-blocking-call]
}
ON_LOOP void ok_wait_child(pid_t Child) {
  waitpid(Child, nullptr, WNOHANG | WUNTRACED);
  const int Flags = WNOHANG;
  waitpid(Child, nullptr, Flags);
  int Chosen = WNOHANG;
  waitpid(Child, nullptr, Chosen);
}

static pid_t reap(pid_t Child, int Flags) {
  return waitpid(Child, nullptr, Flags);
}
ON_LOOP void bad_reap(pid_t Child) {
  reap(Child, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'reap' blocks the event loop in 'waitpid': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_reap(pid_t Child) { reap(Child, WNOHANG); }

static pid_t reapAny(int Flags = WNOHANG) {
  return waitpid(-1, nullptr, Flags);
}
static pid_t reapAll(int Flags = 0) { return waitpid(-1, nullptr, Flags); }
ON_LOOP void ok_reap_any() { reapAny(); }
ON_LOOP void bad_reap_any() {
  reapAny(0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'reapAny' blocks the event loop in 'waitpid': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_reap_all() { reapAll(WNOHANG); }
ON_LOOP void bad_reap_all() {
  reapAll();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'reapAll' blocks the event loop in 'waitpid': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_flock(int Fd) {
  flock(Fd, LOCK_EX);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'flock' may block the event loop: it waits until others release their locks on the file [nostall-blocking-call]
}
ON_LOOP void ok_flock(int Fd) {
  flock(Fd, LOCK_EX | LOCK_NB);
  flock(Fd, LOCK_UN);
}

ON_LOOP void bad_lock_range(int Fd, struct flock *Range) {
  fcntl(Fd, F_SETLKW, Range);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fcntl' may block the event loop: it waits until other processes release their locks on the file [nostall-blocking-call]
}
ON_LOOP void ok_lock_range(int Fd, struct flock *Range) {
  fcntl(Fd, F_SETLK, Range);
  fcntl(Fd, F_SETFL, O_NONBLOCK);
}

ON_LOOP void ok_sockets(int Listener) {
  int Made = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  connect(Made, nullptr, 0);
  int Accepted = accept4(Listener, nullptr, nullptr, SOCK_NONBLOCK);
  recv(Accepted, Buffer, sizeof Buffer, 0);
  recv(Listener, Buffer, sizeof Buffer, MSG_DONTWAIT);
  int Event = eventfd(0, EFD_NONBLOCK);
  eventfd_t Count;
  eventfd_read(Event, &Count);
}

// A FIFO or a device heeds the flag.
ON_LOOP void ok_fifo() {
  int Fd = open("/dev/ttyS0", O_RDWR | O_NONBLOCK);
  read(Fd, Buffer, sizeof Buffer);
}

//===----------------------------------------------------------------------===//
// Timeouts
//===----------------------------------------------------------------------===//

ON_LOOP void bad_poll(pollfd &P) {
  poll(&P, 1, 50);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'poll' blocks the event loop: it waits until a descriptor is ready [nostall-blocking-call]
}
ON_LOOP void ok_poll(pollfd &P) {
  poll(&P, 1, 0);
  constexpr int Now = 0;
  poll(&P, 1, Now);
}

ON_LOOP void bad_sleeps() {
  usleep(20000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  std::this_thread::sleep_for(5ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the event loop: {{.*}} [nostall-blocking-call]
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_sleeps() {
  sleep(0);
  usleep(0);
  usleep(200);
  std::this_thread::sleep_for(0ms);
  std::this_thread::sleep_for(std::chrono::seconds::zero());
  std::this_thread::yield();
}

static void pauseFor(std::chrono::milliseconds Time) {
  std::this_thread::sleep_for(Time);
}
ON_LOOP void bad_pause() {
  pauseFor(250ms);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'pauseFor' blocks the event loop in 'std::this_thread::sleep_for': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_pause() { pauseFor(0ms); }

std::timed_mutex Timed;
ON_LOOP void bad_try_lock() {
  if (Timed.try_lock_for(2s))
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'std::timed_mutex::try_lock_for' may block the event loop: {{.*}} [nostall-blocking-call]
    Timed.unlock();
}
ON_LOOP void ok_try_lock() {
  if (Timed.try_lock())
    Timed.unlock();
  if (Timed.try_lock_for(0s))
    Timed.unlock();
  if (Timed.try_lock_for(std::chrono::microseconds(500)))
    Timed.unlock();
}

std::mutex Mutex;
std::condition_variable Changed;
ON_LOOP void bad_condition() {
  std::unique_lock Lock(Mutex, std::try_to_lock);
  Changed.wait_for(Lock, 1s);
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'std::condition_variable::wait_for' may block the event loop: it waits to be notified until a time limit [nostall-blocking-call]
}
ON_LOOP void ok_condition() {
  std::unique_lock Lock(Mutex, std::try_to_lock);
  Changed.wait_for(Lock, 0s);
}

// The time is behind a pointer.
ON_LOOP void ok_select_zero(int Fd, fd_set &Set) {
  timeval Zero{0, 0};
  select(Fd + 1, &Set, nullptr, nullptr, &Zero);
  timeval Put;
  Put.tv_sec = Put.tv_usec = 0;
  select(Fd + 1, &Set, nullptr, nullptr, &Put);
  timespec Filled;
  memset(&Filled, 0, sizeof Filled);
  pselect(Fd + 1, &Set, nullptr, nullptr, &Filled, nullptr);
}
ON_LOOP void bad_select_time(int Fd, fd_set &Set, int Limit) {
  timeval Second{1, 0};
  select(Fd + 1, &Set, nullptr, nullptr, &Second);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' may block the event loop: it waits until a descriptor is ready [nostall-blocking-call]
  timeval Given{0, 0};
  Given.tv_usec = Limit;
  select(Fd + 1, &Set, nullptr, nullptr, &Given);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' may block the event loop: {{.*}} [nostall-blocking-call]
  timeval Partly;
  Partly.tv_usec = 0;
  select(Fd + 1, &Set, nullptr, nullptr, &Partly);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' may block the event loop: {{.*}} [nostall-blocking-call]
  timeval Longest;
  memset(&Longest, 0x7f, sizeof Longest);
  select(Fd + 1, &Set, nullptr, nullptr, &Longest);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' may block the event loop: {{.*}} [nostall-blocking-call]
  timeval Changed{0, 0};
  gettimeofday(&Changed, nullptr);
  select(Fd + 1, &Set, nullptr, nullptr, &Changed);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' may block the event loop: {{.*}} [nostall-blocking-call]
  select(Fd + 1, &Set, nullptr, nullptr, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'select' blocks the event loop: it waits without a limit until a descriptor is ready [nostall-blocking-call]
}
ON_LOOP void ok_nanosleep() {
  timespec Short{0, 1000};
  nanosleep(&Short, nullptr);
}
ON_LOOP void bad_nanosleep() {
  timespec Long{0, 50'000'000};
  nanosleep(&Long, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'nanosleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
}

// A flag that has a name.
static void reopen(int Fd, long Size) {
  const bool Resize = Size > 0;
  bool Sync = Size == 0;
  ++Size;
  if (Resize)
    fsync(Fd);
  if (!Sync)
    syncfs(Fd);
}
ON_LOOP void bad_named_flag(int Fd) {
  reopen(Fd, 4096);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'reopen' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: 'reopen' blocks the event loop in 'syncfs': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_named_flag(int Fd) { reopen(Fd, 0); }

// A variable that is changed is not what it began with.
ON_LOOP void ok_added_flag(pid_t Child) {
  int Flags = 0;
  Flags |= WNOHANG;
  waitpid(Child, nullptr, Flags);
}
static void waitFor(pollfd *Set, int Number);
void ok_counted(pollfd *Set, int Limit) {
  while (true) {
    int Number = 0;
    for (int I = 0; I < Limit; ++I)
      if (Set[I].fd >= 0)
        Number++;
    poll(Set, Number, -1);
    waitFor(Set, Number);
  }
}

// Constants decide both of two branches; the address of something is not null.
static void done(const char *Records, int Error) {
  if (Error < 0) {
    if (Error != -ECONNRESET)
      return;
    Records = nullptr;
  }
  fsync(Records ? 3 : 4);
}
ON_LOOP void ok_other_error() { done(nullptr, -EIO); }
ON_LOOP void bad_this_error() {
  done(nullptr, -ECONNRESET);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'done' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}
static void confirm(int Fd, const int *Error) {
  if (Error != nullptr)
    return;
  fsync(Fd);
}
ON_LOOP void ok_with_error(int Fd) {
  int Error = 5;
  confirm(Fd, &Error);
}
ON_LOOP void bad_without_error(int Fd) {
  confirm(Fd, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'confirm' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}

// A parameter that is set is not what was passed.
static void writeTo(const char *Path, int Tries) {
  if (!Path)
    Path = "/var/lib/app/state";
  while (Tries < 3)
    ++Tries;
  if (Path)
    fsync(3);
  if (Tries == 3)
    syncfs(3);
}
ON_LOOP void bad_set_parameter() {
  writeTo(nullptr, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'writeTo' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: 'writeTo' blocks the event loop in 'syncfs': {{.*}} [nostall-blocking-call]
}
