// RUN: %check_nostall %s
// Sources of GLib's main loop, threads, and what GIO offers in two forms.

#include <gio/gio.h>
#include <unistd.h>

static gboolean onTimeout(gpointer) {
  g_usleep(100000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_usleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
  return G_SOURCE_CONTINUE;
}

static gboolean bad_onIdle(gpointer) {
  gchar *Text;
  g_file_get_contents("/etc/app.conf", &Text, nullptr, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_file_get_contents' may block the event loop: it reads a whole file [nostall-blocking-call]
  g_spawn_command_line_sync("uname", &Text, nullptr, nullptr, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_spawn_command_line_sync' blocks the event loop: it runs a process and waits for its end [nostall-blocking-call]
  return G_SOURCE_REMOVE;
}

static gboolean onReadable(GIOChannel *, GIOCondition, gpointer) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  return TRUE;
}

static void onChild(GPid, gint, gpointer) {
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// The casts that C programs use for a function of another type.
static void onTick(GMainLoop *) {
  sleep(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

void sources(GMainLoop *Loop, GIOChannel *Channel, GPid Child) {
  g_timeout_add(100, onTimeout, nullptr);
  g_idle_add(bad_onIdle, nullptr);
  g_io_add_watch(Channel, G_IO_IN, onReadable, nullptr);
  g_child_watch_add(Child, onChild, nullptr);
  g_timeout_add_seconds(1, (GSourceFunc)onTick, Loop);
}

//===----------------------------------------------------------------------===//
// Two forms
//===----------------------------------------------------------------------===//

GFile *File;

static void ok_onLoaded(GObject *, GAsyncResult *, gpointer) {}
static void bad_onLoaded(GObject *, GAsyncResult *, gpointer) {
  sleep(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static gboolean bad_load(gpointer) {
  char *Text;
  g_file_load_contents(File, nullptr, &Text, nullptr, nullptr, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_file_load_contents' may block the event loop: {{.*}} [nostall-blocking-call]
  return G_SOURCE_REMOVE;
}

static gboolean ok_load(gpointer) {
  g_file_load_contents_async(File, nullptr, ok_onLoaded, nullptr);
  g_file_load_contents_async(File, nullptr, bad_onLoaded, nullptr);
  return G_SOURCE_REMOVE;
}

void loads() {
  g_idle_add(bad_load, nullptr);
  g_idle_add(ok_load, nullptr);
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

static gpointer ok_thread(gpointer) {
  g_usleep(1000000);
  return nullptr;
}

static void ok_task(GTask *, gpointer, gpointer, GCancellable *) { sleep(5); }

static gboolean bad_joins(gpointer) {
  GThread *Thread = g_thread_new("worker", ok_thread, nullptr);
  g_thread_join(Thread);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_thread_join' blocks the event loop: it waits for the thread to end [nostall-blocking-call]
  return G_SOURCE_REMOVE;
}

static gboolean bad_waits_for_task(gpointer) {
  GTask *Task = g_task_new(nullptr, nullptr, ok_onLoaded, nullptr);
  g_task_run_in_thread_sync(Task, ok_task);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'g_task_run_in_thread_sync' blocks the event loop: it waits until another thread has run the function [nostall-blocking-call]
  return G_SOURCE_REMOVE;
}

static gboolean ok_offloads(gpointer) {
  GTask *Task = g_task_new(nullptr, nullptr, ok_onLoaded, nullptr);
  g_task_run_in_thread(Task, ok_task);
  return G_SOURCE_REMOVE;
}

// Called at once, where the list is walked.
static void eachOf(gpointer, gpointer) { sleep(6); }
static gboolean bad_walks(gpointer List) {
  g_list_foreach(static_cast<GList *>(List), eachOf, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'eachOf' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  return G_SOURCE_REMOVE;
}
void ok_walks(GList *List) { g_list_foreach(List, eachOf, nullptr); }

int main() {
  g_idle_add(bad_joins, nullptr);
  g_idle_add(bad_waits_for_task, nullptr);
  g_idle_add(ok_offloads, nullptr);
  g_idle_add(bad_walks, nullptr);
  sleep(1);
  g_main_loop_run(g_main_loop_new(nullptr, FALSE));
}
