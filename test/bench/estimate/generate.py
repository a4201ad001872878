"""Draws C++ functions with one loop nest each, from a seed.

What is drawn: element types, the length of the loops, nesting, and what a round
does: arithmetic in chains and apart, tables, branches, calls that are inlined
and calls that are not, containers and strings of the standard library, memory
that is walked in order and from node to node. Sizes are chosen so that data
stays within the second cache, as the estimate assumes.
"""
import random

PRELUDE = """\
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

struct Node {
  Node *Next;
  long Value;
};
struct Shape {
  virtual ~Shape() = default;
  virtual long area(long) const;
};
extern unsigned char Bytes[4096];
extern int Ints[4096];
extern long Longs[4096];
extern double Doubles[4096];
extern unsigned Table[256];
extern Node *Head;
extern std::vector<int> Numbers;
extern std::vector<std::string> Words;
extern std::map<int, long> Tree;
extern std::unordered_map<int, long> Hash;
extern std::list<long> Chain;
extern std::string Text;
extern std::vector<Shape *> Shapes;
extern long Sink;
extern double FloatSink;

inline unsigned rotate(unsigned X, int By) { return (X << By) | (X >> (32 - By)); }
inline bool isWord(unsigned char C) {
  return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || C == '_';
}
__attribute__((noinline)) inline long mix(long A, long B) { return (A ^ (B << 7)) + (A >> 3); }
"""

# Each statement reads I, an int of 0..4095, and changes S (unsigned long),
# U (unsigned) or D (double).
STATEMENTS = [
    "S += Longs[I];",
    "S = S * 31 + Bytes[I];",
    "U = Table[(U ^ Bytes[I]) & 0xff] ^ (U >> 8);",
    "U = (U ^ Bytes[I]) * 16777619u;",
    "U = rotate(U, 13) * 5 + Ints[I];",
    "S += Longs[I] * {small};",
    "S += Longs[I] / (Ints[I] | 1);",
    "S += Ints[I] % {prime};",
    "D += Doubles[I] * 0.5;",
    "D = D * 0.999 + Doubles[I];",
    "D += std::sqrt(Doubles[I]);",
    "D += 1.0 / (Doubles[I] + 2.0);",
    "D += std::sin(Doubles[I]);",
    "Longs[I] = Longs[I] + {small};",
    "Ints[I] = Ints[I] * 3 + I;",
    "Bytes[I] ^= static_cast<unsigned char>(S);",
    "if (Bytes[I] & 1) S += I; else S ^= I;",
    "if (isWord(Bytes[I])) ++S;",
    "if (Ints[I] > {prime}) U += Ints[I];",
    "switch (Bytes[I] & 7) { case 0: ++S; break; case 1: S += 3; break; case 3: S ^= 9; break; default: S += I; }",
    "S = mix(S, I);",
    "S += std::max<long>(Longs[I], {prime});",
    "S += Numbers[I];",
    "S += Words[I & 255].size();",
    "S += Words[I & 255] == Text;",
    "S += Tree.count(I);",
    "S += Hash.count(I);",
    "Hash[I & 1023] += {small};",
    "S += Shapes[I & 15]->area(I);",
    "S += std::strlen(reinterpret_cast<const char *>(Words[I & 255].c_str()));",
    "std::memcpy(Longs + (I & 2047), Longs + 2048, 256);",
    "S += std::popcount(static_cast<unsigned>(I));".replace("std::popcount", "__builtin_popcount"),
]
FRESH = [  # A container of the round's or of the function's.
    ("std::vector<int> V;", "V.push_back(I);", "S += V.size();"),
    ("std::string T;", "T.push_back(static_cast<char>(I));", "S += T.size();"),
    ("std::string T;", "T += \"abc\";", "S += T.size();"),
    ("std::map<int, int> M;", "M[I & 511] = I;", "S += M.size();"),
    ("std::set<int> M;", "M.insert(I * 7919 % 512);", "S += M.size();"),
    ("std::deque<int> Q;", "Q.push_back(I);", "S += Q.size();"),
    ("", "std::string T(Words[I & 255]); S += T.size();", ""),
    ("", "auto P = std::make_unique<Node>(); P->Value = I; S += P->Value; Sink += S;", ""),
    ("", "std::vector<int> V(8); V[I & 7] = I; S += V[I & 3];", ""),
    ("", "S += std::to_string(I).size();", ""),
]
WALKS = [
    ("for (Node *N = Head; N; N = N->Next)", 1024, "S += N->Value;"),
    ("for (const auto &[K, V] : Tree)", 1024, "S += K * V;"),
    ("for (const auto &[K, V] : Hash)", 1024, "S += K ^ V;"),
    ("for (long V : Chain)", 1024, "S += V;"),
    ("for (const std::string &W : Words)", 256, "S += W.size();"),
    ("for (char C : Text)", None, "S = S * 33 + C;"),
]


def statement(rng):
    text = rng.choice(STATEMENTS)
    return text.replace("{small}", str(rng.choice([3, 5, 7, 12]))).replace(
        "{prime}", str(rng.choice([97, 1009, 4093])))


def function(rng, number):
    """The text of a function, and the line in it at which its loop starts."""
    before, after = [], []
    body = [statement(rng) for _ in range(rng.choice([1, 1, 2, 3, 4]))]
    if rng.random() < 0.3:
        setup, each, end = rng.choice(FRESH)
        before += [setup] if setup else []
        body.append(each)
        after += [end] if end else []
    inner = rng.random()
    lines = [f"void function{number}() {{", "  unsigned long S = Sink; unsigned U = 1; double D = 0;"]
    lines += [f"  {text}" for text in before]
    start = len(lines)
    if inner < 0.3:
        # A nest; the inner loop may be a multiple of nothing.
        outer_trips, inner_trips = rng.choice([30, 100, 300]), rng.choice([3, 8, 20, 64])
        lines.append(f"  for (int R = 0; R < {outer_trips}; ++R) {{")
        if rng.random() < 0.5:
            lines.append("    U += R;")
        lines.append(f"    for (int I = 0; I < {inner_trips}; ++I) {{")
        lines += [f"      {text}" for text in body]
        lines += ["    }", "  }"]
    else:
        trips = rng.choice([100, 500, 1000, 4000])
        lines.append(f"  for (int I = 0; I < {trips}; ++I) {{")
        lines += [f"    {text}" for text in body]
        lines.append("  }")
    lines += [f"  {text}" for text in after]
    lines += ["  Sink = S + U; FloatSink += D;", "}", ""]
    return lines, start


def program(seed, count):
    """The text, and the line of each function's loop."""
    rng = random.Random(seed)
    lines = PRELUDE.splitlines() + [""]
    starts = []
    for number in range(count):
        text, start = function(rng, number)
        starts.append(len(lines) + start + 1)
        lines += text
    return "\n".join(lines) + "\n", starts


HARNESS = """\
#include <chrono>
#include <cstdio>
long Shape::area(long By) const { return By * 3; }
struct Square : Shape { long area(long By) const override { return By * By; } };
unsigned char Bytes[4096];
int Ints[4096];
long Longs[4096];
double Doubles[4096];
unsigned Table[256];
Node *Head;
std::vector<int> Numbers;
std::vector<std::string> Words;
std::map<int, long> Tree;
std::unordered_map<int, long> Hash;
std::list<long> Chain;
std::string Text;
std::vector<Shape *> Shapes;
long Sink;
double FloatSink;

static void fill() {
  unsigned long Random = 88172645463325252ull;
  auto Next = [&] { Random ^= Random << 13; Random ^= Random >> 7; Random ^= Random << 17; return Random; };
  for (int I = 0; I < 4096; ++I) {
    Bytes[I] = Next(); Ints[I] = Next() % 8192; Longs[I] = Next() % 1000003; Doubles[I] = (Next() % 1000) / 100.0;
    Numbers.push_back(Next() % 4096);
  }
  for (int I = 0; I < 256; ++I) {
    Table[I] = Next();
    Words.push_back(std::string(Next() % 24, 'a' + I % 26));
  }
  for (int I = 0; I < 1024; ++I) {
    Head = new Node{Head, long(Next() % 100)};
    Tree[I * 3] = I; Hash[I * 3] = I; Chain.push_back(I);
  }
  for (int I = 0; I < 16; ++I)
    Shapes.push_back(I & 1 ? new Square : new Shape);
  Text.assign(300, 'x');
}

template <typename F> static double fastest(F Function) {
  using Clock = std::chrono::steady_clock;
  double Best = 1e18;
  for (int Block = 0; Block < 15; ++Block) {
    int Times = 0;
    auto Start = Clock::now();
    std::chrono::duration<double, std::nano> Spent{};
    do {
      Function();
      asm volatile("" ::: "memory");
      ++Times;
      Spent = Clock::now() - Start;
    } while (Spent.count() < 1e6);
    Best = std::min(Best, Spent.count() / Times);
  }
  return Best;
}
"""


def main_text(count):
    calls = "\n".join(f'  std::printf("%d %.1f\\n", {n}, fastest(function{n}));' for n in range(count))
    return HARNESS + f"int main() {{\n  fill();\n{calls}\n}}\n"
