// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// RUN: %check_nostall --check nostall-cpu-bound-loop --suffix RARELY \
// RUN:   --option nostall-cpu-bound-loop.Tier=rarely %s
// Nests over data of unknown size.

#include <coroutine_types.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <string>
#include <vector>

using mock::Task;

struct Item {
  int Id;
  std::vector<int> Parts;
};
extern std::vector<Item> Items;
extern int X;
bool rare(const Item &);

Task<> bad_pairs() {
  for (const Item &A : Items)
    for (const Item &B : Items)
      X += A.Id == B.Id;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items' (an estimated 1 ms from {{[0-9,]+}} elements on) and keeps the event loop busy [nostall-cpu-bound-loop]
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  co_return;
}

Task<> bad_indices(const std::vector<int> &Rows) {
  for (std::size_t I = 0; I < Rows.size(); ++I)
    for (std::size_t J = 0; J < Rows.size(); ++J)
      X += Rows[I] == Rows[J];
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Rows'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Rows'
  co_return;
}

Task<> bad_triangle() {
  for (int I = 0; I + 1 < static_cast<int>(Items.size()); ++I)
    for (int J = I + 1; J < static_cast<int>(Items.size()); ++J)
      X += Items[I].Id == Items[J].Id;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  for (int I = 0; I < static_cast<int>(Items.size()) - 1; ++I)
    for (int J = I + 1; J < static_cast<int>(Items.size()); ++J)
      X += Items[I].Id == Items[J].Id;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  co_return;
}

Task<> bad_iterators() {
  for (auto I = Items.begin(); I != Items.end(); ++I)
    for (auto J = std::next(I); J != Items.end(); ++J)
      X += J->Id;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  for (auto I = Items.cbegin(), End = Items.cend(); I != End; ++I)
    for (auto J = Items.cbegin(); J != I; ++J)
      X += J->Id;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  co_return;
}

class Storage {
public:
  int similar() const {
    int Pairs = 0;
    for (auto A = Entries.begin(); A != Entries.end(); ++A)
      for (auto B = std::next(A); B != Entries.end(); ++B)
        if (A->second == B->second)
          ++Pairs;
    return Pairs;
  }

private:
  std::map<std::string, std::string> Entries;
};

Task<> bad_member(const Storage &S) {
  X = S.similar();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Storage::similar' keeps the event loop busy: it is quadratic in the size of 'Entries'
  // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:9: warning: 'Storage::similar' keeps the event loop busy: it is quadratic in the size of 'Entries'
  co_return;
}

Task<> bad_search() {
  for (const Item &A : Items)
    X += std::count_if(Items.begin(), Items.end(), [&](const Item &B) { return A.Id == B.Id; });
  // CHECK-MESSAGES: :[[@LINE-2]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Items'
  co_return;
}

Task<> bad_find(const std::vector<int> &Rows) {
  for (int A : Rows)
    if (std::find(Rows.begin(), Rows.end(), A + 1) != Rows.end())
      ++X;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Rows'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Rows'
  for (int A : Rows)
    if (std::ranges::find(Rows, A + 1) != Rows.end())
      ++X;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Rows'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Rows'
  co_return;
}

// Every erase moves all that is left.
Task<> bad_erase_front(std::vector<int> Queue) {
  while (!Queue.empty()) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop is quadratic in the size of 'Queue'
    // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:3: warning: this loop is quadratic in the size of 'Queue'
    X += Queue.front();
    Queue.erase(Queue.begin());
  }
  while (Queue.size() > 0) {
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop is quadratic in the size of 'Queue'
    // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:3: warning: this loop is quadratic in the size of 'Queue'
    Queue.erase(Queue.begin());
  }
  co_return;
}

// Through the other data between.
Task<> bad_deep_nest() {
  for (const Item &A : Items)
    for (int Part : A.Parts)
      for (const Item &B : Items)
        X += Part == B.Id;
  // CHECK-MESSAGES: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Items'
  // CHECK-MESSAGES-RARELY: :[[@LINE-5]]:3: warning: this loop is quadratic in the size of 'Items'
  co_return;
}

Task<> bad_cubic(const std::vector<int> &Rows) {
  for (int A : Rows)
    for (int B : Rows)
      for (int C : Rows)
        X += A + B == C;
  // CHECK-MESSAGES: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Rows'
  // CHECK-MESSAGES-RARELY: :[[@LINE-5]]:3: warning: this loop is quadratic in the size of 'Rows'
  co_return;
}

// Ends at the first pair, if there is one.
static bool hasTwins(const std::vector<int> &Rows) {
  for (std::size_t I = 0; I < Rows.size(); ++I)
    for (std::size_t J = I + 1; J < Rows.size(); ++J)
      if (Rows[I] == Rows[J])
        return true;
  return false;
}

Task<> bad_in_helper(const std::vector<int> &Rows) {
  X = hasTwins(Rows);
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'hasTwins' keeps the event loop busy: it is quadratic in the size of 'Rows'
  // CHECK-MESSAGES-RARELY: :[[@LINE-2]]:7: warning: 'hasTwins' keeps the event loop busy: it is quadratic in the size of 'Rows'
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
Task<> ok_parts(const std::map<int, std::vector<int>> &Index) {
  for (const Item &A : Items)
    for (int Part : A.Parts)
      X += Part;
  for (auto I = Index.begin(); I != Index.end(); ++I)
    for (auto J = I->second.begin(); J != I->second.end(); ++J)
      X += *J;
  for (std::size_t I = 0; I < Items.size(); ++I)
    for (std::size_t J = 0; J < Items[I].Parts.size(); ++J)
      X += Items[I].Parts[J];
  co_return;
}

Task<> ok_small_inner() {
  for (const Item &A : Items)
    for (int I = 0; I < 4; ++I)
      X += A.Id * I;
  co_return;
}

Task<> ok_small_array(const std::array<int, 8> &Few) {
  static const int Table[16] = {};
  for (int A : Table)
    for (int B : Table)
      X += A == B;
  for (int A : Few)
    for (int B : Few)
      X += A == B;
  co_return;
}

static const std::vector<int> Primes = {2, 3, 5, 7};

// The elements stand in the source.
Task<> ok_small_list() {
  const std::vector<int> Local{1, 2, 3, 4};
  for (int A : Local)
    for (int B : Local)
      X += A == B;
  std::vector<std::string> Names = {"a", "b"};
  for (const auto &A : Names)
    for (const auto &B : Names)
      X += A == B;
  std::vector<int> Sized(16);
  for (int A : Sized)
    for (int B : Sized)
      X += A == B;
  for (int A : Primes)
    for (int B : Primes)
      X += A == B;
  co_return;
}

Task<> ok_map(const std::map<int, int> &Index, const std::vector<int> &Rows) {
  for (const Item &A : Items)
    X += Index.count(A.Id);
  for (int A : Rows)
    X += std::binary_search(Rows.begin(), Rows.end(), A + 1);
  co_return;
}

Task<> ok_suspends_in_every_round() {
  for (const Item &A : Items) {
    for (const Item &B : Items)
      X += A.Id == B.Id;
    co_await mock::yield();
  }
}

Task<> ok_suspends_inside() {
  for (const Item &A : Items)
    for (const Item &B : Items) {
      X += A.Id == B.Id;
      co_await mock::yield();
    }
}

Task<> ok_suspends_every_so_many() {
  int Done = 0;
  for (const Item &A : Items)
    for (const Item &B : Items) {
      X += A.Id == B.Id;
      if (++Done % 1000 == 0)
        co_await mock::yield();
    }
}

// The outer loop ends with the first hit.
Task<> ok_leaves_after_hit() {
  for (const Item &A : Items) {
    if (A.Id != X)
      continue;
    for (const Item &B : Items)
      X += B.Id;
    break;
  }
  for (const Item &A : Items)
    if (A.Id == X) {
      for (const Item &B : Items)
        X += B.Id;
      // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic
      co_return;
    }
}

// Only for some.
Task<> ok_rarely_inside() {
  for (const Item &A : Items)
    if (rare(A))
      for (const Item &B : Items)
        X += A.Id == B.Id;
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic
  co_return;
}

// Both loops go on with one variable.
Task<> ok_same_variable() {
  for (std::size_t I = 0; I < Items.size(); ++I) {
    X += Items[I].Id;
    for (; I < Items.size(); ++I)
      X += Items[I].Id;
  }
  co_return;
}

// Groups: the outer loop goes on where the inner one ended.
Task<> ok_groups(const std::vector<int> &Rows) {
  for (std::size_t I = 0; I < Rows.size();) {
    std::size_t J = I;
    for (; J < Rows.size(); ++J)
      if (Rows[J] != Rows[I])
        break;
    I = J;
  }
  co_return;
}

struct Image {
  int width() const;
  int height() const;
  int *begin();
  int *end();
};

// Both numbers together are the size.
Task<> ok_two_dimensions(const Image &Picture) {
  for (int I = 0; I < Picture.width(); ++I)
    for (int J = 0; J < Picture.height(); ++J)
      X += I * J;
  co_return;
}

// Mostly one round: it keeps a size.
Task<> ok_trims(std::vector<int> &History) {
  while (History.size() > 100)
    History.erase(History.begin());
  co_return;
}

// Takes those that belong together, mostly few.
Task<> ok_takes_some(std::vector<int> &Queue) {
  while (!Queue.empty()) {
    if (Queue.front() > 3)
      break;
    Queue.erase(Queue.begin());
  }
  co_return;
}

// Texts are short.
Task<> ok_text(const std::string &Text) {
  for (char A : Text)
    for (char B : Text)
      X += A == B;
  // CHECK-MESSAGES-RARELY: :[[@LINE-3]]:3: warning: this loop is quadratic
  co_return;
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

// FN: what a while loop goes through is not seen.
Task<> FN_while() {
  auto A = Items.begin();
  while (A != Items.end()) {
    for (const Item &B : Items)
      X += A->Id == B.Id;
    ++A;
  }
  co_return;
}

// FN: the vector that grows is not the one that the loop goes through.
Task<> FN_insert_front(const std::vector<int> &Rows) {
  std::vector<int> Reversed;
  for (int A : Rows)
    Reversed.insert(Reversed.begin(), A);
  X += Reversed.front();
  co_return;
}

// FP: that the vector has few elements is known to the programmer only.
Task<> FP_few_elements(std::vector<int> &Axes) {
  for (int A : Axes)
    for (int B : Axes)
      X += A * B;
  // CHECK-MESSAGES: :[[@LINE-3]]:3: warning: this loop is quadratic in the size of 'Axes'
  // CHECK-MESSAGES-RARELY: :[[@LINE-4]]:3: warning: this loop is quadratic in the size of 'Axes'
  co_return;
}
