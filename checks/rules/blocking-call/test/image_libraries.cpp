// RUN: %check_nostall %s
// OpenCV and Magick++: image files block, whole images keep the loop busy.

#include <magick.h>
#include <opencv.h>
#include <uv.h>

struct Work {
  cv::VideoCapture Camera;
  std::vector<unsigned char> Upload;
};

static void bad_onTimer(uv_timer_t *Timer) {
  auto *W = static_cast<Work *>(Timer->data);
  cv::Mat Picture = cv::imread("/srv/logo.png");
  // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'cv::imread' blocks the event loop: it reads and decodes an image file [nostall-blocking-call]
  cv::imdecode(W->Upload, 1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'cv::imdecode' keeps the event loop busy: it decodes or encodes a whole image [nostall-cpu-bound-loop]
  cv::GaussianBlur(Picture, Picture, 5, 1.0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'cv::GaussianBlur' keeps the event loop busy: {{.*}} [nostall-cpu-bound-loop]
  W->Camera.read(Picture);
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'cv::VideoCapture::read' blocks the event loop: {{.*}} [nostall-blocking-call]
  cv::waitKey();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'cv::waitKey' blocks the event loop: {{.*}} [nostall-blocking-call]

  Magick::Image Image;
  Image.read("/srv/logo.png");
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Magick::Image::read' blocks the event loop: it reads and decodes an image file [nostall-blocking-call]
  Image.read(Magick::Blob(W->Upload.data(), W->Upload.size()));
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Magick::Image::read' keeps the event loop busy: it decodes a whole image [nostall-cpu-bound-loop]
  Image.resize("100x100");
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Magick::Image::resize' keeps the event loop busy: {{.*}} [nostall-cpu-bound-loop]
}

static void ok_onTimer(uv_timer_t *) {
  cv::VideoCapture None;
  cv::Mat Picture;
  cv::cvtColor(Picture, Picture, 6);
  Magick::Image Image;
  Image.columns();
}

static void ok_work(uv_work_t *) { cv::imwrite("/srv/logo.png", cv::Mat()); }

void start(uv_loop_t *Loop, uv_timer_t *Timer, uv_work_t *Request) {
  uv_timer_start(Timer, bad_onTimer, 1, 0);
  uv_timer_start(Timer, ok_onTimer, 1, 0);
  uv_queue_work(Loop, Request, ok_work, nullptr);
}
