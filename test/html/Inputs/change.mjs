// A gate's report in the browser: what a change introduced, made worse, left
// and fixed, as the JSON of the same run has it.
// usage: change.mjs REPORT.html FINDINGS.json BASELINE.html
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { axeSource, Browser } from './browser.mjs';

const [reportFile, jsonFile, baselineFile] = process.argv.slice(2);
const json = JSON.parse(readFileSync(jsonFile, 'utf8'));
const all = [...json.findings, ...json.unchanged, ...json.fixed];
const of = (state) => all.filter((f) => f.state === state);
const key = (f) => (f.state === 'absent' ? `${f.fingerprint}-fixed` : f.fingerprint);
let browser;
let page;
const text = (selector) => page.locator(selector).first().innerText();
const status = () => text('.list-pane [role=status]');

before(async () => {
  browser = await Browser.start();
  page = await browser.open(reportFile);
});
after(async () => {
  await browser.stop();
});

test('the overview says what the change did', async () => {
  const tiles = await page.locator('.tiles').innerText();
  assert.match(tiles, new RegExp(`${json.findings.length}\\s+findings introduced since ${json.base}`));
  for (const [state, name] of [['new', 'introduced'], ['updated', 'made worse'], ['unchanged', 'unchanged'], ['absent', 'fixed']]) {
    assert.ok(of(state).length > 0, state);
    assert.ok(tiles.includes(`${of(state).length} ${name}`), `${name} in ${tiles}`);
  }
  const first = await page.getByRole('region', { name: 'First findings' }).locator('li').count();
  assert.equal(first, Math.min(5, all.length - of('unchanged').length));
});

test('the list has all of them, and can be filtered by what the change did', async () => {
  await Browser.go(page, '#/findings');
  const links = await page.locator('.finding-row a').evaluateAll((rows) => rows.map((a) => a.getAttribute('href')));
  assert.deepEqual(links, all.map((f) => `#/finding/${key(f)}`));
  await page.locator('.pill', { hasText: 'Fixed' }).click();
  assert.equal(await status(), `${of('absent').length} of ${all.length} findings`);
  assert.match(page.url(), /#\/findings\?change=absent$/);
  await page.locator('.pill', { hasText: 'Introduced' }).click();
  assert.equal(await status(), `${of('new').length} of ${all.length} findings`);
  await page.getByRole('button', { name: 'Clear filters' }).click();
});

test('what was made worse says why', async () => {
  const [finding] = of('updated');
  await Browser.go(page, `#/finding/${key(finding)}`);
  const card = await page.getByRole('region', { name: 'Change' }).innerText();
  assert.ok(card.includes(`Made worse since ${json.base}`), card);
  assert.ok(card.includes(`Newly reached from ${finding.roots_gained.join(', ')}.`), card);
  assert.ok((await page.locator('.trace .excerpt').count()) > 0);
});

test('what is fixed shows no lines of today', async () => {
  const [finding] = of('absent');
  await Browser.go(page, `#/finding/${key(finding)}`);
  assert.equal(await text('.detail h2'), finding.message.replaceAll("'", ''));
  assert.equal(await page.locator('.detail .excerpt').count(), 0);
  assert.match(await text('.trace'), /The source of before is not in this report/);
});

test('what was accepted is said, and what of it is found no more', async () => {
  const other = await browser.open(baselineFile);
  const said = await other.getByRole('region', { name: 'Baseline' }).innerText();
  assert.match(said, /2 findings accepted by the baseline/);
  assert.match(said, /1 entry no longer found:\s+usleep in mended/);
  assert.deepEqual(other.problems, []);
  await other.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe has nothing serious to say, ${colorScheme}`, async () => {
    const other = await browser.open(reportFile, '', { colorScheme });
    for (const view of ['#/overview', '#/findings', ...['new', 'updated', 'absent', 'unchanged'].map((s) => `#/finding/${key(of(s)[0])}`)]) {
      await Browser.go(other, view);
      await other.evaluate(axeSource);
      const result = await other.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      assert.deepEqual(result.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
        .map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`), [], view);
    }
    assert.deepEqual(other.problems, []);
    await other.context().close();
  });
}

test('nothing asked for a network or complained', () => assert.deepEqual(page.problems, []));
