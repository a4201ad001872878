// RUN: %check_nostall %s --real
// Images, JSON and XML: files block, whole images keep the loop busy, a text or
// a row does neither.

#include <cjson/cJSON.h>
#include <cstdio>
#include <jansson.h>
#include <png.h>
#include <pugixml.hpp>
#include <simdjson.h>
#include <tiffio.h>
#include <turbojpeg.h>
#include <uv.h>
#include <webp/decode.h>
#include <webp/encode.h>

static void bad_documents(uv_timer_t *) {
  simdjson::dom::parser Parser;
  auto Config = Parser.load("/etc/shop.json");
  // CHECK-MESSAGES: :[[@LINE-1]]:24: warning: 'simdjson::dom::parser::load' may block the event loop: it reads and parses a file [nostall-blocking-call]
  json_load_file("/etc/shop.json", 0, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'json_load_file' may block the event loop: it reads and parses a file [nostall-blocking-call]
  FILE *File = fopen("/etc/shop.json", "r");
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'fopen' may block the event loop: {{.*}} [nostall-blocking-call]
  json_loadf(File, 0, nullptr);
}

struct Picture {
  const uint8_t *Data;
  size_t Size;
  png_structp Png;
  png_bytepp Rows;
};

static void bad_images(uv_timer_t *Timer) {
  auto [Data, Size, Png, Rows] = *static_cast<Picture *>(Timer->data);
  int Width, Height;
  uint8_t *Pixels = WebPDecodeRGBA(Data, Size, &Width, &Height);
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'WebPDecodeRGBA' keeps the event loop busy: it decodes a whole image [nostall-cpu-bound-loop]
  uint8_t *Out;
  WebPEncodeRGBA(Pixels, Width, Height, Width * 4, 75, &Out);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'WebPEncodeRGBA' keeps the event loop busy: it encodes a whole image [nostall-cpu-bound-loop]
  tjDecompress2(nullptr, Data, Size, Pixels, Width, 0, Height, TJPF_RGBA, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'tjDecompress2' keeps the event loop busy: {{.*}} [nostall-cpu-bound-loop]
  TIFF *Scan = TIFFOpen("/tmp/scan.tiff", "r");
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'TIFFOpen' may block the event loop: {{.*}} [nostall-blocking-call]
  TIFFReadRGBAImage(Scan, Width, Height, nullptr, 0);
  png_read_image(Png, Rows);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'png_read_image' keeps the event loop busy: {{.*}} [nostall-cpu-bound-loop]
}

static void ok_documents(uv_timer_t *) {
  simdjson::dom::parser Parser;
  auto Config = Parser.parse("{}", 2);
  json_loads("{}", 0, nullptr);
  cJSON_Parse("{}");
  pugi::xml_document Document;
  Document.load_string("<a/>");
}

static void ok_row(uv_timer_t *Timer) {
  auto *P = static_cast<Picture *>(Timer->data);
  png_read_row(P->Png, P->Rows[0], nullptr);
}

void start(uv_timer_t *Timer) {
  uv_timer_start(Timer, bad_documents, 1, 0);
  uv_timer_start(Timer, bad_images, 1, 0);
  uv_timer_start(Timer, ok_documents, 1, 0);
  uv_timer_start(Timer, ok_row, 1, 0);
}
