// Runs TypeScript's checker over the sources of the page; esbuild, which bundles
// them, only strips the types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const { NODE_MODULES, PAGE_MODULES, REPORT_SOURCES } = process.env;
const folder = mkdtempSync(path.join(tmpdir(), 'nostall-types-'));
writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({
  extends: path.join(REPORT_SOURCES, 'tsconfig.json'),
  compilerOptions: {
    // Neither set of packages stands beside the sources.
    paths: { '*': [`${NODE_MODULES}/@types/*`, `${PAGE_MODULES}/*`] },
  },
  include: [path.join(REPORT_SOURCES, 'src')],
}));
const { status } = spawnSync(process.execPath, [path.join(NODE_MODULES, 'typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
process.exit(status ?? 1);
