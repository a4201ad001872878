// 10,000 findings and 100,000 stalls: only rows in sight are in the document,
// filters give the right counts, charts draw. Times are test/bench/html's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './browser.mjs';
import { joinedReport } from './documents.mjs';
import { embed } from './embed.mjs';

const FINDINGS = 10000;
const STALLS = 100000;
const MOST_ROWS = 60;
const joined = joinedReport({ findingCount: FINDINGS, stallCount: STALLS, kinds: 3000, loops: 12 });
const report = joined.stalls;
let browser;
let page;

const plain = (text) => text.replace(/\u202f/g, ' ');
const shown = (n) => n.toLocaleString('en').replaceAll(',', ' ');
const status = async () => plain(await page.locator('.list-pane [role=status]').innerText());

before(async () => {
  browser = await Browser.start();
  page = await browser.open(browser.file('large.html', embed(process.env.PAGE, joined)));
});
after(async () => {
  await browser.stop();
});

test('findings: few rows in the document, from the first to the last', async () => {
  await Browser.go(page, '#/findings');
  assert.equal(await status(), '10 000 findings');
  const rows = page.locator('.finding-row');
  assert.ok((await rows.count()) < MOST_ROWS);
  assert.equal(await rows.first().getAttribute('aria-setsize'), String(FINDINGS));
  await page.locator('.finding-row a[tabindex="0"]').focus();
  await page.keyboard.press('End');
  const last = report.findings[FINDINGS - 1];
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), `#/finding/${last.fingerprint}`);
  assert.ok((await rows.count()) < MOST_ROWS);
});

test('findings: search and filters count right', async () => {
  await page.getByRole('searchbox').fill('store::flush waitpid');
  const has = (f) => [f.message, f.file, f.function, f.check, f.context.function, f.suggestion, f.fingerprint,
    ...f.trace.map((s) => `${s.function} ${s.file}`)].join('\n').toLowerCase();
  const expected = report.findings.filter((f) => has(f).includes('store::flush') && has(f).includes('waitpid')).length;
  assert.ok(expected > 0);
  assert.equal(await status(), `${shown(expected)} of 10 000 findings`);
  await page.getByRole('searchbox').fill('');
  await page.locator('.pill', { hasText: 'Not executed' }).click();
  assert.equal(await status(), `${shown(report.join.not_executed)} of 10 000 findings`);
});

test('stalls: few rows in the document; a kind with thousands', async () => {
  await Browser.go(page, '#/stalls');
  const kinds = report.signatures.length + report.machine.length + report.unfinished.length;
  assert.equal(await status(), `${shown(kinds)} kinds of stalls`);
  assert.ok((await page.locator('.row.kind').count()) < MOST_ROWS);
  const most = report.signatures.reduce((best, s) => (s.count > best.count ? s : best));
  await Browser.go(page, `#/stall/${most.id}`);
  const table = page.getByRole('table', { name: 'Stalls of this kind' });
  assert.equal(await table.getAttribute('aria-rowcount'), String(most.count + 1));
  assert.ok((await table.locator('.row').count()) < MOST_ROWS);
});

test('charts draw, and lanes come in portions', async () => {
  await Browser.go(page, '#/flame');
  assert.ok((await page.locator('.flame g.frame').count()) > 100);
  await Browser.go(page, '#/timeline');
  assert.equal(await page.locator('.lane canvas').count(), 8);
  await page.getByRole('button', { name: 'Show 4 more of 12 loops' }).click();
  assert.equal(await page.locator('.lane canvas').count(), 12);
  await page.getByRole('button', { name: 'Longest stall' }).click();
  assert.match(await page.locator('.stall-card').innerText(), /ms at/);
  await Browser.go(page, '#/distribution');
  assert.ok((await page.locator('.histogram .bar').count()) > 50);
  assert.deepEqual(page.problems, []);
});
