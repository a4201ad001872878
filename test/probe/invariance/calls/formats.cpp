//===- calls/formats.cpp - formatted input and output -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The printf and scanf families with arguments of every class: integers and
// floats in registers and on the stack, long double, positional ones. Built
// twice, also with _FORTIFY_SOURCE, whose calls have other names.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <err.h>
#include <error.h>
#include <syslog.h>
#include <wchar.h>

static const char *volatile Positional =
    "%3$s|%1$d|%2$.2f|%4$Lg|%1$*5$d|%6$c|%3$.3s\n";
static const char *volatile Mixed =
    "%d %f %d %f %d %f %d %f %d %f %d %f %d %f %d %f %d %f %Lf %s %lld %hhd "
    "%zu %p %a %e\n";

/// Twice as many as fit the registers, of both classes.
#define MANY                                                                   \
  1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5,      \
      10.25L, "text", 1234567890123LL, 65, sizeof(int), (void *)0x1234, 1.0,   \
      12345.678
#define PLACED 42, 3.14159, "string", 2.5L, 8, 'x'

static int forward(FILE *To, const char *Format, ...) {
  va_list Arguments;
  va_start(Arguments, Format);
  int Length = vfprintf(To, Format, Arguments);
  va_end(Arguments);
  return Length;
}

static void printAll(FILE *To) {
  char Text[512];
  char *Allocated = nullptr;
  SHOW(fprintf(To, Mixed, MANY));
  SHOW(fprintf(To, Positional, PLACED));
  SHOW(forward(To, Mixed, MANY));
  SHOW(snprintf(Text, sizeof Text, Mixed, MANY));
  SHOW(fputs(Text, To) >= 0);
  SHOW(snprintf(Text, 10, Positional, PLACED));
  SHOW(asprintf(&Allocated, Positional, PLACED));
  SHOW(fputs(Allocated, To) >= 0);
  free(Allocated);
  SHOW(fflush(To));
  SHOW(dprintf(fileno(To), Mixed, MANY));
  SHOW(fputc('c', To));
  SHOW(putc('\n', To));
  SHOW(fwrite("block\n", 1, 6, To));
}

static void scanAll(FILE *From) {
  int Number = 0, Count = 0;
  double Real = 0;
  long double Long = 0;
  char Word[32] = "", Letters[8] = "", *Allocated = nullptr;
  float Single = 0;
  short Small = 0;
  rewind(From);
  SHOW(fscanf(From, "%d %lf %hd %f", &Number, &Real, &Small, &Single));
  say("%d %g %d %g", Number, Real, Small, Single);
  SHOW(sscanf("77 8.5 1e300 word 0x1f abc 12", "%d %lf %Lf %31s %i %7[a-c] %n",
              &Number, &Real, &Long, Word, &Count, Letters, &Count));
  say("%d %g %Lg %s %d %s", Number, Real, Long, Word, Count, Letters);
  SHOW(sscanf("allocated rest", "%ms", &Allocated));
  say("%s", Allocated);
  free(Allocated);
  SHOW(sscanf("", "%d", &Number));
  SHOW(sscanf("x", "%d", &Number));
}

static void readAll(FILE *From) {
  char *Line = nullptr, Fixed[16], Block[64];
  size_t Size = 0;
  rewind(From);
  SHOW(getline(&Line, &Size, From));
  SHOW(getdelim(&Line, &Size, '|', From));
  say("%s", Line);
  free(Line);
  SHOW(fgets(Fixed, sizeof Fixed, From) == Fixed);
  SHOW(fgetc(From));
  SHOW(ungetc('u', From));
  SHOW(getc(From));
  SHOW(fread(Block, 7, 4, From));
  SHOW(fseek(From, -3, SEEK_END));
  SHOW(ftell(From));
  while (fgetc(From) != EOF)
    ;
  SHOW(feof(From));
  SHOW(ferror(From));
}

static void logAll() {
  // To standard error, which run.py compares, too; no log daemon is needed.
  openlog("program", LOG_PERROR | LOG_NDELAY, LOG_USER);
  syslog(LOG_INFO, "logged %d %s %.1f %Lg %m", 1, "text", 2.5, 3.5L);
  closelog();
  errno = ENOENT;
  warn("warned %d", 2);
  warnx("warned %s %g", "again", 1.25);
  error(0, EACCES, "reported %d", 3);
  errno = EINTR;
  perror("perror");
  psignal(SIGINT, "psignal");
}

static void handle(int, void *) {
  FILE *File = fopen("file", "w+");
  FILE *Memory = fmemopen(nullptr, 4096, "w+");
  stall();
  printAll(stdout);
  printAll(File);
  scanAll(File);
  readAll(File);
  printAll(Memory);
  SHOW(ftell(Memory));
  logAll();
  SHOW(fclose(File));
  SHOW(fclose(Memory));
  SHOW(printf(Mixed, MANY));
  SHOW(printf("%s", ""));
  SHOW(puts("end"));
  SHOW(fflush(nullptr));
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}
