// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What the application asks of a view. Views are made when first shown, and
// keep their state while others are shown.

import type { Route } from './router';

export interface View {
  element: HTMLElement;
  /** Called for each route that leads here, with the element in the document. */
  show(route: Route): void;
}
