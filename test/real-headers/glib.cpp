// RUN: %check_nostall %s --real -- -std=c++20 -I/usr/include/glib-2.0 -I/usr/lib/x86_64-linux-gnu/glib-2.0/include

#include <gio/gio.h>

static gboolean bad_timeout(gpointer) {
  g_usleep(10000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_usleep' blocks{{.*}} [nostall-blocking-call]
  GError *Error = nullptr;
  g_spawn_command_line_sync("true", nullptr, nullptr, nullptr, &Error);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_spawn_command_line_sync' blocks{{.*}} [nostall-blocking-call]
  return TRUE;
}

static gpointer ok_thread(gpointer) {
  g_usleep(10000);
  return nullptr;
}

void start() {
  g_usleep(10000);
  g_timeout_add(100, bad_timeout, nullptr);
  g_thread_new("worker", ok_thread, nullptr);
}
