// RUN: %check_nostall %s
// A function that takes a stream blocks when it is given a file.

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

struct State {
  int Count = 0;
  std::string Name;
};

static void dump(std::ostream &Out, const State &S) {
  Out << S.Count << ' ' << S.Name << '\n';
}

static void load(std::istream &In, State &S) { In >> S.Count >> S.Name; }

// One finding for one file: made, written and closed.
ON_LOOP void bad_file(const State &S) {
  std::ofstream Out("/var/lib/app/state");
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: the constructor of 'std::basic_ofstream' may block the event loop: it opens a file [nostall-blocking-call]
  Out << S.Count << std::endl;
  Out.close();
}

ON_LOOP void ok_memory(const State &S) {
  std::ostringstream Out;
  dump(Out, S);
  std::stringstream Both;
  dump(Both, S);
  std::istringstream In("1 name");
  State Other;
  load(In, Other);
}

// The console is quick enough, unless one asks for `rarely`.
ON_LOOP void ok_console(const State &S) {
  dump(std::cout, S);
  std::cerr << "saved\n";
  printf("saved\n");
}

// The stream comes from elsewhere: its own finding, in the function.
std::ofstream Log;
ON_LOOP void bad_global(const State &S) {
  dump(Log, S);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'dump' may block the event loop in 'std::basic_ostream::operator<<': it reads or writes a file [nostall-blocking-call]
}

// A member of the object decides.
static void append(std::ostream &Out, const State &S) { Out << S.Name; }

class Journal {
public:
  ON_LOOP void bad_append(const State &S) {
    append(Out, S);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'append' may block the event loop in 'std::operator<<': {{.*}} [nostall-blocking-call]
  }
  ON_LOOP void ok_append(const State &S) { append(Memory, S); }

private:
  std::ofstream Out;
  std::ostringstream Memory;
};

// Through two functions.
static void dumpCount(std::ostream &Out, int Count) { Out << Count; }
static void dumpTwice(std::ostream &Out, const State &S) {
  dumpCount(Out, S.Count);
  dumpCount(Out, S.Count);
}
ON_LOOP void bad_twice(std::ofstream &Out, const State &S) {
  dumpTwice(Out, S);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'dumpTwice' may block the event loop in 'std::basic_ostream::operator<<': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_twice(std::ostringstream &Out, const State &S) {
  dumpTwice(Out, S);
}

// Of a stream of which nothing is known, nothing is said.
ON_LOOP void ok_unknown(std::ostream &Out, const State &S) { dump(Out, S); }

// An operator of the program's own.
std::ostream &operator<<(std::ostream &Out, const State &S) {
  return Out << S.Count;
}
ON_LOOP void bad_operator(std::fstream &Out, const State &S) {
  Out << S;
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'operator<<' may block the event loop in {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_operator(std::stringstream &Out, const State &S) { Out << S; }

ON_LOOP void bad_read_line(std::ifstream &In) {
  std::string Line;
  std::getline(In, Line);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::getline' may block the event loop: it reads or writes a file [nostall-blocking-call]
}
ON_LOOP void ok_read_line(std::istringstream &In) {
  std::string Line;
  std::getline(In, Line);
}

ON_LOOP void bad_open_later() {
  std::ifstream In;
  In.open("/etc/app.conf");
  // CHECK-MESSAGES: :[[@LINE-1]]:6: warning: 'std::basic_ifstream::open' may block the event loop: it opens a file [nostall-blocking-call]
}
ON_LOOP void ok_not_opened() { std::ifstream In; }
ON_LOOP void ok_proc() {
  std::ifstream In("/proc/self/status");
}

//===----------------------------------------------------------------------===//
// The same in C
//===----------------------------------------------------------------------===//

ON_LOOP void bad_c_file() {
  FILE *File = fopen("/var/lib/app/state", "w");
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'fopen' may block the event loop: it looks the path up and may wait for the disk [nostall-blocking-call]
  fputs("state", File);
  fclose(File);
}

ON_LOOP void ok_c_memory() {
  char *Text;
  size_t Size;
  FILE *File = open_memstream(&Text, &Size);
  fprintf(File, "%d", 1);
  fclose(File);
}

static void report(FILE *To) { fprintf(To, "report\n"); }
ON_LOOP void ok_c_console() { report(stderr); }
ON_LOOP void bad_c_input() {
  char Line[80];
  fgets(Line, sizeof Line, stdin);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fgets' may block the event loop: it waits until there is input [nostall-blocking-call]
}

//===----------------------------------------------------------------------===//
// Buffers, and files that are none
//===----------------------------------------------------------------------===//

// One line goes into the buffer of a file that was just opened; it is the
// opening and the closing that wait.
ON_LOOP void bad_one_line(const State &S) {
  FILE *Out = fopen("/var/lib/app/state", "w");
  // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'fopen' may block the event loop: {{.*}} [nostall-blocking-call]
  fprintf(Out, "%d", S.Count);
  fclose(Out);
}
ON_LOOP void ok_one_line(int Fd, const State &S) {
  FILE *Out = fdopen(Fd, "w");
  fprintf(Out, "%d", S.Count);
}
ON_LOOP void bad_many_lines(int Fd, const State *S, int Count) {
  FILE *Out = fdopen(Fd, "w");
  for (int I = 0; I < Count; ++I)
    fprintf(Out, "%d", S[I].Count);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'fprintf' may block the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void bad_kept_open(FILE *Out, const State &S) {
  static FILE *Kept = Out;
  fprintf(Kept, "%d", S.Count);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fprintf' may block the event loop: {{.*}} [nostall-blocking-call]
}

// The kernel's own files, whatever follows in their names.
static int openIt(const std::string &Path) { return open(Path.c_str(), O_RDONLY); }
ON_LOOP void ok_proc(int Pid) {
  std::ifstream Status("/proc/" + std::to_string(Pid) + "/status");
  std::string Path = "/proc/" + std::to_string(Pid);
  access(Path.c_str(), R_OK);
  char Name[64];
  snprintf(Name, sizeof Name, "/proc/%d/stat", Pid);
  open(Name, O_RDONLY);
  char Joined[64], Copied[64], *Made;
  snprintf(Joined, sizeof Joined, "%s/%d/io", "/proc/self/task", Pid);
  open(Joined, O_RDONLY);
  if (asprintf(&Made, "/proc/%d/stat", Pid) > 0)
    open(Made, O_RDONLY);
  strcpy(Copied, "/proc/meminfo");
  open(Copied, O_RDONLY);
}
ON_LOOP void bad_not_proc(const std::string &Root, int Pid) {
  std::string Path = Root + "/proc/" + std::to_string(Pid);
  access(Path.c_str(), R_OK);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'access' may block the event loop: {{.*}} [nostall-blocking-call]
}
char *format(const char *Format, ...);
static int openFormatted(const char *Prefix, const char *Name) {
  return open(format("%s/%s", Prefix, Name), O_RDONLY);
}
ON_LOOP void ok_proc_formatted() { openFormatted("/proc/sys/net", "name"); }
ON_LOOP void bad_formatted(const char *Name) {
  openFormatted("/var/lib", Name);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'openFormatted' may block the event loop in 'open': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_proc_through_a_helper(int Pid) {
  openIt("/proc/" + std::to_string(Pid));
}
ON_LOOP void bad_through_a_helper(const std::string &Name) {
  openIt("/var/lib/app/" + Name);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'openIt' may block the event loop in 'open': {{.*}} [nostall-blocking-call]
}

static const char RandomDevice[] = "/dev/urandom";
class Generator {
  std::ifstream Random;

public:
  Generator() : Random(RandomDevice) {}
  ON_LOOP void ok_fill(char *To, int Size) { Random.read(To, Size); }
};

// Which of the constants it is, the call does not tell.
static int reap(int Pid, bool NoWait) {
  return waitpid(Pid, nullptr, NoWait ? WNOHANG : 0);
}
ON_LOOP void ok_reap(int Pid) { reap(Pid, true); }
ON_LOOP void FN_reap(int Pid) { reap(Pid, false); }

// What is opened by a path that callers choose is a file only where the path
// is none below /proc: in the function that opens it, and through one that
// hands the stream out.
static int readValue(const char *Prefix, const char *Name, char *To) {
  char Path[256];
  snprintf(Path, sizeof Path, "%s/%s", Prefix, Name);
  FILE *In = fopen(Path, "r");
  return In && fgets(To, 80, In);
}
ON_LOOP void ok_read_proc(char *To) { readValue("/proc/sys/net", "a", To); }

static int readSetting(const char *Prefix, char *To) {
  FILE *In = fopen(Prefix, "r");
  return fscanf(In, "%79s", To);
}
ON_LOOP void bad_read_setting(char *To) {
  readSetting("/etc/app", To);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'readSetting' may block the event loop in 'fopen': {{.*}} [nostall-blocking-call]
}

static FILE *openStream(const char *Path) { return fopen(Path, "r"); }
ON_LOOP void ok_opened_elsewhere(char *To) {
  FILE *In = openStream("/proc/stat");
  fgets(To, 80, In);
}

// Which file it is only the path tells; that it is none, what else is done
// with it.
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <linux/fs.h>
#include <linux/rtc.h>

struct Clock {
  int Device = -1;
  void start(const char *Path) {
    Device = open(Path, O_RDWR);
    ioctl(Device, RTC_UIE_ON, 0);
  }
  ON_LOOP void ok_read_device(char *To) { read(Device, To, 8); }
};

// Requests that file systems have as well say nothing.
struct Log {
  int Descriptor = -1;
  void start(const char *Path) {
    Descriptor = open(Path, O_RDWR);
    int Flags = 0;
    ioctl(Descriptor, FS_IOC_GETFLAGS, &Flags);
  }
  ON_LOOP void bad_read_file(char *To) {
    read(Descriptor, To, 8);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'read' may block the event loop: {{.*}} [nostall-blocking-call]
  }
};

// Through the program's own functions.
static int Epoll;
static void watch(int Descriptor) {
  epoll_event E{};
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Descriptor, &E);
}
static void addReader(int Descriptor) { watch(Descriptor); }
struct Pipe {
  int Descriptor = -1;
  void start(const char *Path) {
    Descriptor = open(Path, O_RDONLY);
    addReader(Descriptor);
  }
  ON_LOOP void ok_read_watched(char *To) { read(Descriptor, To, 8); }
};
