//===- Exposition.h - the totals as Prometheus metrics ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "exporter/Totals.h"

#include <mutex>
#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace nostall::exporter {

/// All metrics, sorted by name and labels. docs/observability/README.md lists
/// them.
std::vector<prometheus::MetricFamily> metricsOf(const Totals &All);

/// What the server's threads are given: the state after the last look, so that
/// a scrape never waits for files or debug information.
class Exposition : public prometheus::Collectable {
public:
  void publish(std::vector<prometheus::MetricFamily> Metrics);
  std::vector<prometheus::MetricFamily> Collect() const override;

private:
  mutable std::mutex Lock;
  std::vector<prometheus::MetricFamily> Latest;
};

} // namespace nostall::exporter
