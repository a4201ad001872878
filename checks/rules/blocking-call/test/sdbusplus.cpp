// RUN: %check_nostall %s
// sdbusplus: matches, methods and replies run on the loop of the bus.

#include <sdbusplus.h>
#include <unistd.h>

using sdbusplus::message;

void bad_callbacks(sdbusplus::asio::connection &Bus,
                   sdbusplus::asio::dbus_interface &Fan) {
  sdbusplus::bus::match::match Changed(Bus, "type='signal'", [&](message &M) {
    Bus.call(M);
    // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sdbusplus::bus::bus::call' blocks the event loop: it waits for the reply of another process [nostall-blocking-call]
    Bus.wait(1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sdbusplus::bus::bus::wait' blocks the event loop: {{.*}} [nostall-blocking-call]
    Bus.wait(0);
  });
  Fan.register_method("Spin", [](int) {
    usleep(1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  Bus.async_method_call(
      [](int) {
        sdbusplus::bus::new_default();
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sdbusplus::bus::new_default' blocks the event loop: {{.*}} [nostall-blocking-call]
      },
      "org.x.Fan", "/fan", "org.x.Fan", "Spin");
}

void ok_callbacks(sdbusplus::asio::connection &Bus) {
  Bus.async_method_call(
      [&](int) {
        Bus.async_method_call([](int) {}, "org.x.Fan", "/fan", "org.x.Fan",
                              "Stop");
      },
      "org.x.Fan", "/fan", "org.x.Fan", "Spin");
}
