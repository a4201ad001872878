/* What corpus.py puts around loops and into their bodies. Includes nothing, so
 * that it may stand before a file's own definitions; defined in timer.c. */
#ifndef NOSTALL_TIMER_H
#define NOSTALL_TIMER_H

#ifdef __cplusplus
extern "C" {
#endif

struct nostall_timer {
  int once;
  int id;
  unsigned long long start;
};

/* The loop that is measured in this run; set before main. */
extern int nostall_selected;
/* By loop; entries are those from outside of a recursion, visits and rounds all. */
extern unsigned long long nostall_entries[], nostall_visits[], nostall_rounds[];
unsigned long long nostall_begin(void);
void nostall_end(struct nostall_timer *);
int nostall_enter(int);
void nostall_leave(int *);

#ifdef __cplusplus
}
#endif

static inline __attribute__((always_inline, unused)) struct nostall_timer
nostall_start(int id) {
  struct nostall_timer t;
  t.once = 1;
  t.id = id;
  t.start = 0;
  if (__builtin_expect(nostall_selected == id, 0))
    t.start = nostall_begin();
  return t;
}

static inline __attribute__((always_inline, unused)) void
nostall_stop(struct nostall_timer *t) {
  if (__builtin_expect(t->start != 0, 0))
    nostall_end(t);
}

/* for (...) LOOP: whichever way LOOP is left, the clean-up runs. */
#define NOSTALL_TIME(id)                                                       \
  for (struct nostall_timer nostall_t                                          \
       __attribute__((cleanup(nostall_stop))) = nostall_start(id);             \
       nostall_t.once; nostall_t.once = 0)

struct nostall_visit {
  int once;
  int id;
};

static inline __attribute__((always_inline, unused)) struct nostall_visit
nostall_visit(int id) {
  struct nostall_visit v;
  v.once = 1;
  v.id = nostall_enter(id);
  return v;
}

static inline __attribute__((always_inline, unused)) void
nostall_visited(struct nostall_visit *v) {
  nostall_leave(&v->id);
}

#define NOSTALL_VISIT(id)                                                      \
  for (struct nostall_visit nostall_v                                          \
       __attribute__((cleanup(nostall_visited))) = nostall_visit(id);          \
       nostall_v.once; nostall_v.once = 0)
/* A prefix of the body, whatever statement that is. */
#define NOSTALL_ROUND(id)                                                      \
  if ((++nostall_rounds[id]), 0)                       \
    ;                                                                          \
  else

#endif
