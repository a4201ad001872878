/*===- uv.h - declarations for tests ---------------------------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* The functions of libuv that the tests use.
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_UV_H
#define NOSTALL_MOCK_UV_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s { void *data; } uv_handle_t;
typedef struct uv_stream_s { void *data; } uv_stream_t;
typedef struct uv_tcp_s { void *data; } uv_tcp_t;
typedef struct uv_timer_s { void *data; } uv_timer_t;
typedef struct uv_async_s { void *data; } uv_async_t;
typedef struct uv_poll_s { void *data; } uv_poll_t;
typedef struct uv_work_s { void *data; } uv_work_t;
typedef struct uv_write_s { void *data; } uv_write_t;
typedef struct uv_fs_s { void *data; ssize_t result; } uv_fs_t;
typedef struct uv_getaddrinfo_s { void *data; } uv_getaddrinfo_t;
typedef struct uv_process_s { void *data; } uv_process_t;
typedef struct uv_buf_t { char *base; size_t len; } uv_buf_t;
typedef int uv_file;
typedef int uv_os_fd_t;
typedef union { char size[40]; } uv_mutex_t;
typedef unsigned long uv_thread_t;
typedef enum { UV_RUN_DEFAULT = 0, UV_RUN_ONCE, UV_RUN_NOWAIT } uv_run_mode;
struct addrinfo;

typedef void (*uv_alloc_cb)(uv_handle_t *, size_t, uv_buf_t *);
typedef void (*uv_read_cb)(uv_stream_t *, ssize_t, const uv_buf_t *);
typedef void (*uv_write_cb)(uv_write_t *, int);
typedef void (*uv_connection_cb)(uv_stream_t *, int);
typedef void (*uv_close_cb)(uv_handle_t *);
typedef void (*uv_timer_cb)(uv_timer_t *);
typedef void (*uv_async_cb)(uv_async_t *);
typedef void (*uv_poll_cb)(uv_poll_t *, int, int);
typedef void (*uv_work_cb)(uv_work_t *);
typedef void (*uv_after_work_cb)(uv_work_t *, int);
typedef void (*uv_fs_cb)(uv_fs_t *);
typedef void (*uv_getaddrinfo_cb)(uv_getaddrinfo_t *, int, struct addrinfo *);
typedef void (*uv_walk_cb)(uv_handle_t *, void *);
typedef void (*uv_exit_cb)(uv_process_t *, int64_t, int);
typedef void (*uv_thread_cb)(void *);

typedef struct uv_process_options_s {
  uv_exit_cb exit_cb;
  const char *file;
  char **args;
} uv_process_options_t;

uv_loop_t *uv_default_loop(void);
int uv_run(uv_loop_t *, uv_run_mode mode);
void uv_stop(uv_loop_t *);
void uv_walk(uv_loop_t *, uv_walk_cb walk_cb, void *arg);
void uv_close(uv_handle_t *handle, uv_close_cb close_cb);
int uv_timer_init(uv_loop_t *, uv_timer_t *handle);
int uv_timer_start(uv_timer_t *handle, uv_timer_cb cb, uint64_t timeout,
                   uint64_t repeat);
int uv_async_init(uv_loop_t *, uv_async_t *async, uv_async_cb async_cb);
int uv_async_send(uv_async_t *async);
int uv_poll_start(uv_poll_t *handle, int events, uv_poll_cb cb);
int uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb);
int uv_read_start(uv_stream_t *, uv_alloc_cb alloc_cb, uv_read_cb read_cb);
int uv_write(uv_write_t *req, uv_stream_t *handle, const uv_buf_t bufs[],
             unsigned int nbufs, uv_write_cb cb);
int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work_cb,
                  uv_after_work_cb after_work_cb);
int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *req,
                   uv_getaddrinfo_cb getaddrinfo_cb, const char *node,
                   const char *service, const struct addrinfo *hints);
int uv_spawn(uv_loop_t *loop, uv_process_t *handle,
             const uv_process_options_t *options);
int uv_fs_open(uv_loop_t *loop, uv_fs_t *req, const char *path, int flags,
               int mode, uv_fs_cb cb);
int uv_fs_read(uv_loop_t *loop, uv_fs_t *req, uv_file file,
               const uv_buf_t bufs[], unsigned int nbufs, int64_t offset,
               uv_fs_cb cb);
int uv_fs_stat(uv_loop_t *loop, uv_fs_t *req, const char *path, uv_fs_cb cb);
int uv_fs_fsync(uv_loop_t *loop, uv_fs_t *req, uv_file file, uv_fs_cb cb);
int uv_fs_close(uv_loop_t *loop, uv_fs_t *req, uv_file file, uv_fs_cb cb);
int uv_thread_create(uv_thread_t *tid, uv_thread_cb entry, void *arg);
int uv_thread_join(uv_thread_t *tid);
void uv_mutex_lock(uv_mutex_t *handle);
void uv_mutex_unlock(uv_mutex_t *handle);
void uv_sleep(unsigned int msec);

#ifdef __cplusplus
}
#endif
#endif
