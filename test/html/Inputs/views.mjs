// Every view shows what the documents have: figures, links, filters, and text
// that would be markup.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './browser.mjs';
import { findings, HOSTILE, joinedReport, stalls } from './documents.mjs';
import { embed } from './embed.mjs';

const { PAGE } = process.env;
const joined = joinedReport({ findingCount: 60, stallCount: 500, kinds: 40, loops: 3, hostile: true });
const report = joined.stalls;
let browser;
let file;
let page;

/** Numbers are shown with narrow spaces in them. */
const plain = (text) => text.replace(/\u202f/g, ' ');
const shown = (n) => n.toLocaleString('en').replaceAll(',', ' ');
const text = async (selector) => plain(await page.locator(selector).first().innerText());
const clean = () => assert.deepEqual(page.problems, []);

before(async () => {
  browser = await Browser.start();
  file = browser.file('joined.html', embed(PAGE, joined));
  page = await browser.open(file);
});
after(async () => {
  await browser.stop();
});

test('overview has the numbers of findings by state, stalls, machine and loops', async () => {
  const tiles = plain(await page.locator('.tiles').innerText());
  for (const [key, name] of [['confirmed', 'confirmed'], ['ran', 'ran'], ['not_executed', 'not executed'], ['unknown', 'unknown']]) {
    assert.ok(tiles.includes(`${report.join[key]} ${name}`), `${name} in ${tiles}`);
  }
  const sum = (list) => list.reduce((all, kind) => all + kind.count, 0);
  assert.ok(tiles.includes(`lost in ${shown(sum(report.signatures))} stalls`), tiles);
  assert.ok(tiles.includes(`${shown(sum(report.machine))} stalls: no change`), tiles);
  assert.ok(tiles.includes(`${report.join.predicted} of ${report.signatures.length} kinds predicted`), tiles);
  assert.match(tiles, /3\nevent loops\n+the busiest \d+ % busy/);
});

test('overview says what was not seen and what was dropped', async () => {
  const notes = plain(await page.locator('.coverage').innerText());
  for (const part of ['1 file could not be analysed', '12 indirect or virtual calls', '3 stalls dropped',
    '2 stalls taken out by suppressions', '7 blocking calls of which', 'perf_event_open is not permitted', 'libx.so: no debug information', '4 stalls without a stack']) {
    assert.ok(notes.includes(part), `${part} in ${notes}`);
  }
});

test('the list of findings keeps their order', async () => {
  await Browser.go(page, '#/findings');
  const links = await page.locator('.finding-row a').evaluateAll((all) => all.slice(0, 5).map((a) => a.getAttribute('href')));
  assert.deepEqual(links, report.findings.slice(0, 5).map((f) => `#/finding/${f.fingerprint}`));
  assert.equal(plain(await page.locator('.list-pane [role=status]').innerText()), '60 findings');
});

test('filters of findings give the right counts', async () => {
  const status = () => text('.list-pane [role=status]');
  const count = (passes) => report.findings.filter(passes).length;
  await page.locator('.pill', { hasText: 'Confirmed' }).click();
  assert.equal(await status(), `${report.join.confirmed} of 60 findings`);
  await page.locator('.pill', { hasText: 'Always' }).click();
  assert.equal(await status(), `${count((f) => f.measured.state === 'confirmed' && f.effect.tier === 'always')} of 60 findings`);
  assert.match(page.url(), /#\/findings\?state=confirmed&tier=always$/);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  const [{ file: name }] = report.findings.slice(3);
  await page.getByRole('combobox', { name: 'File' }).selectOption(name);
  assert.equal(await status(), `${count((f) => f.file === name)} of 60 findings`);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Category' }).selectOption('dns');
  assert.equal(await status(), `${count((f) => f.effect.category === 'dns')} of 60 findings`);
  await page.getByRole('combobox', { name: 'Check' }).selectOption('nostall-cpu-bound-loop');
  assert.equal(await status(), '0 of 60 findings');
  assert.ok(await page.getByRole('heading', { name: 'Nothing matches' }).isVisible());
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('searchbox').fill('GETADDRINFO blocks');
  assert.equal(await status(), `${count((f) => /getaddrinfo/.test(f.message) && / blocks/.test(f.message))} of 60 findings`);
  await page.getByRole('searchbox').fill('');
  clean();
});

test('a finding shows message, suggestion, cost, trace and source', async () => {
  const finding = report.findings.find((f) => f.measured.state === 'confirmed' && f.suggestion && f.message !== `'${HOSTILE}' blocks`);
  await Browser.go(page, `#/finding/${finding.fingerprint}`);
  assert.equal(await text('.detail h2'), finding.message.replaceAll("'", ''));
  const detail = await text('.detail');
  for (const part of [finding.suggestion.replaceAll("'", ''), finding.reference, finding.fingerprint, 'Confirmed', `${finding.measured.count} stalls`]) {
    assert.ok(detail.includes(part), `${part} in ${detail}`);
  }
  assert.equal(await page.locator('.trace .step').count(), finding.trace.length);
  const marked = await page.locator('.trace .step').first().locator('.marked .line-number').innerText();
  assert.equal(Number(marked), finding.trace[0].line);
  assert.equal(await page.locator('.finding-row a[aria-current=true]').getAttribute('href'), `#/finding/${finding.fingerprint}`);
});

test('stalls and findings lead to each other', async () => {
  const kind = report.signatures.find((s) => s.predicted_by);
  await Browser.go(page, `#/stall/${kind.id}`);
  await page.locator('.predicted a').first().click();
  assert.ok(page.url().endsWith(`#/finding/${kind.predicted_by[0].fingerprint}`));
  await page.locator('.measured a').first().click();
  const finding = report.findings.find((f) => f.fingerprint === kind.predicted_by[0].fingerprint);
  assert.ok(page.url().endsWith(`#/stall/${finding.measured.signatures[0]}`));
});

test('a view keeps its filters while others are shown', async () => {
  await Browser.go(page, '#/findings');
  await page.locator('.pill', { hasText: 'Likely' }).click();
  await page.locator('.finding-row a').first().click();
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Findings' }).click();
  assert.match(page.url(), /#\/findings\?tier=likely$/);
  await Browser.go(page, '#/findings');
  assert.equal(await page.locator('.pill[aria-pressed=true]').count(), 0);
});

test('a stall that was not predicted says why', async () => {
  const kind = report.signatures.find((s) => s.not_predicted);
  await Browser.go(page, `#/stall/${kind.id}`);
  assert.match(await text('.detail'), /Not predicted\n+no finding leads to this call: x is called through a pointer/);
});

test('the table of stalls has all lists, sorts and filters', async () => {
  await Browser.go(page, '#/stalls');
  const kinds = report.signatures.length + report.machine.length + report.unfinished.length;
  assert.equal(await text('.list-pane [role=status]'), `${kinds} kinds of stalls`);
  const first = async () => page.locator('.row.kind a').first().getAttribute('href');
  assert.equal(await first(), `#/stall/${report.signatures[0].id}`);
  await page.getByRole('button', { name: 'Stalls', exact: true }).click();
  const most = [...report.signatures, ...report.machine].sort((a, b) => b.count - a.count)[0];
  assert.equal(await first(), `#/stall/${most.id}`);
  assert.equal(await page.locator('[aria-sort=descending]').innerText(), 'Stalls');
  await page.locator('.pill', { hasText: 'The machine’s' }).click();
  assert.equal(await text('.list-pane [role=status]'), `${report.machine.length} of ${kinds} kinds of stalls`);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('combobox', { name: 'Cause' }).selectOption('lock');
  const locks = [...report.signatures, ...report.unfinished].filter((s) => s.cause === 'lock').length;
  assert.equal(await text('.list-pane [role=status]'), `${locks} of ${kinds} kinds of stalls`);
  await page.getByRole('button', { name: 'Clear filters' }).click();
});

test('a stall shows its stack, the holder’s, threads and each stall', async () => {
  const kind = report.signatures.find((s) => s.owner_frames.length && s.frames.length);
  await Browser.go(page, `#/stall/${kind.id}`);
  assert.equal(await page.locator('.frames').first().locator('.frame').count(), kind.frames.length);
  assert.equal(await page.locator('.frames').nth(1).locator('.frame').count(), kind.owner_frames.length);
  assert.equal(await page.locator('.frames').first().getByText('inlined').count(), kind.frames.filter((f) => f.inlined).length);
  const rows = await page.getByRole('table', { name: 'Stalls of this kind' }).getAttribute('aria-rowcount');
  assert.equal(Number(rows), kind.count + 1);
});

test('an unfinished kind has its own address', async () => {
  const [kind] = report.unfinished;
  await Browser.go(page, '#/stalls?list=unfinished');
  await page.locator('.row.kind a').first().click();
  assert.match(await text('.detail .badges'), /unfinished/);
  assert.ok(page.url().includes(`#/stall/${kind.id}`));
  clean();
});

test('flame graph: width is time, a click zooms, filters and search work', async () => {
  await page.mouse.move(0, 0);
  await Browser.go(page, '#/flame');
  const wide = () => page.locator('.flame g.frame').evaluateAll((all) => all.length);
  const all = await wide();
  assert.ok(all > 20, `${all} functions`);
  const total = report.signatures.concat(report.unfinished).reduce((ns, s) => ns + s.total_ns, 0);
  assert.ok((await text('.flame-info')).startsWith(`all stalls: ${(total / 1e9).toPrecision(3).replace(/\.?0+$/, '')} s`), await text('.flame-info'));
  await page.locator('.flame g.frame').nth(5).click();
  await page.waitForTimeout(400);
  assert.ok((await wide()) < all);
  await page.getByRole('button', { name: 'Reset zoom' }).click();
  await page.getByRole('searchbox').fill('main');
  assert.match(await text('.flame-info'), /^1 function in the graph/);
  await page.getByRole('searchbox').fill('');
  const libraries = () => page.locator('.flame g.frame[name^="boost::"]').count();
  assert.ok((await libraries()) > 0);
  await page.getByRole('checkbox', { name: 'Without libraries' }).check();
  assert.equal(await libraries(), 0);
  await page.getByRole('checkbox', { name: 'Without libraries' }).uncheck();
  await page.getByRole('combobox', { name: 'Cause' }).selectOption('file');
  assert.match(page.url(), /#\/flame\?cause=file$/);
  await page.getByText('As a table, by function').click();
  await page.locator('.alternative tbody tr').first().waitFor();
  assert.ok((await page.locator('.alternative tbody tr').count()) > 3);
  const kind = report.signatures.find((s) => s.frames.length);
  await Browser.go(page, `#/flame?stall=${kind.id}`);
  assert.match(await text('.flame-subject'), /^Only /);
  clean();
});

test('timeline: a lane per loop with utilisation; a stall can be chosen', async () => {
  await Browser.go(page, '#/timeline');
  assert.equal(await page.locator('.lane canvas').count(), 3);
  assert.match(await text('.lane-head'), /\d+ % busy/);
  const longest = report.stalls.reduce((best, s) => (s.duration_ns > best.duration_ns ? s : best));
  await page.getByRole('button', { name: 'Longest stall' }).click();
  assert.ok((await text('.stall-card')).includes(`${Math.round(longest.duration_ns / 1e6)} ms`), await text('.stall-card'));
  assert.match(page.url(), /#\/timeline\?stall=\d+$/);
  await page.waitForTimeout(100);
  // In the middle of its lane, since the choice brings it there.
  const lane = page.locator(`.lane[aria-label="Loop loop-${longest.tid - 100} ${longest.tid}"] .u-over`);
  await page.getByRole('button', { name: 'Next stall' }).click();
  await page.getByRole('button', { name: 'Previous stall' }).click();
  const box = await lane.boundingBox();
  const before = await text('.range-text');
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(150);
  assert.notEqual(await text('.range-text'), before);
  await page.getByRole('button', { name: 'Whole trace' }).click();
  assert.equal(await text('.range-text'), '0 to 10 min of 10 min');
  await page.getByText('As a table').click();
  await page.locator('.alternative tbody tr').first().waitFor();
  assert.equal(await page.locator('.alternative tbody tr').count(), 3 * 24);
  clean();
});

test('a click on a mark of the timeline shows that stall', async () => {
  const row = report.stalls.findIndex((s) => s.tid === 101);
  const stall = report.stalls[row];
  await Browser.go(page, `#/timeline?stall=${row}`);
  await page.waitForTimeout(100);
  const before = await text('.stall-card');
  const lane = page.locator('.lane').nth(report.loops.findIndex((l) => l.tid === 101)).locator('.u-over');
  const box = await lane.boundingBox();
  // The range is the stall with as much before as after it.
  const offset = stall.start_ns - report.traces[0].monotonic_ns;
  const around = Math.max(stall.duration_ns * 20, report.traces[0].duration_ns / 100);
  const min = Math.max(0, offset - around / 2);
  const width = stall.duration_ns + around;
  const click = (time) => page.mouse.click(box.x + (box.width * (time - min)) / width, box.y + 20);
  // First where there is none, in the widest gap of what is in sight.
  const times = [min, ...report.stalls.filter((s) => s.tid === 101).map((s) => s.start_ns - report.traces[0].monotonic_ns)
    .filter((time) => time > min && time < min + width), min + width];
  const gap = times.slice(1).map((time, i) => [time - times[i], (time + times[i]) / 2]).sort((a, b) => b[0] - a[0])[0];
  await click(gap[1]);
  assert.match(await text('.stall-card'), /^Choose a stall/);
  await click(offset + stall.duration_ns / 2);
  assert.equal(await text('.stall-card'), before);
  assert.match(page.url(), new RegExp(`stall=${row}$`));
  await page.locator('.stall-card a').click();
  assert.ok(page.url().includes(`#/stall/${stall.signature}`));
});

test('distribution: histogram with the threshold, causes, who waited', async () => {
  await Browser.go(page, '#/distribution');
  const buckets = new Set(report.loops.flatMap((loop) => loop.histogram.map(([from]) => from)));
  assert.equal(await page.locator('.histogram .bar').count(), buckets.size);
  assert.equal(plain(await page.locator('.threshold-text').textContent()), 'threshold 10 ms');
  await page.getByRole('combobox', { name: 'Loop' }).selectOption('1');
  assert.equal(await page.locator('.histogram .bar').count(), report.loops[1].histogram.length);
  const causes = new Set([...report.signatures, ...report.machine, ...report.unfinished].map((s) => s.cause));
  assert.equal(await page.getByRole('region', { name: 'Causes' }).locator('li').count(), causes.size);
  clean();
});

test('text that would be markup is shown as text', async () => {
  const finding = report.findings.find((f) => f.function === HOSTILE);
  await Browser.go(page, `#/finding/${finding.fingerprint}`);
  assert.ok((await page.locator('.detail h2').textContent()).includes('</script><img src=x onerror='));
  const kind = [...report.signatures, ...report.machine].find((s) => s.frames[0]?.function === HOSTILE);
  await Browser.go(page, `#/stall/${kind.id}`);
  assert.ok((await page.locator('.frames').first().textContent()).includes('</script><img src=x onerror='));
  for (const view of ['flame', 'timeline', 'distribution', 'overview', 'stalls', 'findings']) await Browser.go(page, `#/${view}`);
  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  clean();
});

test('the policy allows no script but the page’s own, and no network', async () => {
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; img-src data:;/);
  const other = await browser.open(file);
  const reached = await other.evaluate(() => fetch('https://localhost/').then(() => 'reached', () => 'refused'));
  assert.equal(reached, 'refused');
  await other.evaluate(() => { document.body.insertAdjacentHTML('beforeend', '<img src="data:x" onerror="window.ran=1">'); });
  await other.waitForTimeout(50);
  assert.equal(await other.evaluate(() => window.ran), undefined);
  assert.ok(other.problems.some((problem) => /Content Security Policy/.test(problem)));
  assert.ok(!other.problems.some((problem) => problem.startsWith('request: https')), other.problems.join('\n'));
  await other.context().close();
});

test('every deep link opens what it names', async () => {
  const finding = report.findings[7];
  const kind = report.signatures[3];
  const cases = [
    [`#/finding/${finding.fingerprint}`, '.detail h2', finding.message.replaceAll("'", '')],
    [`#/stall/${kind.id}`, '.detail .selectable', kind.id],
    ['#/findings?tier=likely', '.pill[aria-pressed=true]', /^Likely/],
    ['#/finding/1:none', '.detail-pane h2', 'No such finding'],
    ['#/stall/none', '.detail-pane h2', 'No such stall'],
    ['#/nowhere', 'h2', 'No such page'],
    ['#/timeline?stall=3', '.stall-card', /ms at/],
    ['#/distribution?loop=2', 'select option:checked', /loop-/],
  ];
  for (const [hash, selector, expected] of cases) {
    const other = await browser.open(file, hash);
    const found = plain(await other.locator(selector).first().textContent());
    if (typeof expected === 'string') assert.equal(found, expected, hash);
    else assert.match(found, expected, hash);
    assert.deepEqual(other.problems, [], hash);
    await other.context().close();
  }
});

test('what is missing is said, with the command that gives it', async () => {
  const only = browser.file('findings.html', embed(PAGE, { findings: findings({ count: 5 }) }));
  let other = await browser.open(only);
  assert.match(await other.locator('.tiles').innerText(), /nostall run -o server.trace/);
  for (const view of ['stalls', 'flame', 'timeline', 'distribution']) {
    await Browser.go(other, `#/${view}`);
    assert.equal(await other.locator('main h2').innerText(), 'No measurements in this report', view);
    assert.match(await other.locator('.command').innerText(), /nostall report server.trace --findings findings.json --format html/, view);
  }
  await Browser.go(other, '#/findings');
  assert.equal(await other.locator('.pill', { hasText: 'Confirmed' }).count(), 0);
  assert.deepEqual(other.problems, []);
  await other.context().close();

  // As from check --measured.
  const compared = browser.file('compared.html', embed(PAGE, { findings: findings({ count: 5, joined: true, kinds: [{ id: 'a' }] }) }));
  other = await browser.open(compared);
  assert.match(await other.locator('.tiles').innerText(), /its stalls are not in this report/);
  await Browser.go(other, '#/findings');
  assert.ok(await other.locator('.detail .measured').isVisible());
  assert.deepEqual(other.problems, []);
  await other.context().close();

  const measured = browser.file('stalls.html', embed(PAGE, { stalls: stalls({ count: 40, kinds: 10, loops: 1, plain: true }) }));
  other = await browser.open(measured, '#/findings');
  assert.match(await other.locator('.command').innerText(), /nostall report server.trace --findings findings.json --format html/);
  await Browser.go(other, '#/distribution');
  assert.match(await other.locator('.note').innerText(), /only stalls are shown/);
  await Browser.go(other, '#/timeline');
  assert.match(await other.locator('.lane-head').innerText(), /no utilisation over time/);
  assert.deepEqual(other.problems, []);
  await other.context().close();

  const nothing = browser.file('nothing.html', embed(PAGE, { findings: findings({ count: 0 }), stalls: stalls({ count: 0, kinds: 0, loops: 0 }) }));
  other = await browser.open(nothing, '#/findings');
  assert.equal(await other.locator('main h2').innerText(), 'Nothing found');
  for (const [view, title] of [['stalls', 'No stalls'], ['timeline', 'No loop'], ['distribution', 'No stalls'], ['flame', 'No stalls']]) {
    await Browser.go(other, `#/${view}`);
    assert.equal(await other.locator('main h2').first().innerText(), title, view);
  }
  await Browser.go(other, '#/overview');
  assert.deepEqual(other.problems, []);
  await other.context().close();
});

test('one of them is not called many', async () => {
  const one = browser.file('one.html', embed(PAGE, { findings: findings({ count: 1 }), stalls: stalls({ count: 1, kinds: 1, loops: 1, plain: true }) }));
  const other = await browser.open(one, '#/findings');
  const status = () => other.locator('.filter-foot [role=status]:visible').first().innerText();
  assert.equal(plain(await status()), '1 finding');
  await Browser.go(other, '#/stalls');
  assert.equal(plain(await status()), '1 kind of stall');
  assert.deepEqual(other.problems, []);
  await other.context().close();
});

test('damaged data is said', async () => {
  const damaged = browser.file('damaged.html', embed(PAGE, joined).replace('"version":1', '"version"'));
  const context = await browser.chromium.newContext();
  const other = await context.newPage();
  await other.goto(`file://${damaged}`);
  assert.equal(await other.locator('h2').innerText(), 'This report cannot be shown');
  await context.close();
});
