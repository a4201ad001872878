//===- uv_server.c - a server on libuv whose handlers stall -------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: uv_server PORT SLOW-FILE
//
// Each path but / blocks the loop in another way, in a function of its own.
//
//===----------------------------------------------------------------------===//

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { DelayMs = 40 };

typedef struct {
  uv_tcp_t Socket;
  char Input[4096];
  size_t Length;
} Client;

static const char *SlowFile;
static uv_mutex_t Shared;
static uv_sem_t Held;

static int readSynchronously(void) {
  uv_fs_t Request;
  char Page[4096];
  uv_buf_t Buffer = uv_buf_init(Page, sizeof Page);
  int File = uv_fs_open(NULL, &Request, SlowFile, O_RDONLY, 0, NULL);
  uv_fs_req_cleanup(&Request);
  int Count =
      uv_fs_read(NULL, &Request, File, &Buffer, 1, 0, NULL); // STALL(read)
  uv_fs_req_cleanup(&Request);
  uv_fs_close(NULL, &Request, File, NULL);
  uv_fs_req_cleanup(&Request);
  return Count;
}

static int sleepInCallback(void) {
  uv_sleep(DelayMs); // STALL(sleep)
  return 0;
}

static void holdMutex(uv_work_t *Work) {
  (void)Work;
  uv_mutex_lock(&Shared);
  uv_sem_post(&Held);
  uv_sleep(DelayMs);
  uv_mutex_unlock(&Shared);
}

static void freeWork(uv_work_t *Work, int Status) {
  (void)Status;
  free(Work);
}

static int waitForWorker(uv_loop_t *Loop) {
  uv_queue_work(Loop, malloc(sizeof(uv_work_t)), holdMutex, freeWork);
  uv_sem_wait(&Held);
  uv_mutex_lock(&Shared); // STALL(lock)
  uv_mutex_unlock(&Shared);
  return 0;
}

static int sumNumbers(void) {
  uint64_t End = uv_hrtime() + DelayMs * UINT64_C(1000000);
  volatile unsigned Sum = 0;
  while (uv_hrtime() < End) // STALL(sum begin)
    for (unsigned I = 0; I < 20000; ++I)
      Sum += I * I; // STALL(sum end)
  return (int)(Sum & 1);
}

static int handle(uv_loop_t *Loop, const char *Path) {
  if (!strncmp(Path, "/read ", 6))
    return readSynchronously();
  if (!strncmp(Path, "/sleep ", 7))
    return sleepInCallback();
  if (!strncmp(Path, "/lock ", 6))
    return waitForWorker(Loop);
  if (!strncmp(Path, "/sum ", 5))
    return sumNumbers();
  return (int)getpid();
}

static void allocate(uv_handle_t *Handle, size_t Wanted, uv_buf_t *Buffer) {
  Client *C = (Client *)Handle;
  (void)Wanted;
  *Buffer = uv_buf_init(C->Input + C->Length,
                        (unsigned)(sizeof C->Input - 1 - C->Length));
}

static void closed(uv_handle_t *Handle) { free(Handle); }

static void received(uv_stream_t *Stream, ssize_t Count, const uv_buf_t *Data) {
  Client *C = (Client *)Stream;
  (void)Data;
  if (Count < 0) {
    uv_close((uv_handle_t *)Stream, closed);
    return;
  }
  C->Length += (size_t)Count;
  C->Input[C->Length] = 0;
  if (!strstr(C->Input, "\r\n\r\n") || strncmp(C->Input, "GET ", 4))
    return;
  C->Length = 0;
  char Body[32], Answer[128];
  int Length =
      snprintf(Body, sizeof Body, "%d", handle(Stream->loop, C->Input + 4));
  Length =
      snprintf(Answer, sizeof Answer,
               "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", Length, Body);
  uv_buf_t Buffer = uv_buf_init(Answer, (unsigned)Length);
  if (uv_try_write(Stream, &Buffer, 1) != Length)
    uv_close((uv_handle_t *)Stream, closed);
}

static void accepted(uv_stream_t *Server, int Status) {
  Client *C = calloc(1, sizeof *C);
  uv_tcp_init(Server->loop, &C->Socket);
  if (Status == 0 && uv_accept(Server, (uv_stream_t *)&C->Socket) == 0)
    uv_read_start((uv_stream_t *)&C->Socket, allocate, received);
  else
    uv_close((uv_handle_t *)&C->Socket, closed);
}

static void stop(uv_signal_t *Signal, int Number) {
  (void)Number;
  uv_stop(Signal->loop);
}

int main(int Count, char **Arguments) {
  if (Count != 3) {
    fprintf(stderr, "usage: uv_server PORT SLOW-FILE\n");
    return 2;
  }
  SlowFile = Arguments[2];
  uv_mutex_init(&Shared);
  uv_sem_init(&Held, 0);
  uv_loop_t *Loop = uv_default_loop();
  uv_signal_t Signal;
  uv_signal_init(Loop, &Signal);
  uv_signal_start(&Signal, stop, SIGTERM);
  struct sockaddr_in Address;
  uv_ip4_addr("127.0.0.1", atoi(Arguments[1]), &Address);
  uv_tcp_t Server;
  uv_tcp_init(Loop, &Server);
  uv_tcp_bind(&Server, (struct sockaddr *)&Address, 0);
  int Failed = uv_listen((uv_stream_t *)&Server, 64, accepted);
  if (Failed) {
    fprintf(stderr, "uv_server: %s\n", uv_strerror(Failed));
    return 1;
  }
  uv_run(Loop, UV_RUN_DEFAULT);
  return 0;
}
