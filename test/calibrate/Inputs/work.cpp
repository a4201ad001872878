#include <coroutine_types.h>
#include <openssl/evp.h>
#include <unistd.h>

mock::Task<> store(int File) {
  fsync(File);
  co_return;
}

mock::Task<> login(unsigned char *Key, unsigned char *Salt) {
  PKCS5_PBKDF2_HMAC("pw", 2, Salt, 16, 20'000, EVP_sha256(), 32, Key);
  co_return;
}
