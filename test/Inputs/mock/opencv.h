//===- opencv.h - declarations for tests ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of OpenCV that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string>
#include <vector>

namespace cv {

struct Mat {};

Mat imread(const std::string &File, int Flags = 1);
bool imwrite(const std::string &File, const Mat &Image);
Mat imdecode(const std::vector<unsigned char> &Data, int Flags);
void GaussianBlur(const Mat &From, Mat &To, int Size, double Sigma);
void cvtColor(const Mat &From, Mat &To, int Code);
int waitKey(int Milliseconds = 0);

class VideoCapture {
public:
  VideoCapture();
  explicit VideoCapture(int Camera);
  bool read(Mat &Image);
};

} // namespace cv
