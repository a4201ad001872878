// RUN: %check_nostall %s --real
// sdbus-c++: methods, getters and signal handlers run on the connection's loop.

#include <sdbus-c++/sdbus-c++.h>
#include <unistd.h>

struct Thermostat {
  sdbus::IObject &Object;
  sdbus::IProxy &Sensor;

  void bad_registrations() {
    Object.registerMethod("Heat").onInterface("org.x.Heater").implementedAs([this](int) {
      int Degrees = 0;
      Sensor.callMethod("Read").onInterface("org.x.Sensor").storeResultsTo(Degrees);
      // CHECK-MESSAGES: :[[@LINE-1]]:61: warning: 'sdbus::MethodInvoker::storeResultsTo' blocks the event loop: it waits for the reply of another process [nostall-blocking-call]
      return Degrees;
    });
    Object.registerProperty("Target").onInterface("org.x.Heater").withGetter([this] {
      return Sensor.getProperty("Degrees").onInterface("org.x.Sensor").get<int>();
      // CHECK-MESSAGES: :[[@LINE-1]]:44: warning: 'sdbus::PropertyGetter::onInterface' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
    Sensor.uponSignal("Changed").onInterface("org.x.Sensor").call([](int) {
      sleep(1);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
    Sensor.finishRegistration();
  }

  void ok_registration() {
    Object.registerMethod("Cool").onInterface("org.x.Heater").implementedAs(
        [this](sdbus::Result<int> &&Answer, int) {
          Sensor.callMethodAsync("Read").onInterface("org.x.Sensor").uponReplyInvoke(
              [](const sdbus::Error *, int) {});
        });
    Object.finishRegistration();
  }
};

void bad_reconnect(sdbus::IProxy &Bus) {
  Bus.uponSignal("Lost").onInterface("org.x.Bus").call([] {
    auto Connection = sdbus::createSystemBusConnection("org.x.Again");
    // CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'sdbus::createSystemBusConnection' blocks the event loop: {{.*}} [nostall-blocking-call]
    Connection->enterEventLoop();
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'sdbus::IConnection::enterEventLoop' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
