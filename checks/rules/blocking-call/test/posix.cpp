// RUN: %check_nostall %s
// File and socket calls of the C library on a loop around epoll_wait.

#include <fcntl.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

char Buffer[512];

static void bad_open() { close(open("/var/lib/app/state", O_RDONLY)); }

// What the descriptor is, its origin says: opened before the loop.
static void bad_read(int Fd) { read(Fd, Buffer, sizeof Buffer); }

// Descriptors of the kernel's own: nothing behind them is slow.
static void ok_read_proc() {
  int Fd = open("/proc/self/statm", O_RDONLY);
  read(Fd, Buffer, sizeof Buffer);
  close(Fd);
}

// Whatever is done with one file is one finding.
static void bad_whole_file() {
  int Fd = open("/var/lib/app/journal", O_RDWR);
  read(Fd, Buffer, sizeof Buffer);
  write(Fd, Buffer, sizeof Buffer);
  close(Fd);
}

static void bad_sync(int Fd) { fsync(Fd); }

static void bad_stat() {
  struct stat S;
  stat("/var/lib/app/state", &S);
}

// What an open file tells of itself is in memory.
static void ok_fstat(int Fd) {
  struct stat S;
  fstat(Fd, &S);
}

static void bad_resolve(const char *Host) {
  addrinfo *Found;
  getaddrinfo(Host, "443", nullptr, &Found);
}

static void ok_resolve_loopback() {
  addrinfo *Found;
  getaddrinfo("127.0.0.1", nullptr, nullptr, &Found);
}

static void bad_reap(pid_t Child) { waitpid(Child, nullptr, 0); }

// A socket of which nothing is known is taken for a non-blocking one: that is
// what sockets on a loop are.
static void ok_socket(int Fd) {
  ssize_t N = recv(Fd, Buffer, sizeof Buffer, 0);
  send(Fd, Buffer, N, 0);
  read(Fd, Buffer, sizeof Buffer);
  accept(Fd, nullptr, nullptr);
}

static void bad_in_two_steps() { bad_sync(3); }

// Nothing on the loop calls it.
void ok_not_called(int Fd) {
  sleep(1);
  fsync(Fd);
}

void serve(int Epoll) {
  int File = open("/var/lib/app/state", O_RDONLY);
  epoll_event Events[16];
  for (;;) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I) {
      bad_open();
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_open' may block the event loop in 'open': it looks the path up {{.*}} [nostall-blocking-call]
      bad_read(File);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_read' may block the event loop in 'read': it waits until the disk has read the data [nostall-blocking-call]
      bad_whole_file();
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_whole_file' may block the event loop in 'open': {{.*}} [nostall-blocking-call]
      ok_read_proc();
      bad_sync(Events[I].data.fd);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_sync' blocks the event loop in 'fsync': it waits until the disk has written the data [nostall-blocking-call]
      bad_stat();
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_stat' may block the event loop in 'stat': {{.*}} [nostall-blocking-call]
      ok_fstat(Events[I].data.fd);
      bad_resolve("db.example.org");
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_resolve' blocks the event loop in 'getaddrinfo': it asks name servers over the network [nostall-blocking-call]
      ok_resolve_loopback();
      bad_reap(1234);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'bad_reap' blocks the event loop in 'waitpid': it waits for the end of a child process [nostall-blocking-call]
      ok_socket(Events[I].data.fd);
      // The same fsync is reached already: one finding, not two.
      bad_in_two_steps();
      sleep(1);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
    }
  }
}
