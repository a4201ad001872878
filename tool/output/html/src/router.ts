// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Deep links: "#/finding/1:0123", "#/stalls?cause=cpu". The part before "?" is
// the place, what follows are the view's settings.

export interface Route {
  view: string;
  id: string;
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/');
  let id = rest.join('/');
  try {
    id = decodeURIComponent(id);
  } catch {
    // Not made by link(): taken as it stands.
  }
  return { view: view || 'overview', id, query: new URLSearchParams(query) };
}

export function link(view: string, id = '', query: Record<string, string> = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== '');
  // A fingerprint's colon may stand as it is, so that it can be read.
  const path = id ? `/${encodeURIComponent(id).replaceAll('%3A', ':')}` : '';
  return `#/${view}${path}${set.length ? `?${new URLSearchParams(set)}` : ''}`;
}

const kept = new Map<string, string>();

/** Keeps a view's settings in the address; no new entry in the history. */
export function keep(view: string, query: Record<string, string>): void {
  remember(view, query);
  const address = keptLink(view);
  if (address !== location.hash) history.replaceState(null, '', address);
}

/** For keptLink() only, where the address names something else. */
export function remember(view: string, query: Record<string, string>): void {
  kept.set(view, link(view, '', query));
}

/** The address of a view with the settings that it had last. */
export function keptLink(view: string): string {
  return kept.get(view) ?? link(view);
}
