// A stand-in for zlib's header, for tests.
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned char Bytef;
typedef unsigned long uLong;
typedef uLong uLongf;
typedef struct z_stream_s z_stream;
typedef z_stream *z_streamp;

int compress2(Bytef *dest, uLongf *destLen, const Bytef *source,
              uLong sourceLen, int level);
int uncompress(Bytef *dest, uLongf *destLen, const Bytef *source,
               uLong sourceLen);
int deflate(z_streamp strm, int flush);

#ifdef __cplusplus
}
#endif
