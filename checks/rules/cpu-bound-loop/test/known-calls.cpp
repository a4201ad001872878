// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// Functions of libraries that compute for long.

#include <algorithm>
#include <coroutine_types.h>
#include <openssl/evp.h>
#include <regex>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>
#include <zlib.h>

using mock::Task;

extern std::string Text;
extern std::vector<int> Numbers;
extern unsigned char Salt[16], Key[32];

Task<> bad_regex() {
  static const std::regex Pattern("(a|b)*c");
  std::smatch Match;
  std::regex_match(Text, Pattern);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::regex_match' keeps the event loop busy: {{.*}}backtracking{{.*}} [nostall-cpu-bound-loop]
  std::regex_search(Text, Match, Pattern);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::regex_search' keeps the event loop busy
  Text = std::regex_replace(Text, Pattern, "d");
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'std::regex_replace' keeps the event loop busy
  co_return;
}

// Rarely of a size that matters.
Task<> ok_sort() {
  std::sort(Numbers.begin(), Numbers.end());
  co_return;
}

Task<> bad_key_derivation(int Iterations) {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, 600'000, EVP_sha256(), 32, Key);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'PKCS5_PBKDF2_HMAC' keeps the event loop busy: it hashes the password {{.*}} (an estimated 300 ms)
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, 5001, EVP_sha256(), 32, Key);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'PKCS5_PBKDF2_HMAC' keeps
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, Iterations, EVP_sha256(), 32, Key);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'PKCS5_PBKDF2_HMAC' keeps {{.*}} (an estimated 1 ms from 2,000 rounds on)
  EVP_PBE_scrypt("pw", 2, Salt, 16, 1 << 15, 8, 1, 0, Key, 32);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'EVP_PBE_scrypt' keeps the event loop busy
  co_return;
}

// Within the budget, by what a round costs.
Task<> ok_few_iterations() {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, 1500, EVP_sha256(), 32, Key);
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, 1000, EVP_sha256(), 32, Key);
  constexpr int Few = 10;
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, Few, EVP_sha256(), 32, Key);
  co_return;
}

// The callers decide.
static void derive(int Iterations) {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, Iterations, EVP_sha256(), 32, Key);
}
static void deriveOften(int Iterations) {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, Iterations, EVP_sha256(), 32, Key);
}

Task<> ok_few_iterations_in_helper() {
  derive(100);
  co_return;
}

Task<> bad_many_iterations_in_helper() {
  deriveOften(100'000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'deriveOften' keeps the event loop busy in 'PKCS5_PBKDF2_HMAC'
  co_return;
}

static void kdf(int N) {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, N, EVP_sha256(), 32, Key);
}

// The caller decides.
Task<> ok_few_in_helper() {
  kdf(100);
  co_return;
}

Task<> bad_many_in_helper() {
  kdf(600'000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'kdf' keeps the event loop busy in 'PKCS5_PBKDF2_HMAC'
  co_return;
}

Task<> bad_crypt() {
  Text = crypt("pw", "$6$salt");
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'crypt' keeps the event loop busy: {{.*}}slow by design
  co_return;
}

Task<> bad_compress(const Bytef *From, uLong Size) {
  uLong Room = sizeof Key;
  compress2(Key, &Room, From, Size, 9);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'compress2' keeps the event loop busy: it compresses the whole buffer
  co_return;
}

// One buffer at a time is light.
Task<> ok_deflate(z_streamp Stream) {
  deflate(Stream, 0);
  co_return;
}

static std::string digest(const std::string &Password) {
  return crypt(Password.c_str(), "$6$salt");
}
static std::string token() { return digest(Text); }

Task<> bad_through_helpers() {
  Text = token();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'token' keeps the event loop busy in 'crypt': {{.*}}slow by design
  co_return;
}

// The same names elsewhere are other functions.
namespace mine {
char *crypt(const char *, const char *);
struct Crypt {
  static char *crypt(const char *, const char *);
  int compress2(int);
};
} // namespace mine

Task<> ok_other_functions() {
  mine::crypt("pw", "salt");
  mine::Crypt::crypt("pw", "salt");
  mine::Crypt().compress2(3);
  co_return;
}

Task<> ok_on_worker() {
  std::thread([] { crypt("pw", "$6$salt"); }).detach();
  std::thread([](std::string Password) { digest(Password); }, Text).detach();
  co_return;
}

void ok_no_event_loop() { crypt("pw", "$6$salt"); }
