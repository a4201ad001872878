/*===- glib.h - declarations for tests -------------------------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* The functions of GLib that the tests use.
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_GLIB_H
#define NOSTALL_MOCK_GLIB_H

#ifdef __cplusplus
extern "C" {
#endif

typedef int gboolean;
typedef int gint;
typedef unsigned guint;
typedef unsigned long gulong;
typedef unsigned long gsize;
typedef char gchar;
typedef void *gpointer;
typedef const void *gconstpointer;
typedef int GPid;
typedef struct _GError GError;
typedef struct _GMainLoop GMainLoop;
typedef struct _GThread GThread;
typedef struct _GIOChannel GIOChannel;
typedef struct _GMutex { gpointer p; } GMutex;
typedef enum { G_IO_IN = 1, G_IO_OUT = 4 } GIOCondition;
#define FALSE 0
#define TRUE 1
#define G_SOURCE_REMOVE FALSE
#define G_SOURCE_CONTINUE TRUE

typedef gboolean (*GSourceFunc)(gpointer user_data);
typedef gpointer (*GThreadFunc)(gpointer data);
typedef gboolean (*GIOFunc)(GIOChannel *source, GIOCondition condition,
                            gpointer data);
typedef void (*GChildWatchFunc)(GPid pid, gint status, gpointer data);
typedef void (*GFunc)(gpointer data, gpointer user_data);
typedef struct _GList { gpointer data; struct _GList *next; } GList;

GMainLoop *g_main_loop_new(void *context, gboolean is_running);
void g_main_loop_run(GMainLoop *loop);
guint g_timeout_add(guint interval, GSourceFunc function, gpointer data);
guint g_timeout_add_seconds(guint interval, GSourceFunc function,
                            gpointer data);
guint g_idle_add(GSourceFunc function, gpointer data);
guint g_io_add_watch(GIOChannel *channel, GIOCondition condition, GIOFunc func,
                     gpointer user_data);
guint g_child_watch_add(GPid pid, GChildWatchFunc function, gpointer data);
void g_list_foreach(GList *list, GFunc func, gpointer user_data);
GThread *g_thread_new(const gchar *name, GThreadFunc func, gpointer data);
gpointer g_thread_join(GThread *thread);
void g_usleep(gulong microseconds);
void g_mutex_lock(GMutex *mutex);
void g_mutex_unlock(GMutex *mutex);
gboolean g_file_get_contents(const gchar *filename, gchar **contents,
                             gsize *length, GError **error);
gboolean g_spawn_command_line_sync(const gchar *command_line, gchar **out,
                                   gchar **err, gint *status, GError **error);

#ifdef __cplusplus
}
#endif
#endif
