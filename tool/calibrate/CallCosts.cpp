//===- CallCosts.cpp - how long blocking calls take here --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "calibrate/CallCosts.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace nostall {
namespace {

using Clock = std::chrono::steady_clock;

uint64_t since(Clock::time_point Start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - Start)
          .count());
}

/// A descriptor that is closed.
class Descriptor {
public:
  explicit Descriptor(int FD) : FD(FD) {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() {
    if (FD >= 0)
      ::close(FD);
  }
  int get() const { return FD; }
  bool isOpen() const { return FD >= 0; }

private:
  int FD;
};

class Measurer {
public:
  explicit Measurer(std::string Folder) : Folder(std::move(Folder)) {}
  CallCostResult run();

private:
  /// Times \p Call \p Times times; it returns false, with errno set, when the
  /// machine refused.
  template <typename F> void measure(const char *Name, int Times, F Call) {
    std::vector<uint64_t> Samples;
    for (int I = 0; I < Times; ++I) {
      auto Start = Clock::now();
      bool Done = Call();
      uint64_t Spent = since(Start);
      if (!Done) {
        fail(Name, std::strerror(errno));
        return;
      }
      Samples.push_back(Spent);
    }
    add(Name, std::move(Samples));
  }
  void add(const char *Name, std::vector<uint64_t> Samples) {
    std::sort(Samples.begin(), Samples.end());
    Result.Calls[Name] = {Samples[Samples.size() / 2], Samples.back()};
  }
  void fail(const char *Name, const std::string &Why) {
    Result.Errors.push_back(std::string(Name) + ": " + Why);
  }
  void measureFiles();
  void measureProcesses();
  void measureThreads();
  void measureConnect();
  void measureDns();

  std::string Folder;
  CallCostResult Result;
};

void Measurer::measureFiles() {
  const std::string File = Folder + "/file", Other = Folder + "/other";
  char Block[4096];
  std::memset(Block, 'x', sizeof(Block));
  Descriptor FD(::open(File.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!FD.isOpen()) {
    fail("open", File + ": " + std::strerror(errno));
    return;
  }
  constexpr int Many = 200, Few = 40;
  measure("write", Many,
          [&] { return ::pwrite(FD.get(), Block, sizeof(Block), 0) >= 0; });
  measure("fsync", Few, [&] {
    return ::pwrite(FD.get(), Block, sizeof(Block), 0) >= 0 &&
           ::fsync(FD.get()) == 0;
  });
  measure("read", Many,
          [&] { return ::pread(FD.get(), Block, sizeof(Block), 0) >= 0; });
  measure("open", Many, [&] {
    return Descriptor(::open(File.c_str(), O_RDONLY | O_CLOEXEC)).isOpen();
  });
  measure("stat", Many, [&] {
    struct stat Status;
    return ::stat(File.c_str(), &Status) == 0;
  });
  bool There = true;
  measure("rename", Few, [&] {
    There = !There;
    return ::rename((There ? Other : File).c_str(),
                    (There ? File : Other).c_str()) == 0;
  });
  ::unlink(File.c_str());
  ::unlink(Other.c_str());
}

void Measurer::measureProcesses() {
  measure("process", 20, [&] {
    char Program[] = "/bin/true";
    char *Arguments[] = {Program, nullptr};
    pid_t Child = 0;
    if (int Error = ::posix_spawn(&Child, Program, nullptr, nullptr, Arguments,
                                  environ)) {
      errno = Error;
      return false;
    }
    int Status = 0;
    return ::waitpid(Child, &Status, 0) == Child;
  });
}

/// There and back through two pipes: two switches.
void Measurer::measureThreads() {
  measure("thread", 40, [] {
    std::thread([] {}).join();
    return true;
  });
  int To[2], Back[2];
  if (::pipe2(To, O_CLOEXEC) != 0) {
    fail("thread-switch", std::strerror(errno));
    return;
  }
  Descriptor ToRead(To[0]), ToWrite(To[1]);
  if (::pipe2(Back, O_CLOEXEC) != 0) {
    fail("thread-switch", std::strerror(errno));
    return;
  }
  Descriptor BackRead(Back[0]), BackWrite(Back[1]);
  constexpr int Times = 500;
  std::thread Echo([&] {
    char C;
    for (int I = 0; I < Times; ++I)
      if (::read(ToRead.get(), &C, 1) != 1 ||
          ::write(BackWrite.get(), &C, 1) != 1)
        return;
  });
  std::vector<uint64_t> Samples;
  char C = 'x';
  for (int I = 0; I < Times; ++I) {
    auto Start = Clock::now();
    if (::write(ToWrite.get(), &C, 1) != 1 || ::read(BackRead.get(), &C, 1) != 1)
      break;
    Samples.push_back(since(Start) / 2);
  }
  Echo.join();
  if (Samples.empty())
    fail("thread-switch", "the pipes do not work");
  else
    add("thread-switch", std::move(Samples));
}

/// To a port of this machine that nobody listens on.
void Measurer::measureConnect() {
  measure("connect-local", 100, [] {
    Descriptor Socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!Socket.isOpen())
      return false;
    sockaddr_in Address{};
    Address.sin_family = AF_INET;
    Address.sin_port = htons(1);
    Address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Refused or not: either takes the way there and back.
    (void)::connect(Socket.get(), reinterpret_cast<sockaddr *>(&Address),
                    sizeof(Address));
    return true;
  });
}

/// In a child, which can be ended when the resolver takes too long.
void Measurer::measureDns() {
  constexpr int SecondsAllowed = 10;
  auto Start = Clock::now();
  pid_t Child = ::fork();
  if (Child < 0) {
    fail("dns-failure", std::strerror(errno));
    return;
  }
  if (Child == 0) {
    ::alarm(SecondsAllowed);
    addrinfo *Found = nullptr;
    // Reserved: no such name can exist (RFC 6761).
    int Error = ::getaddrinfo("nostall-calibrate.invalid", "80", nullptr, &Found);
    ::_exit(Error ? 0 : 1);
  }
  int Status = 0;
  while (::waitpid(Child, &Status, 0) < 0 && errno == EINTR)
    ;
  uint64_t Spent = since(Start);
  // One sample: the resolver may remember, and its own timeout may be long.
  add("dns-failure", {Spent});
}

CallCostResult Measurer::run() {
  measureFiles();
  measureConnect();
  measureProcesses();
  measureDns(); // Forks: before there are threads.
  measureThreads();
  return std::move(Result);
}

} // namespace

CallCostResult measureCallCosts(const std::string &Folder) {
  std::string Template = Folder + "/nostall-calibrate-XXXXXX";
  if (!::mkdtemp(Template.data())) {
    CallCostResult Result;
    Result.Errors.push_back(Folder + ": " + std::strerror(errno));
    return Result;
  }
  CallCostResult Result = Measurer(Template).run();
  ::rmdir(Template.c_str());
  return Result;
}

} // namespace nostall
