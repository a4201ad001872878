// Chromium's own reader of Chrome traces, the Performance panel of its developer
// tools, loads an export as a user does, by its button; printed are the lanes
// and what is in them. (chrome://tracing is gone from Debian's Chromium.)
// usage: devtools.mjs TRACE.json SCREENSHOT.png
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const require = createRequire(path.join(process.env.NODE_MODULES, 'here.js'));
const { chromium } = require('playwright-core');
const [trace, screenshot] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'nostall-devtools-'));

/** Runs in the page: what the panel shows. Its charts are drawn on canvases. */
async function shown() {
  const { TimelinePanel } = await import('/devtools/panels/timeline/timeline.js');
  const panel = TimelinePanel.TimelinePanel.instance();
  if (!panel.hasActiveTrace()) return null;
  const provider = panel.getFlameChart().getMainDataProvider();
  const data = provider.timelineData();
  // A process' group begins at the level of its first thread.
  const lane = (level) => data.groups.filter((group) => group.startLevel <= level).map((group) => group.name).at(-1);
  return [...data.entryLevels].map((level, i) => `${lane(level)}: at ${data.entryStartTimes[i]} ms for `
    + `${data.entryTotalTimes[i]} ms: ${provider.entryTitle(i)}`);
}

const browser = await chromium.launchPersistentContext(folder, {
  executablePath: '/usr/bin/chromium', viewport: { width: 1400, height: 900 },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--remote-debugging-port=0', '--remote-allow-origins=*'],
});
try {
  const [port] = readFileSync(path.join(folder, 'DevToolsActivePort'), 'utf8').split('\n');
  const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
  const target = targets.find((entry) => entry.type === 'page').webSocketDebuggerUrl.replace('ws://', '');
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/devtools/inspector.html?ws=${target}&panel=timeline`);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'), page.getByRole('button', { name: /^load/i }).first().click()]);
  await chooser.setFiles(trace);
  let rows = null;
  for (const end = Date.now() + 20000; !rows && Date.now() < end;) {
    await page.waitForTimeout(200);
    rows = await page.evaluate(shown);
  }
  await page.screenshot({ path: screenshot });
  if (!rows) throw new Error('the panel has not loaded the trace');
  console.log(rows.join('\n'));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
