//===- Transport.cpp - between the editor and clangd ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clangd/Transport.h"

#include "clangd/Frames.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace nostall {

static llvm::Error failed(const char *What) {
  return llvm::createStringError(std::error_code(errno, std::generic_category()),
                                 "%s: %s", What, strerror(errno));
}

/// False when nobody reads any more.
static bool writeAll(int Fd, llvm::StringRef Bytes) {
  while (!Bytes.empty()) {
    ssize_t N = write(Fd, Bytes.data(), Bytes.size());
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      return false;
    Bytes = Bytes.drop_front(N);
  }
  return true;
}

/// Signals are clangd's; a broken pipe is a result of write() here.
static void blockSignals() {
  sigset_t All;
  sigfillset(&All);
  pthread_sigmask(SIG_BLOCK, &All, nullptr);
}

/// Puts one end of a new pipe in the place of \p Standard and gives the other.
static int replaceByPipe(int Standard, int TheirEnd) {
  int Ends[2];
  if (pipe2(Ends, O_CLOEXEC) != 0)
    return -1;
  // A completion list is larger than the 64 KiB that a pipe has by default.
  // Without the right to more, it only takes more turns.
  fcntl(Ends[0], F_SETPIPE_SZ, 1 << 20);
  if (dup2(Ends[TheirEnd], Standard) < 0)
    return -1;
  close(Ends[TheirEnd]);
  return Ends[1 - TheirEnd];
}

llvm::Error Transport::start() {
  ClientIn = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  ClientOut = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (ClientIn < 0 || ClientOut < 0)
    return failed("standard input and output");
  Stop = eventfd(0, EFD_CLOEXEC);
  ClangdIn = replaceByPipe(STDIN_FILENO, 0);
  ClangdOut = replaceByPipe(STDOUT_FILENO, 1);
  if (Stop < 0 || ClangdIn < 0 || ClangdOut < 0)
    return failed("pipes for standard input and output");
  Server = std::thread([this] { forwardServer(); });
  Client = std::thread([this] { forwardClient(); });
  // It waits for the client, who may be in no hurry to close; the process does
  // not wait for it.
  Client.detach();
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// To clangd
//===----------------------------------------------------------------------===//

bool Transport::sendToClangd(llvm::StringRef Bytes) {
  return writeAll(ClangdIn, Bytes);
}

void Transport::forwardClient() {
  blockSignals();
  FrameReader Frames;
  char Buffer[1 << 16];
  for (;;) {
    ssize_t N = read(ClientIn, Buffer, sizeof(Buffer));
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      break;
    Frames.feed({Buffer, static_cast<size_t>(N)});
    while (std::optional<llvm::StringRef> Message = Frames.next()) {
      std::optional<FileEvent> Event;
      {
        std::lock_guard<std::mutex> Lock(ToClangd);
        Framed = true;
        Event = Files.hear(*Message);
        if (!sendToClangd(frame(*Message)))
          return;
      }
      if (Event)
        H.OnFile(*Event);
    }
    if (Frames.isRaw()) {
      std::lock_guard<std::mutex> Lock(ToClangd);
      Framed = false;
      if (!sendToClangd(Frames.rest()))
        return;
    }
  }
  std::lock_guard<std::mutex> Lock(ToClangd);
  Framed = false;
  // Half a message: clangd says what is wrong with it.
  sendToClangd(Frames.rest());
  close(ClangdIn);
}

void Transport::rebuild(llvm::StringRef Path) {
  std::lock_guard<std::mutex> Lock(ToClangd);
  if (!Framed)
    return;
  for (const std::string &Message : Files.rebuild(Path))
    if (!sendToClangd(frame(Message)))
      return;
}

//===----------------------------------------------------------------------===//
// To the client
//===----------------------------------------------------------------------===//

/// All complete messages that have come; false when the client is gone.
bool Transport::passOn(FrameReader &Frames) {
  while (std::optional<llvm::StringRef> Message = Frames.next()) {
    std::optional<std::string> Rewritten = H.Rewrite(*Message);
    if (!writeAll(ClientOut, frame(Rewritten ? *Rewritten : *Message)))
      return false;
  }
  return !Frames.isRaw() || writeAll(ClientOut, Frames.rest());
}

void Transport::forwardServer() {
  blockSignals();
  FrameReader Frames;
  char Buffer[1 << 16];
  bool Ending = false;
  for (;;) {
    pollfd Fds[2] = {{ClangdOut, POLLIN, 0}, {Stop, POLLIN, 0}};
    if (!Ending && poll(Fds, 2, -1) < 0 && errno != EINTR)
      break;
    if (!Ending && (Fds[1].revents & POLLIN)) {
      // Children of clangd's may hold the pipe open; what is in it now is all.
      Ending = true;
      fcntl(ClangdOut, F_SETFL, O_NONBLOCK);
    }
    if (!Ending && !Fds[0].revents)
      continue;
    ssize_t N = read(ClangdOut, Buffer, sizeof(Buffer));
    if (N < 0 && errno == EINTR)
      continue;
    if (N <= 0)
      break;
    Frames.feed({Buffer, static_cast<size_t>(N)});
    if (!passOn(Frames)) {
      // clangd is to notice as if it had written itself.
      close(ClangdOut);
      return;
    }
  }
  // Half a message can only be what a crash has left.
  writeAll(ClientOut, Frames.rest());
}

void Transport::finish() {
  if (!Server.joinable())
    return;
  uint64_t One = 1;
  if (write(Stop, &One, sizeof(One)) == sizeof(One))
    Server.join();
  else
    Server.detach();
}

} // namespace nostall
