// How the HTML report fares with 10,000 findings and 100,000 stalls, beside a
// report with next to nothing: absolute times are this machine's, ratios are ours.
//
// usage: python3 test/html/Inputs/run.py BUILD ../../bench/html/bench.mjs [ROUNDS]
import { Browser } from '../../html/Inputs/browser.mjs';
import { joinedReport } from '../../html/Inputs/documents.mjs';
import { embed } from '../../html/Inputs/embed.mjs';

const rounds = Number(process.argv[2] ?? 5);
const SIZES = {
  small: { findingCount: 40, stallCount: 60, kinds: 40, loops: 2 },
  large: { findingCount: 10000, stallCount: 100000, kinds: 3000, loops: 12 },
};

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** In the page: the time of an action, with the frame that shows it. */
function actionTime(page, action, argument) {
  return page.evaluate(async ([name, value]) => {
    const actions = {
      go: () => { location.hash = value; },
      scroll: () => { document.querySelector('.list-pane .rows-scroller').scrollTop += value; },
      search: () => {
        const field = document.querySelector('.filters .search');
        field.value = value;
        field.dispatchEvent(new Event('input'));
      },
    };
    const start = performance.now();
    actions[name]();
    // Layout and painting belong to it: a task behind the next frame.
    await new Promise((done) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
      });
    });
    return performance.now() - start;
  }, [action, argument]);
}

async function measure(browser, file, report) {
  const times = {};
  const add = (name, time) => { (times[name] ??= []).push(time); };
  for (let round = 0; round < rounds; round++) {
    const page = await browser.open(file);
    add('usable', await page.evaluate(() => performance.getEntriesByName('nostall-ready')[0].startTime));
    for (const view of ['findings', 'stalls', 'flame', 'timeline', 'distribution']) {
      add(`open ${view}`, await actionTime(page, 'go', `#/${view}`));
    }
    await Browser.go(page, '#/findings');
    for (const text of ['g', 'ge', 'get', 'geta', '']) add('filter findings', await actionTime(page, 'search', text));
    for (let step = 0; step < 30; step++) add('scroll findings', await actionTime(page, 'scroll', 700));
    await Browser.go(page, `#/finding/${report.findings[5].fingerprint}`);
    add('open a finding', await actionTime(page, 'go', `#/finding/${report.findings[9].fingerprint}`));
    await Browser.go(page, '#/stalls');
    for (const text of ['c', 'ca', 'cache', '']) add('filter stalls', await actionTime(page, 'search', text));
    for (let step = 0; step < 30; step++) add('scroll stalls', await actionTime(page, 'scroll', 700));
    await page.context().close();
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, [median(values), Math.max(...values)]]));
}

const browser = await Browser.start();
const results = {};
for (const [name, size] of Object.entries(SIZES)) {
  const documents = joinedReport(size);
  const file = browser.file(`${name}.html`, embed(process.env.PAGE, documents));
  results[name] = await measure(browser, file, documents.stalls);
}
await browser.stop();
const ms = (value) => `${value.toFixed(1)} ms`.padStart(10);
console.log(`${''.padEnd(20)}${'small'.padStart(10)}${'large'.padStart(10)}${'ratio'.padStart(8)}${'longest'.padStart(11)}`);
for (const [name, [small]] of Object.entries(results.small)) {
  const [large, longest] = results.large[name];
  console.log(`${name.padEnd(20)}${ms(small)}${ms(large)}${(large / small).toFixed(1).padStart(8)} ${ms(longest)}`);
}
