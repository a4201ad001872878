// Everything by keyboard; the switch of colours; less motion on request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './browser.mjs';
import { joinedReport } from './documents.mjs';
import { embed } from './embed.mjs';

const joined = joinedReport({ findingCount: 30, stallCount: 200, kinds: 20, loops: 2 });
const report = joined.stalls;
let browser;
let file;

before(async () => {
  browser = await Browser.start();
  file = browser.file('joined.html', embed(process.env.PAGE, joined));
});
after(async () => {
  await browser.stop();
});

/** What has the focus: its role or tag, and its text. */
const focus = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return `${element.getAttribute('role') ?? element.localName} ${(element.getAttribute('aria-label') ?? element.textContent).trim()}`;
});

test('findings by keyboard: tabs, search, list, detail', async () => {
  const page = await browser.open(file);
  await page.keyboard.press('Tab');
  assert.equal(await focus(page), 'a Skip to the content');
  for (const expected of ['a nostall, overview', 'a Overview', /^a Findings/]) {
    await page.keyboard.press('Tab');
    const has = await focus(page);
    assert.ok(typeof expected === 'string' ? has === expected : expected.test(has), has);
  }
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#\/findings$/);
  // The focus is seen.
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid');
  await page.getByRole('searchbox').focus();
  await page.keyboard.type('getaddrinfo');
  const rows = report.findings.filter((f) => JSON.stringify(f).includes('getaddrinfo'));
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement.closest('.finding-row'))); i++) await page.keyboard.press('Tab');
  const href = () => page.evaluate(() => document.activeElement.getAttribute('href'));
  assert.equal(await href(), `#/finding/${rows[0].fingerprint}`);
  await page.keyboard.press('ArrowDown');
  assert.equal(await href(), `#/finding/${rows[1].fingerprint}`);
  await page.keyboard.press('End');
  assert.equal(await href(), `#/finding/${rows[rows.length - 1].fingerprint}`);
  await page.keyboard.press('Enter');
  await page.waitForFunction((id) => location.hash === `#/finding/${id}`, rows[rows.length - 1].fingerprint);
  assert.equal(await page.locator('.detail h2').innerText(), rows[rows.length - 1].message.replaceAll("'", ''));
  // The list keeps its filter and, with it, one place for Tab.
  assert.equal(await page.locator('.finding-row a[tabindex="0"]').count(), 1);
  assert.equal(await href(), `#/finding/${rows[rows.length - 1].fingerprint}`);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('flame graph and timeline by keyboard', async () => {
  const page = await browser.open(file, '#/flame');
  await page.locator('.flame').focus();
  const info = () => page.locator('.flame-info').innerText();
  await page.keyboard.press('ArrowDown');
  assert.match(await info(), /^all stalls/);
  await page.keyboard.press('ArrowDown');
  const first = await info();
  assert.match(first, /^main/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await info(), first);
  await page.keyboard.press('Escape');
  assert.match(await info(), /^all stalls/);
  await Browser.go(page, '#/timeline');
  await page.getByRole('button', { name: 'Next stall' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#\/timeline\?stall=1$/);
  await page.getByRole('button', { name: 'Zoom out' }).focus();
  const before = await page.locator('.range-text').innerText();
  await page.keyboard.press('Space');
  assert.notEqual(await page.locator('.range-text').innerText(), before);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('the switch of colours wins over the system, and lasts', async () => {
  const page = await browser.open(file, '', { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  const dark = await background();
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await background(), dark);
  await page.getByRole('radio', { name: 'Auto' }).check({ force: true });
  assert.equal(await background(), light);
  await page.context().close();
});

test('less motion on request', async () => {
  const page = await browser.open(file, '#/flame', { reducedMotion: 'reduce' });
  // The function that is zoomed to; after it there are fewer, so it needs a mark.
  const frame = page.locator('.flame g.frame').nth(4);
  await frame.evaluate((g) => { g.id = 'zoomed'; });
  const width = () => page.locator('#zoomed rect').evaluate((rect) => rect.getBoundingClientRect().width);
  const before = await width();
  await frame.click();
  await Browser.go(page, '#/flame');
  const soon = await width();
  assert.notEqual(soon, before);
  await page.waitForTimeout(400);
  assert.equal(await width(), soon);
  await page.context().close();
});
