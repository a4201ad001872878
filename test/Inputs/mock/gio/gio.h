/*===- gio/gio.h - declarations for tests ----------------------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_GIO_H
#define NOSTALL_MOCK_GIO_H

#include <glib.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _GObject GObject;
typedef struct _GFile GFile;
typedef struct _GTask GTask;
typedef struct _GAsyncResult GAsyncResult;
typedef struct _GCancellable GCancellable;
typedef struct _GSubprocess GSubprocess;
typedef void (*GAsyncReadyCallback)(GObject *source, GAsyncResult *res,
                                    gpointer data);
typedef void (*GTaskThreadFunc)(GTask *task, gpointer source, gpointer data,
                                GCancellable *cancellable);

void g_file_load_contents_async(GFile *file, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data);
gboolean g_file_load_contents(GFile *file, GCancellable *cancellable,
                              char **contents, gsize *length, char **etag,
                              GError **error);
GTask *g_task_new(gpointer source, GCancellable *cancellable,
                  GAsyncReadyCallback callback, gpointer data);
void g_task_run_in_thread(GTask *task, GTaskThreadFunc task_func);
void g_task_run_in_thread_sync(GTask *task, GTaskThreadFunc task_func);
gboolean g_subprocess_wait(GSubprocess *subprocess, GCancellable *cancellable,
                           GError **error);
void g_subprocess_wait_async(GSubprocess *subprocess,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data);

#ifdef __cplusplus
}
#endif
#endif
