// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What is used of libraries that bring no types.

declare module 'd3-flame-graph' {
  import type { Selection } from 'd3-selection';

  export interface FlameDatum {
    data: import('./flamedata').FlameNode;
    value: number;
    parent: FlameDatum | null;
    children?: FlameDatum[];
    highlight?: boolean;
  }

  export interface FlameChart {

    (selection: Selection<any, any, any, any>): void;
    width(value: number): FlameChart;
    cellHeight(value: number): FlameChart;
    inverted(value: boolean): FlameChart;
    minFrameSize(value: number): FlameChart;
    transitionDuration(value: number): FlameChart;
    sort(value: (a: FlameDatum, b: FlameDatum) => number): FlameChart;
    setColorMapper(value: (d: FlameDatum) => string): FlameChart;
    setLabelHandler(value: (d: FlameDatum) => string): FlameChart;
    setSearchMatch(value: (d: FlameDatum, term: string) => boolean): FlameChart;
    setSearchHandler(value: (found: FlameDatum[], sum: number) => void): FlameChart;
    onHover(value: (d: FlameDatum) => void): FlameChart;
    onClick(value: (d: FlameDatum) => void): FlameChart;
    search(term: string): void;
    clear(): void;
    zoomTo(d: FlameDatum): void;
    resetZoom(): void;
    update(): FlameChart;
  }

  export default function flamegraph(): FlameChart;
}

declare module 'prismjs/components/prism-core' {
  import Prism from 'prismjs';

  export default Prism;
}
declare module 'prismjs/components/prism-clike';
declare module 'prismjs/components/prism-c';
declare module 'prismjs/components/prism-cpp';
declare module '*.css';
