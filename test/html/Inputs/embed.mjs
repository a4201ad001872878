// Puts documents into the page as nostall does, for sizes and contents that no
// program that a test can run gives. What tool/output/Html.cpp does itself is
// tested by embedding.test.
import { readFileSync } from 'node:fs';

const text = (value) => (value === null ? 'null' : JSON.stringify(value)
  .replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'));

export function embed(template, { findings = null, stalls = null, sources = {} }) {
  return readFileSync(template, 'utf8')
    .replace('@@NOSTALL_FINDINGS@@', () => text(findings))
    .replace('@@NOSTALL_STALLS@@', () => text(stalls))
    .replace('@@NOSTALL_SOURCES@@', () => text(sources));
}
