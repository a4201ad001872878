/* The clocks and counters behind timer.h. At the end of the process one line
 * is appended to $NOSTALL_TIMER_FILE: for a measured loop its entries, its
 * nanoseconds (the timer's own taken off) and the longest entry; for counted
 * loops number, entries, visits and rounds.
 *
 * NOSTALL_TIMER is the loop's number and the clock: `tsc` costs little but goes
 * on while another process has the processor; `cpu` is the thread's own time.
 */
#define _GNU_SOURCE
#include "timer.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

enum { MaxLoops = 16384 };
/* With the tsc, a longer entry was interrupted: see corpus.py for when that
 * clock is taken. */
static const double LongestTsc = 200e3;

int nostall_selected = -1;
unsigned long long nostall_entries[MaxLoops], nostall_visits[MaxLoops],
    nostall_rounds[MaxLoops];
static __thread int nostall_depth[MaxLoops];

static __thread int Open;
static int WithTsc;
static double TscPerNs = 1, Overhead;
static unsigned long long Entries, Dropped;
static double Sum, Longest;
static pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned long long readClock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

unsigned long long nostall_begin(void) {
  if (Open++)
    return 1; /* A recursion belongs to its outermost entry. */
  return WithTsc ? __rdtsc() : readClock(CLOCK_THREAD_CPUTIME_ID);
}

void nostall_end(struct nostall_timer *t) {
  unsigned long long now =
      WithTsc ? __rdtsc() : readClock(CLOCK_THREAD_CPUTIME_ID);
  if (--Open)
    return;
  double took = (double)(now - t->start) / (WithTsc ? TscPerNs : 1) - Overhead;
  pthread_mutex_lock(&Lock);
  ++Entries;
  if (WithTsc && took > LongestTsc) {
    ++Dropped;
  } else {
    Sum += took;
    if (took > Longest)
      Longest = took;
  }
  pthread_mutex_unlock(&Lock);
}

int nostall_enter(int id) {
  ++nostall_visits[id];
  if (nostall_depth[id]++ == 0)
    ++nostall_entries[id];
  return id;
}

void nostall_leave(int *id) { --nostall_depth[*id]; }

static void resetInChild(void) {
  Entries = Dropped = 0;
  Sum = Longest = 0;
  memset(nostall_entries, 0, sizeof nostall_entries);
  memset(nostall_visits, 0, sizeof nostall_visits);
  memset(nostall_rounds, 0, sizeof nostall_rounds);
}

/* What lies between the two readings when nothing does. */
static double measureOverhead(int id) {
  double least = 1e9;
  for (int batch = 0; batch < 30; ++batch) {
    Sum = 0;
    Entries = 0;
    for (int i = 0; i < 100; ++i) {
      struct nostall_timer t = nostall_start(id);
      nostall_stop(&t);
    }
    if (Sum / 100 < least)
      least = Sum / 100;
  }
  resetInChild();
  return least;
}

static __attribute__((constructor)) void setUp(void) {
  pthread_atfork(0, 0, resetInChild);
  const char *spec = getenv("NOSTALL_TIMER");
  if (!spec)
    return;
  nostall_selected = atoi(spec);
  WithTsc = strstr(spec, "tsc") != 0;
  if (WithTsc) {
    unsigned long long ns = readClock(CLOCK_MONOTONIC), tsc = __rdtsc(), end;
    while ((end = readClock(CLOCK_MONOTONIC)) < ns + 2000000)
      ;
    TscPerNs = (double)(__rdtsc() - tsc) / (double)(end - ns);
  }
  Overhead = measureOverhead(nostall_selected);
}

static __attribute__((destructor)) void report(void) {
  const char *file = getenv("NOSTALL_TIMER_FILE");
  FILE *out = file ? fopen(file, "a") : 0;
  if (!out)
    return;
  if (nostall_selected >= 0) {
    /* What was interrupted counts as the others. */
    if (Entries > Dropped)
      Sum *= (double)Entries / (double)(Entries - Dropped);
    fprintf(out, "%llu %.0f %.0f %llu\n", Entries, Sum, Longest, Dropped);
  } else {
    for (int i = 0; i < MaxLoops; ++i)
      if (nostall_entries[i])
        fprintf(out, "%d %llu %llu %llu\n", i, nostall_entries[i],
                nostall_visits[i], nostall_rounds[i]);
  }
  fclose(out);
}
