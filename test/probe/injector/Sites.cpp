//===- Sites.cpp - the kinds of code in which a loop stalls -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Injection.h"

#include "FramelessLibrary.h"
#include "Helper.h"

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>

namespace inject {

/// What is read before and behind the measured time costs the iteration a few
/// microseconds, and the injection none.
INJECT_FRAME void runMeasured(Injection &I) {
  static const ThreadMeter Meter;
  const Usage Before = Meter.read();
  I.StartNs = now();
  I.DeadlineNs = I.StartNs + I.AskedNs;
  sharedDeadline().Ns = I.DeadlineNs;
  I.What->Stall(I);
  I.EndNs = now();
  I.Used = Meter.read() - Before;
}

namespace {

INJECT_FRAME void sitePlain(Injection &I) {
  runMeasured(I);
  keepFrame();
}

//===--- A coroutine that the loop resumes --------------------------------===//

/// Where the coroutine waits for its next injection.
struct Mailbox {
  Injection *Content = nullptr;
  std::coroutine_handle<> Receiver;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> Handle) { Receiver = Handle; }
  Injection &await_resume() const { return *Content; }
};

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

INJECT_FRAME Task siteCoroutine(Mailbox &Box) {
  for (;;) {
    Injection &I = co_await Box;
    runMeasured(I);
    keepFrame();
  }
}

void enterCoroutine(Injection &I) {
  static Mailbox Box;
  static const Task Running = siteCoroutine(Box);
  (void)Running;
  Box.Content = &I;
  Box.Receiver.resume();
}

//===--- A callback of a library without frame pointers -------------------===//

INJECT_FRAME void onVisit(void *Argument) {
  runMeasured(*static_cast<Injection *>(Argument));
  keepFrame();
}

INJECT_FRAME void siteLibrary(Injection &I) {
  frameless_visit(onVisit, &I);
  keepFrame();
}

//===--- A destructor while an exception unwinds --------------------------===//

struct Rollback {
  Injection &I;
  explicit Rollback(Injection &I) : I(I) {}
  INJECT_FRAME ~Rollback() {
    runMeasured(I);
    keepFrame();
  }
};

struct Failure {};

INJECT_FRAME void failInTransaction(Injection &I) {
  const Rollback Undo(I);
  throw Failure();
}

INJECT_FRAME void siteUnwinding(Injection &I) {
  try {
    failInTransaction(I);
  } catch (const Failure &) {
    keepFrame();
  }
}

//===--- Recursion --------------------------------------------------------===//

constexpr int Depth = 50;

INJECT_FRAME void descend(Injection &I, int Left) {
  volatile char Frame[64];
  Frame[0] = static_cast<char>(Left);
  if (Left == 1)
    runMeasured(I);
  else
    descend(I, Left - 1);
  keepFrame();
  (void)Frame[0];
}

INJECT_FRAME void siteRecursion(Injection &I) {
  descend(I, Depth);
  keepFrame();
}

//===--- A virtual method through std::function ---------------------------===//

struct Panel {
  virtual ~Panel() = default;
  virtual void refreshPanel(Injection &I) = 0;
};

struct StallingPanel final : Panel {
  INJECT_FRAME void refreshPanel(Injection &I) override {
    runMeasured(I);
    keepFrame();
  }
};

/// Not inlined, so that the caller cannot know the class.
INJECT_FRAME std::shared_ptr<Panel> makePanel() {
  return std::make_shared<StallingPanel>();
}

INJECT_FRAME void siteVirtual(Injection &I) {
  static const std::function<void(Injection &)> Refresh =
      std::bind_front(&Panel::refreshPanel, makePanel());
  Refresh(I);
  keepFrame();
}

} // namespace

const std::vector<Site> &allSites() {
  static const std::vector<Site> Sites{
      {"plain", "sitePlain", "sitePlain", sitePlain},
      {"coroutine", "siteCoroutine", "siteCoroutine", enterCoroutine},
      {"library", "frameless_visit", "onVisit frameless_visit siteLibrary",
       siteLibrary},
      {"unwinding", "~Rollback", "~Rollback failInTransaction siteUnwinding",
       siteUnwinding},
      {"recursion", "siteRecursion", "descend siteRecursion", siteRecursion},
      {"virtual", "refreshPanel", "refreshPanel siteVirtual", siteVirtual},
  };
  return Sites;
}

} // namespace inject
