// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What the views ask: the documents, and indexes over them that are made once.
// Rows are numbers; what filters and charts read lies in typed arrays.

import type {
  Finding, FindingsDocument, Loop, Signature, Sources, StallDocument, Windows,
} from './documents';

export type KindList = 'program' | 'machine' | 'unfinished';

/** A kind of stall: a signature, and where it stands. */
export interface Kind {
  signature: Signature;
  list: KindList;
  index: number;
  text: string; // lower case, for searching
}

/** The stalls as columns; in order of trace and start. */
export interface StallColumns {
  count: number;
  kind: Int32Array; // index in kinds, or -1
  loop: Int32Array; // index in loops, or -1
  start: Float64Array; // ns since the start of its trace
  duration: Float64Array; // ns
}

export class Model {
  readonly findings: Finding[];
  readonly kinds: Kind[] = [];
  readonly stalls: StallColumns;
  readonly stats: Record<string, number> | null;
  private readonly findingIndex = new Map<string, number>();
  private readonly kindIndex = new Map<string, number>();
  private kindStarts: Int32Array | null = null;
  private byKind: Int32Array | null = null;

  constructor(
    readonly checked: FindingsDocument | null,
    readonly report: StallDocument | null,
    readonly sources: Sources,
  ) {
    // Joined findings are ranked by what they cost; with a base, what the change
    // introduced comes first.
    this.findings = report?.findings
      ?? [...checked?.findings ?? [], ...checked?.unchanged ?? [], ...checked?.fixed ?? []];
    this.stats = checked?.stats ?? null;
    this.findings.forEach((finding, i) => this.findingIndex.set(this.findingKey(finding), i));
    if (report) {
      this.addKinds(report.signatures, 'program');
      this.addKinds(report.machine, 'machine');
      this.addKinds(report.unfinished, 'unfinished');
    }
    this.stalls = this.makeColumns();
  }

  get hasFindings(): boolean {
    return this.checked !== null || this.report?.findings !== undefined;
  }

  /** Findings know what was measured. */
  get isJoined(): boolean {
    return this.findings.some((finding) => finding.measured !== undefined)
      || this.report?.join !== undefined;
  }

  get loops(): Loop[] {
    return this.report?.loops ?? [];
  }

  /** What findings are compared with; empty for none. */
  get base(): string {
    return this.report?.findings ? '' : this.checked?.base ?? '';
  }

  /** What a link names a finding by: one that is gone may share its
   * fingerprint with one that is there. */
  findingKey(finding: Finding): string {
    return finding.state === 'absent' ? `${finding.fingerprint}-fixed` : finding.fingerprint;
  }

  finding(key: string): Finding | undefined {
    const index = this.findingIndex.get(key);
    return index === undefined ? undefined : this.findings[index];
  }

  findingRow(key: string): number {
    return this.findingIndex.get(key) ?? -1;
  }

  /** By a signature's id, or by the key of an unfinished one. */
  kind(key: string): Kind | undefined {
    const index = this.kindIndex.get(key);
    return index === undefined ? undefined : this.kinds[index];
  }

  /** What a link names a kind by: unfinished stalls may share an id with others. */
  kindKey(kind: Kind): string {
    const first = this.kindIndex.get(kind.signature.id);
    return first === kind.index ? kind.signature.id : `${kind.signature.id}-${kind.list}`;
  }

  /** The rows of the stalls of a kind. */
  stallsOf(kind: Kind): Int32Array {
    if (!this.byKind || !this.kindStarts) this.groupByKind();
    return this.byKind!.subarray(this.kindStarts![kind.index], this.kindStarts![kind.index + 1]);
  }

  private addKinds(signatures: Signature[], list: KindList): void {
    for (const signature of signatures) {
      const index = this.kinds.length;
      const text = [
        signature.cause, signature.call, signature.task, signature.owner, signature.id,
        ...signature.threads.map((share) => share.thread),
        ...signature.frames.map((frame) => `${frame.function} ${frame.file}`),
      ].join('\n').toLowerCase();
      this.kinds.push({ signature, list, index, text });
      if (!this.kindIndex.has(signature.id)) this.kindIndex.set(signature.id, index);
      this.kindIndex.set(`${signature.id}-${list}`, index);
    }
  }

  private makeColumns(): StallColumns {
    const stalls = this.report?.stalls ?? [];
    const columns: StallColumns = {
      count: stalls.length,
      kind: new Int32Array(stalls.length),
      loop: new Int32Array(stalls.length),
      start: new Float64Array(stalls.length),
      duration: new Float64Array(stalls.length),
    };
    const loops = new Map<string, number>();
    this.loops.forEach((loop, i) => loops.set(`${loop.trace} ${loop.pid} ${loop.tid}`, i));
    const traces = this.report?.traces ?? [];
    stalls.forEach((stall, i) => {
      const key = stall.unfinished ? `${stall.signature}-unfinished` : stall.signature;
      columns.kind[i] = this.kindIndex.get(key) ?? this.kindIndex.get(stall.signature) ?? -1;
      columns.loop[i] = loops.get(`${stall.trace} ${stall.pid} ${stall.tid}`) ?? -1;
      columns.start[i] = stall.start_ns - (traces[stall.trace]?.monotonic_ns ?? 0);
      columns.duration[i] = stall.duration_ns;
    });
    return columns;
  }

  private groupByKind(): void {
    const { count, kind } = this.stalls;
    const starts = new Int32Array(this.kinds.length + 1);
    for (let i = 0; i < count; i++) if (kind[i] >= 0) starts[kind[i] + 1]++;
    for (let k = 0; k < this.kinds.length; k++) starts[k + 1] += starts[k];
    const next = starts.slice();
    const rows = new Int32Array(starts[this.kinds.length]);
    for (let i = 0; i < count; i++) if (kind[i] >= 0) rows[next[kind[i]]++] = i;
    this.kindStarts = starts;
    this.byKind = rows;
  }
}

function embedded<T>(id: string): T | null {
  return JSON.parse(document.getElementById(id)?.textContent ?? 'null') as T | null;
}

/** A loop's work over time; not in old traces. */
export function windowsOf(loop: Loop): Windows | undefined {
  return loop.windows && loop.windows.width_ns > 0 && loop.windows.busy_ns.length ? loop.windows : undefined;
}

/** Throws where the page is damaged. */
export function readModel(): Model {
  return new Model(
    embedded<FindingsDocument>('nostall-findings'),
    embedded<StallDocument>('nostall-stalls'),
    embedded<Sources>('nostall-sources') ?? {},
  );
}
