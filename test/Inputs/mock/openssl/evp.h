// A stand-in for OpenSSL's header, for tests.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct evp_md_st EVP_MD;

const EVP_MD *EVP_sha256(void);
int PKCS5_PBKDF2_HMAC(const char *pass, int passlen, const unsigned char *salt,
                      int saltlen, int iter, const EVP_MD *digest, int keylen,
                      unsigned char *out);
int EVP_PBE_scrypt(const char *pass, size_t passlen, const unsigned char *salt,
                   size_t saltlen, uint64_t N, uint64_t r, uint64_t p,
                   uint64_t maxmem, unsigned char *key, size_t keylen);

#ifdef __cplusplus
}
#endif
