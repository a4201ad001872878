// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The documents as docs/formats.md describes them. What is marked optional is
// there only where findings were joined with measurements, or in newer reports.

export interface Place {
  function: string;
  file: string;
  line: number;
  column: number;
}

export type MeasuredState = 'confirmed' | 'ran' | 'not-executed' | 'unknown';

export interface Measured {
  state: MeasuredState;
  count?: number;
  total_ns?: number;
  max_ns?: number;
  p99_ns?: number;
  victims?: number;
  calls?: number;
  calls_total_ns?: number;
  calls_max_ns?: number;
  signatures?: string[];
}

/** Against a base: what a change did to a finding. */
export type ChangeState = 'new' | 'updated' | 'unchanged' | 'absent';

export interface FurtherCall extends Place {
  calls: string;
  fingerprint: string;
}

export interface Finding extends Place {
  check: string;
  severity: string;
  message: string;
  context: Place & { kind: string };
  effect: { category: string; tier: string };
  confidence: string;
  cost: number;
  sink: { function: string; in: string; file: string; line: number; column: number };
  trace: (Place & { note: string })[];
  roots: Place[];
  also: Place[];
  suggestion: string;
  reference: string;
  fingerprint: string;
  measured?: Measured;
  state?: ChangeState;
  tier_before?: string;
  roots_gained?: string[];
  roots_lost?: string[];
  calls_gained?: FurtherCall[];
  calls_lost?: FurtherCall[];
}

export interface Accepted {
  fingerprint: string;
  check: string;
  function: string;
  sink: string;
  message: string;
}

export interface FindingsDocument {
  version: number;
  tool: string;
  findings: Finding[];
  base?: string;
  unchanged?: Finding[];
  fixed?: Finding[];
  baseline?: { accepted: number; stale: Accepted[] };
  stats: Record<string, number>;
}

export interface Frame {
  function: string;
  file: string;
  line: number;
  module: string;
  inlined: boolean;
}

export interface TimeSplit {
  run_ns: number;
  runqueue_ns: number;
  call_ns: number;
  minor_faults: number;
  major_faults: number;
}

export interface Prediction {
  fingerprint: string;
  match: 'exact' | 'moved' | 'sink';
}

export interface Signature extends TimeSplit {
  id: string;
  cause: string;
  call: string;
  count: number;
  total_ns: number;
  max_ns: number;
  p99_ns: number;
  p99_exact: boolean;
  victims: number;
  task: string;
  frames: Frame[];
  truncated: boolean;
  owner_frames: Frame[];
  owner: string;
  threads: { thread: string; count: number; total_ns: number }[];
  predicted_by?: Prediction[];
  not_predicted?: { reason: string; text: string; frame: number };
}

export interface Stall extends TimeSplit {
  signature: string;
  trace: number;
  pid: number;
  tid: number;
  start_ns: number;
  duration_ns: number;
  cause: string;
  task: string;
  unfinished: boolean;
}

export interface Windows {
  start_ns: number;
  width_ns: number;
  busy_ns: number[];
  iterations: number[];
  max_ns: number[];
}

export interface Loop {
  trace: number;
  pid: number;
  tid: number;
  process: string;
  thread: string;
  wait: string;
  iterations: number;
  utilization: number;
  busy_ns: number;
  idle_ns: number;
  p50_ns: number;
  p99_ns: number;
  max_ns: number;
  stalls: number;
  first_ns: number;
  last_ns: number;
  late_total_ns: number;
  late_max_ns: number;
  late_waits: number;
  histogram?: [number, number][];
  windows?: Windows;
}

export interface Trace {
  file: string;
  host: string;
  kernel: string;
  tool: string;
  command: string[];
  realtime_ns: number;
  monotonic_ns: number;
  duration_ns: number;
  threshold_ns: number;
  finished: boolean;
  exit_status: number;
}

export interface StallDocument {
  version: number;
  tool: string;
  host: string;
  duration_ns: number;
  traces: Trace[];
  loops: Loop[];
  signatures: Signature[];
  machine: Signature[];
  unfinished: Signature[];
  stalls: Stall[];
  dropped: number;
  suppressed: number;
  lost_calls?: number;
  suppressions: { function: string; cause: string; reason: string; count: number; total_ns: number }[];
  overhead: Record<string, number>;
  coverage: Record<string, number> & {
    notes: string[];
    modules: { module: string; problem: string }[];
  };
  findings?: Finding[];
  join?: Record<string, number>;
}

/** By file: runs of lines, each with the number of its first. */
export type Sources = Record<string, [number, string[]][]>;
