//===- slowfs.c - a file system whose calls take a chosen time ----*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: slowfs SOURCE MOUNTPOINT [FUSE-OPTIONS]
//
// Shows the files of the folder SOURCE once for every delay: read-40/hosts is
// SOURCE/hosts, and each read of it takes 40 ms. Other calls are read, open,
// write and fsync. A program that opens such a file is stalled by its own
// system calls, for a time that the test knows, with nothing done to it.
//
//===----------------------------------------------------------------------===//

#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char Source[PATH_MAX];

/* Splits /OPERATION-MILLISECONDS/NAME; Name is empty for the folder itself. */
static int parse(const char *Path, char *Operation, long *Delay, char *Name) {
  int Length = 0;
  if (sscanf(Path, "/%15[a-z]-%ld%n", Operation, Delay, &Length) != 2 ||
      *Delay < 0 || *Delay > 10000)
    return -ENOENT;
  const char *Rest = Path + Length;
  if (*Rest == 0) {
    *Name = 0;
    return 0;
  }
  if (*Rest != '/' || !Rest[1] || strchr(Rest + 1, '/') ||
      strlen(Rest + 1) > NAME_MAX)
    return -ENOENT;
  strcpy(Name, Rest + 1);
  return 0;
}

static int backing(const char *Name, char *Out) {
  int Length = snprintf(Out, PATH_MAX, "%s/%s", Source, Name);
  return Length < 0 || Length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int slow(const char *Path, const char *Operation) {
  char Chosen[16], Name[NAME_MAX + 1];
  long Delay;
  int Failed = parse(Path, Chosen, &Delay, Name);
  if (Failed)
    return Failed;
  if (strcmp(Chosen, Operation))
    return 0;
  struct timespec Left = {Delay / 1000, Delay % 1000 * 1000000};
  while (nanosleep(&Left, &Left) && errno == EINTR)
    ;
  return 0;
}

static int attributes(const char *Path, struct stat *Out,
                      struct fuse_file_info *File) {
  (void)File;
  char Operation[16], Name[NAME_MAX + 1] = "", Real[PATH_MAX];
  long Delay;
  int Failed = strcmp(Path, "/") ? parse(Path, Operation, &Delay, Name) : 0;
  if (Failed)
    return Failed;
  if (!*Name)
    return stat(Source, Out) ? -errno : 0;
  if ((Failed = backing(Name, Real)))
    return Failed;
  return stat(Real, Out) ? -errno : 0;
}

static int openFile(const char *Path, struct fuse_file_info *File) {
  char Operation[16], Name[NAME_MAX + 1], Real[PATH_MAX];
  long Delay;
  int Failed = parse(Path, Operation, &Delay, Name);
  if (!Failed)
    Failed = slow(Path, "open");
  if (!Failed)
    Failed = backing(Name, Real);
  if (Failed)
    return Failed;
  int Descriptor = open(Real, File->flags & ~O_APPEND);
  if (Descriptor < 0)
    return -errno;
  File->fh = (uint64_t)Descriptor;
  return 0;
}

static int readFile(const char *Path, char *Buffer, size_t Size, off_t Offset,
                    struct fuse_file_info *File) {
  int Failed = slow(Path, "read");
  if (Failed)
    return Failed;
  ssize_t Count = pread((int)File->fh, Buffer, Size, Offset);
  return Count < 0 ? -errno : (int)Count;
}

static int writeFile(const char *Path, const char *Buffer, size_t Size,
                     off_t Offset, struct fuse_file_info *File) {
  int Failed = slow(Path, "write");
  if (Failed)
    return Failed;
  ssize_t Count = pwrite((int)File->fh, Buffer, Size, Offset);
  return Count < 0 ? -errno : (int)Count;
}

static int syncFile(const char *Path, int DataOnly,
                    struct fuse_file_info *File) {
  (void)DataOnly;
  (void)File;
  return slow(Path, "fsync");
}

static int truncateFile(const char *Path, off_t Size,
                        struct fuse_file_info *File) {
  char Operation[16], Name[NAME_MAX + 1], Real[PATH_MAX];
  long Delay;
  (void)File;
  int Failed = parse(Path, Operation, &Delay, Name);
  if (!Failed)
    Failed = backing(Name, Real);
  if (Failed)
    return Failed;
  return truncate(Real, Size) ? -errno : 0;
}

static int releaseFile(const char *Path, struct fuse_file_info *File) {
  (void)Path;
  close((int)File->fh);
  return 0;
}

/* A cached answer would make the second stall of a kind disappear. */
static void *start(struct fuse_conn_info *Connection,
                   struct fuse_config *Config) {
  (void)Connection;
  Config->attr_timeout = Config->entry_timeout = Config->negative_timeout = 0;
  Config->kernel_cache = 0;
  Config->auto_cache = 0;
  return NULL;
}

static const struct fuse_operations Operations = {
    .getattr = attributes,
    .truncate = truncateFile,
    .open = openFile,
    .read = readFile,
    .write = writeFile,
    .release = releaseFile,
    .fsync = syncFile,
    .init = start,
};

int main(int Count, char **Arguments) {
  if (Count < 3 || !realpath(Arguments[1], Source)) {
    fprintf(stderr, "usage: slowfs SOURCE MOUNTPOINT [FUSE-OPTIONS]\n");
    return 2;
  }
  Arguments[1] = Arguments[0];
  return fuse_main(Count - 1, Arguments + 1, &Operations, NULL);
}
