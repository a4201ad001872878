// RUN: %check_nostall %s --knowledge %S/Inputs/knowledge.yaml
// A user's own knowledge: what blocks, what is called back, what runs elsewhere.

#include <functional>
#include <netdb.h>
#include <unistd.h>

extern "C" int vendor_read(int Channel, int Timeout);

namespace vendor {
struct Bus {
  void transfer(const char *Data);
  void start(const char *Data);
};
void onEvent(int Id, std::function<void()> F);
} // namespace vendor

namespace app {
void runInBackground(std::function<void()> F);
void logLine(const char *Text);

// Its body is not looked into.
void quickEnough() { usleep(1000000); }

class Plugin {
public:
  virtual ~Plugin() = default;
  virtual void tick() = 0;
  virtual void prepare() = 0;
  virtual void describe() {}
};
} // namespace app

class Meter : public app::Plugin {
  void tick() override {
    vendor_read(1, 1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'vendor_read' blocks the event loop: it waits for the instrument [nostall-blocking-call]
    vendor_read(1, 0);
    app::quickEnough();
    app::logLine("tick");
  }
  void prepare() override {
    vendor_read(1, 1000);
    sleep(1);
  }
  void describe() override { sleep(1); }
};

void bad_event(vendor::Bus &Bus) {
  vendor::onEvent(1, [&Bus] {
    Bus.start("x");
    Bus.transfer("x");
    // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'vendor::Bus::transfer' may block the event loop: it waits for the bus [nostall-blocking-call]
    // CHECK-MESSAGES: note: 'lambda in bad_event' is given to 'vendor::onEvent' here
    // CHECK-MESSAGES: note: instead: vendor::Bus::start
  });
}

void ok_background(vendor::Bus &Bus) {
  vendor::onEvent(2, [&Bus] {
    app::runInBackground([&Bus] {
      Bus.transfer("y");
      sleep(1);
    });
  });
}

void ok_overruled() {
  vendor::onEvent(3, [] {
    addrinfo *Found;
    getaddrinfo("example.org", "80", nullptr, &Found);
  });
}

void ok_not_called_back(vendor::Bus &Bus) {
  vendor_read(1, 1000);
  Bus.transfer("z");
}
