// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix RARELY \
// RUN:   --option nostall-cpu-bound-loop.Tier=rarely %s
// Nests over data of unknown size: reported only on demand, since most
// containers are small.

#include <coroutine_types.h>
#include <cstddef>
#include <map>
#include <vector>

using mock::Task;

struct Item {
  int Id;
  std::vector<int> Parts;
};
extern std::vector<Item> Items;
extern int X;

Task<> bad_pairs() {
  for (const Item &A : Items)
    for (const Item &B : Items)
      X += A.Id == B.Id;
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'{{.*}} [nostall-cpu-bound-loop]
  co_return;
}

Task<> bad_indices(const std::vector<int> &Rows) {
  for (std::size_t I = 0; I < Rows.size(); ++I)
    for (std::size_t J = 0; J < Rows.size(); ++J)
      X += Rows[I] == Rows[J];
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Rows
  co_return;
}

Task<> bad_triangle() {
  for (std::size_t I = 0; I < Items.size(); ++I)
    for (std::size_t J = I + 1; J < Items.size(); ++J)
      X += Items[I].Id == Items[J].Id;
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items
  co_return;
}

Task<> bad_iterators() {
  for (auto I = Items.begin(); I != Items.end(); ++I)
    for (auto J = I; J != Items.end(); ++J)
      X += J->Id;
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic
  co_return;
}

static void deduplicate(const std::vector<int> &Rows) {
  for (int A : Rows)
    for (int B : Rows)
      X += A == B;
}

Task<> bad_in_helper(const std::vector<int> &Rows) {
  deduplicate(Rows);
  // CHECK-MESSAGES-RARELY: :[[@LINE-1]]:3: warning: 'deduplicate' keeps the event loop busy: it is quadratic in the size of 'Rows'
  co_return;
}

Task<> ok_linear() {
  for (const Item &A : Items)
    X += A.Id;
  co_return;
}

Task<> ok_one_after_the_other() {
  for (const Item &A : Items)
    X += A.Id;
  for (const Item &A : Items)
    X -= A.Id;
  co_return;
}

// All parts together are what the data is.
Task<> ok_parts() {
  for (const Item &A : Items)
    for (int Part : A.Parts)
      X += Part;
  co_return;
}

Task<> ok_small_inner() {
  for (const Item &A : Items)
    for (int I = 0; I < 4; ++I)
      X += A.Id * I;
  co_return;
}

Task<> ok_small_array() {
  static const int Table[16] = {};
  for (int A : Table)
    for (int B : Table)
      X += A == B;
  co_return;
}

Task<> ok_map(const std::map<int, int> &Index) {
  for (const Item &A : Items)
    X += Index.count(A.Id);
  co_return;
}

Task<> ok_suspends_in_every_round() {
  for (const Item &A : Items) {
    for (const Item &B : Items)
      X += A.Id == B.Id;
    co_await mock::yield();
  }
}

// FN: two sizes of which nothing says that both are large.
Task<> FN_two_containers(const std::vector<int> &A, const std::vector<int> &B) {
  for (int I : A)
    for (int J : B)
      X += I == J;
  co_return;
}

// FN: the inner loop is another function's.
static bool contains(const std::vector<Item> &All, int Id) {
  for (const Item &I : All)
    if (I.Id == Id)
      return true;
  return false;
}

Task<> FN_search_in_loop() {
  for (const Item &A : Items)
    X += contains(Items, A.Id + 1);
  co_return;
}

// FN: every erase moves all that is left.
Task<> FN_erase_front(std::vector<int> Queue) {
  while (!Queue.empty()) {
    X += Queue.front();
    Queue.erase(Queue.begin());
  }
  co_return;
}
