// Bundles the HTML report into one file that needs nothing else: scripts and
// styles inline, and a policy that names them by their hashes and forbids all
// else, above all the network.
//
// usage: node build.mjs SOURCE-FOLDER NODE-MODULES OUTPUT
//
// The output still has the marks @@NOSTALL_...@@, which tool/output/Html.cpp
// replaces by data.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const [source, modules, output] = process.argv.slice(2).map((name) => path.resolve(name));
const require = createRequire(path.join(modules, 'here.js'));
const esbuild = require('esbuild');

const result = await esbuild.build({
  entryPoints: [path.join(source, 'src/main.ts')],
  bundle: true,
  write: false,
  outdir: path.dirname(output),
  nodePaths: [modules],
  format: 'iife',
  target: ['es2022', 'chrome110', 'firefox115', 'safari16.4'],
  minify: true,
  // d3-flame-graph asks for the name of d3-hierarchy's class Node.
  keepNames: true,
  // Data and marks are ASCII or escaped; so is the script.
  charset: 'ascii',
  legalComments: 'none', // All licences are in the page.
  metafile: true,
  logLevel: 'warning',
});

const text = (suffix) => result.outputFiles.find((file) => file.path.endsWith(suffix)).text.trim();
const script = text('.js');
const style = text('.css');
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
  throw new Error('the bundle holds a tag that would end its element');
}

const hash = (content) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The licences of the packages that are in the bundle, by name. */
async function licences() {
  const names = new Set(Object.keys(result.metafile.inputs)
    .map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean));
  const texts = [];
  for (const name of [...names].sort()) {
    const folder = path.join(modules, name);
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} has no licence file`);
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    texts.push(`${name} ${version}\n\n${(await readFile(path.join(folder, file), 'utf8')).trim()}`);
  }
  // Angle brackets stand around addresses only.
  return texts.join('\n\n----\n\n').replaceAll('<', '(').replaceAll('>', ')');
}

const page = await readFile(path.join(source, 'src/index.html'), 'utf8');
const notices = await licences();
// Functions, since "$&" in the bundle is no reference to the match.
await writeFile(output, page
  .replace('@@POLICY@@', () => policy)
  .replace('@@STYLE@@', () => style)
  .replace('@@LICENCES@@', () => notices)
  .replace('@@SCRIPT@@', () => script));
