// Documents for the HTML report, as docs/formats.md describes them, of any
// size and always the same for one seed. Numbers that tests expect are counted
// from the documents, not written twice.

/** Mulberry32: a small generator of numbers from 0 to 1, by its seed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const HOSTILE = '</script><img src=x onerror="window.hacked=1"><!--\u2028\u2029&amp;\'"`${1}';

const CLASSES = ['Store', 'Session', 'Cache', 'Journal', 'Router', 'Metrics', 'Config', 'Uploader'];
const METHODS = ['save', 'load', 'flush', 'open', 'publish', 'resolve', 'compact', 'refresh'];
const SINKS = [
  ['fsync', 'file', 'always'], ['open', 'file', 'likely'], ['getaddrinfo', 'dns', 'always'],
  ['nanosleep', 'sleep', 'always'], ['pthread_mutex_lock', 'lock', 'likely'], ['recv', 'socket', 'likely'],
  ['waitpid', 'process', 'always'], ['loop', 'cpu', 'rarely'],
];
const CAUSES = [
  ['file', 'fsync'], ['dns', 'getaddrinfo'], ['sleep', 'nanosleep'], ['lock', 'pthread_mutex_lock'],
  ['socket', 'recv'], ['cpu', ''], ['system', 'write'], ['page-fault', ''],
];
const MACHINE = ['runqueue', 'throttled', 'steal'];
const STATES = ['confirmed', 'ran', 'not-executed', 'unknown'];

const hex = (value, digits = 16) => value.toString(16).padStart(digits, '0');

function functionName(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  return `app::${pick(CLASSES)}::${pick(METHODS)}${Math.floor(random() * 40)}`;
}

function place(random, name) {
  return {
    function: name, file: `src/${name.split('::')[1].toLowerCase()}_${Math.floor(random() * 5)}.cpp`,
    line: 10 + Math.floor(random() * 300), column: 1 + Math.floor(random() * 60),
  };
}

function finding(random, i, joined, kinds) {
  const [sink, category, tier] = SINKS[Math.floor(random() * SINKS.length)];
  const names = Array.from({ length: 2 + Math.floor(random() * 5) }, () => functionName(random));
  const trace = names.map((name, k) => ({
    ...place(random, name), note: `calls '${names[k + 1] ?? sink}'`,
  }));
  const last = trace[trace.length - 1];
  const result = {
    check: category === 'cpu' ? 'nostall-cpu-bound-loop'
      : category === 'lock' ? 'nostall-lock-across-suspension' : 'nostall-blocking-call',
    severity: 'warning',
    message: `'${last.function}' ${tier === 'always' ? 'blocks' : 'may block'} the event loop in '${sink}': it waits`,
    ...place(random, names[0]),
    context: { kind: ['coroutine', 'callback', 'event-loop'][i % 3], ...place(random, names[0]) },
    effect: { category, tier },
    confidence: random() < 0.6 ? 'high' : 'medium',
    cost: Math.floor(random() * 40),
    sink: { function: sink, in: last.function, file: last.file, line: last.line, column: last.column },
    trace,
    roots: random() < 0.3 ? [place(random, names[0]), place(random, functionName(random))] : [],
    also: random() < 0.2 ? [place(random, last.function)] : [],
    suggestion: random() < 0.8 ? `do it on a worker: 'asio::post(pool, ...)'` : '',
    reference: `${sink}(2)`,
    fingerprint: `1:${hex(i + 1)}`,
  };
  if (joined) {
    const state = STATES[Math.floor(random() * STATES.length)];
    const count = state === 'confirmed' ? 1 + Math.floor(random() * 90) : 0;
    const calls = state === 'not-executed' || state === 'unknown' ? 0 : count + Math.floor(random() * 5000);
    result.measured = {
      state, count, total_ns: count * 31e6, max_ns: count ? 80e6 : 0, p99_ns: count ? 79e6 : 0, victims: count * 2,
      calls, calls_total_ns: calls * 120000, calls_max_ns: calls ? 90e6 : 0,
      signatures: state === 'confirmed' && kinds.length ? [kinds[i % kinds.length].id] : [],
    };
  }
  return result;
}

export function findings({ count, seed = 1, joined = false, kinds = [], hostile = false }) {
  const random = generator(seed);
  const all = Array.from({ length: count }, (_, i) => finding(random, i, joined, kinds));
  if (hostile && all.length) {
    Object.assign(all[0], { message: `'${HOSTILE}' blocks`, function: HOSTILE, file: `src/${HOSTILE}.cpp`, suggestion: HOSTILE });
    all[0].trace[0] = { ...all[0].trace[0], function: HOSTILE, note: `calls '${HOSTILE}'` };
  }
  return {
    version: 1, tool: 'nostall 0.1.0', findings: all,
    stats: {
      tus: 20, failed_tus: 1, partial_tus: 0, functions: 900, coroutines: 40, calls: 9000, unresolved_calls: 12,
      lost_callables: 3, unknown_functions: 70, undecided_calls: 2, roots: 60, event_loops: 1,
      functions_on_loop: 200, suppressed: 1,
    },
  };
}

function frames(random, hostile) {
  const system = (name, file, line, inlined) => ({ function: name, file, line, module: '/usr/lib/libc.so.6', inlined });
  const own = Array.from({ length: 3 + Math.floor(random() * 8) }, () => {
    const name = functionName(random);
    const { file, line } = place(random, name);
    return { function: name, file, line, module: '/srv/app/server', inlined: random() < 0.2 };
  });
  if (hostile) own[0].function = HOSTILE;
  return [...own, system('boost::asio::detail::scheduler::run', '/usr/include/boost/asio/detail/impl/scheduler.ipp', 204, false),
    { function: 'main', file: 'src/main.cpp', line: 40, module: '/srv/app/server', inlined: false }];
}

function signature(random, i, cause, call, hostile) {
  return {
    id: hex(0xabc000 + i), cause, call, count: 0, total_ns: 0, max_ns: 0, p99_ns: 0, p99_exact: random() < 0.9,
    victims: 0, run_ns: 0, runqueue_ns: 0, call_ns: 0, minor_faults: Math.floor(random() * 20), major_faults: 0,
    task: random() < 0.2 ? 'upload' : '', frames: random() < 0.95 ? frames(random, hostile) : [], truncated: random() < 0.05,
    owner_frames: cause === 'lock' ? frames(random, false) : [], owner: cause === 'lock' ? "thread 77 'worker'" : '', threads: [],
  };
}

/** Iterations by duration; buckets as nostall has them. */
function histogramOf(random, iterations) {
  const result = [];
  for (let power = 10; power < 28; power++) {
    for (let part = 0; part < 8; part++) {
      const count = Math.floor((iterations / 60) * random() * Math.exp(-(((power - 15) / 3) ** 2)));
      if (count) result.push([2 ** power + part * 2 ** (power - 3), count]);
    }
  }
  return result;
}

function loopOf(random, i, start, durationNs, windows) {
  const iterations = 20000 + Math.floor(random() * 1e6);
  const widthNs = Math.ceil(durationNs / windows);
  const busy = Array.from({ length: windows }, (_, k) => Math.floor(widthNs
    * Math.min(1, Math.max(0, 0.3 + 0.25 * Math.sin(k / 40 + i) + 0.2 * (random() - 0.5)))));
  const total = busy.reduce((a, b) => a + b, 0);
  return {
    trace: 0, pid: 100, tid: 100 + i, process: 'server', thread: `loop-${i}`, wait: 'epoll_wait', iterations,
    utilization: total / (widthNs * windows), busy_ns: total, idle_ns: widthNs * windows - total, p50_ns: 40000, p99_ns: 2e6,
    max_ns: 3e8, stalls: 0, first_ns: start, last_ns: start + durationNs, late_total_ns: 5e6, late_max_ns: 2e6, late_waits: 12,
    histogram: histogramOf(random, iterations),
    windows: {
      start_ns: start, width_ns: widthNs, busy_ns: busy,
      iterations: busy.map(() => Math.floor(iterations / windows)), max_ns: busy.map(() => Math.floor(random() * 2e7)),
    },
  };
}

/** A stall report; with `found`, joined with these findings. */
export function stalls({ count, kinds = 200, loops = 4, seed = 2, found = null, hostile = false, plain = false }) {
  const random = generator(seed);
  const start = 5e12;
  const durationNs = 600e9;
  const all = Array.from({ length: kinds }, (_, i) => {
    const isMachine = i % 10 === 9;
    const [cause, call] = isMachine ? [MACHINE[i % MACHINE.length], ''] : CAUSES[Math.floor(random() * CAUSES.length)];
    return signature(random, i, cause, call, hostile && i === 0);
  });
  const report = {
    version: 1, tool: 'nostall 0.1.0', host: 'web1', duration_ns: durationNs,
    traces: [{
      file: 'server.trace', host: 'web1', kernel: '6.1.0', boot_id: 'b', tool: '0.1.0', command: ['./server', '--port', '80'],
      realtime_ns: 1.7e18, monotonic_ns: start, duration_ns: durationNs, threshold_ns: 10e6, finished: true, exit_status: 0,
    }],
    loops: Array.from({ length: loops }, (_, i) => loopOf(random, i, start, durationNs, 1200)),
    signatures: [], machine: [], unfinished: [], stalls: [], dropped: 3, suppressed: 2, lost_calls: 7,
    suppressions: [{ function: 'Store::*', cause: '', reason: 'at night', count: 2, total_ns: 3e7 }],
    overhead: { watcher_cpu_ns: 2e9, ticks: 60000, late_ticks: 4, probe_ns: 9e8, loops_ns: 600e9 },
    coverage: {
      processes: 1, waits_no_loop: 2, slots_exhausted: 0, samples_call_exit: 10, samples_remote: 5, samples_signal: 3, samples_perf: 0,
      samples_failed: 1, dropped_samples: 0, stalls_with_stack: count, stalls_without_stack: 4,
      notes: ['perf_event_open is not permitted: running code was sampled by signal'],
      modules: [{ module: '/usr/lib/libx.so', problem: 'no debug information' }],
    },
  };
  addStalls(report, all, random, count, start, durationNs);
  if (plain) for (const loop of report.loops) { delete loop.histogram; delete loop.windows; }
  if (found) join(report, found);
  return report;
}

function addStalls(report, all, random, count, start, durationNs) {
  for (let i = 0; i < count; i++) {
    // Few kinds have most of the stalls, as in programs.
    const kind = all[i < all.length ? i : Math.floor(all.length * random() ** 3)];
    const loop = report.loops[Math.floor(random() * report.loops.length)];
    const length = Math.floor(10e6 * Math.exp(3 * random() ** 4));
    const isUnfinished = i === count - 1;
    report.stalls.push({
      signature: kind.id, trace: 0, pid: loop.pid, tid: loop.tid, start_ns: start + Math.floor(random() * (durationNs - 1e9)),
      duration_ns: length, cause: kind.cause, task: kind.task, run_ns: Math.floor(length * 0.2), runqueue_ns: Math.floor(length * 0.1),
      call_ns: kind.call ? Math.floor(length * 0.7) : 0, minor_faults: 0, major_faults: 0, unfinished: isUnfinished,
    });
    loop.stalls++;
    if (!isUnfinished) {
      kind.count++;
      kind.total_ns += length;
      kind.max_ns = Math.max(kind.max_ns, length);
      kind.p99_ns = kind.max_ns;
      kind.victims += Math.floor(random() * 4);
      kind.run_ns += Math.floor(length * 0.2);
      kind.runqueue_ns += Math.floor(length * 0.1);
      kind.threads = [{ thread: loop.thread, count: kind.count, total_ns: kind.total_ns }];
    } else {
      report.unfinished.push({ ...kind, count: 1, total_ns: length, max_ns: length, p99_ns: length, victims: 0,
        threads: [{ thread: loop.thread, count: 1, total_ns: length }] });
    }
  }
  report.stalls.sort((a, b) => a.start_ns - b.start_ns);
  const byTotal = (a, b) => b.total_ns - a.total_ns || (a.id < b.id ? -1 : 1);
  const seen = all.filter((kind) => kind.count);
  report.signatures = seen.filter((kind) => !MACHINE.includes(kind.cause)).sort(byTotal);
  report.machine = seen.filter((kind) => MACHINE.includes(kind.cause)).sort(byTotal);
}

function join(report, found) {
  const byKind = new Map();
  for (const f of found.findings) for (const id of f.measured?.signatures ?? []) byKind.set(id, [...(byKind.get(id) ?? []), f]);
  const matches = ['exact', 'moved', 'sink'];
  report.signatures.forEach((kind, i) => {
    const by = byKind.get(kind.id);
    if (by) kind.predicted_by = by.slice(0, 3).map((f, k) => ({ fingerprint: f.fingerprint, match: matches[k] }));
    else kind.not_predicted = { reason: 'unresolved-call', text: "no finding leads to this call: 'x' is called through a pointer", frame: kind.frames.length ? 0 : -1 };
  });
  report.findings = [...found.findings].sort((a, b) => b.measured.total_ns - a.measured.total_ns);
  const states = (state) => found.findings.filter((f) => f.measured.state === state).length;
  report.join = {
    confirmed: states('confirmed'), ran: states('ran'), not_executed: states('not-executed'), unknown: states('unknown'),
    predicted: report.signatures.filter((kind) => kind.predicted_by).length,
    not_predicted: report.signatures.filter((kind) => kind.not_predicted).length,
  };
}

/** Source lines around every place that findings' traces name. */
export function sources(found) {
  const result = {};
  for (const f of found.findings.slice(0, 200)) {
    for (const step of [...f.trace, f]) {
      const first = Math.max(1, step.line - 4);
      const lines = Array.from({ length: 9 }, (_, i) => (first + i === step.line
        ? `  co_await store_.save(key, "value ${i}"); // line ${step.line}` : `  int value${i} = compute(${first + i});`));
      (result[step.file] ??= []).push([first, lines]);
    }
  }
  return result;
}

/** Documents of a joined report. */
export function joinedReport({ findingCount, stallCount, kinds = 200, loops = 4, hostile = false }) {
  const names = Array.from({ length: kinds }, (_, i) => ({ id: hex(0xabc000 + i) })).filter((_, i) => i % 10 !== 9);
  const found = findings({ count: findingCount, joined: true, kinds: names.slice(0, Math.ceil(names.length / 2)), hostile });
  const report = stalls({ count: stallCount, kinds, loops, found, hostile });
  return { findings: found, stalls: report, sources: sources(found) };
}
