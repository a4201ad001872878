// No serious or critical violation that axe knows, in every view, on a large
// screen and a small one. usage: axe.mjs light|dark
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axeSource, Browser } from './browser.mjs';
import { joinedReport, findings } from './documents.mjs';
import { embed } from './embed.mjs';

const { PAGE } = process.env;
const [colorScheme] = process.argv.slice(2);
const joined = joinedReport({ findingCount: 30, stallCount: 200, kinds: 20, loops: 2 });
const report = joined.stalls;
let browser;
let file;

before(async () => {
  browser = await Browser.start();
  file = browser.file('joined.html', embed(PAGE, joined));
});
after(async () => {
  await browser.stop();
});

const VIEWS = [
  '#/overview', '#/findings', `#/finding/${report.findings[0].fingerprint}`, '#/stalls',
  `#/stall/${report.signatures.find((s) => s.owner_frames.length)?.id}`, '#/flame', '#/timeline?stall=5', '#/distribution',
];

async function violations(page) {
  // Evaluated by the browser's tools, which the page's policy does not bind.
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return result.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
    .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`);
}

for (const [width, height] of [[1280, 800], [390, 844]]) {
  test(`axe has nothing serious to say, ${colorScheme}, ${width} wide`, async () => {
    const page = await browser.open(file, '', { colorScheme, viewport: { width, height } });
    for (const view of VIEWS) {
      await Browser.go(page, view);
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      await page.waitForTimeout(250);
      assert.deepEqual(await violations(page), [], view);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${view} is ${over} px too wide`);
    }
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test(`axe has nothing serious to say of empty states, ${colorScheme}`, async () => {
  const page = await browser.open(browser.file('some.html', embed(PAGE, { findings: findings({ count: 3 }) })), '', { colorScheme });
  for (const view of ['#/overview', '#/stalls', '#/findings?q=nothing']) {
    await Browser.go(page, view);
    assert.deepEqual(await violations(page), [], view);
  }
  await page.context().close();
});
