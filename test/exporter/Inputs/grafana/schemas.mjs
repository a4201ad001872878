// Prints JSON schemas of Grafana's types: of a dashboard, a panel, a query to
// Prometheus, and of the options of panels, {NAME: SCHEMA}.
// usage: schemas.mjs PANEL-TYPE...
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.NODE_MODULES, 'here.js'));
const { createGenerator } = require('ts-json-schema-generator');
const raw = path.join(process.env.NODE_MODULES, '@grafana/schema/dist/esm/raw');

/** The schema of a type in the only file of types of a folder. */
function schema(folder, type) {
  const [file] = readdirSync(path.join(raw, folder)).filter((name) => name.endsWith('.gen.d.ts'));
  return createGenerator({
    path: path.join(raw, folder, file), type, skipTypeCheck: true, additionalProperties: false,
  }).createSchema(type);
}

const all = {
  Dashboard: schema('dashboard/x', 'Dashboard'),
  Panel: schema('dashboard/x', 'Panel'),
  Query: schema('composable/prometheus/dataquery/x', 'PrometheusDataQuery'),
};
for (const type of process.argv.slice(2)) {
  all[`${type} Options`] = schema(`composable/${type}/panelcfg/x`, 'Options');
  // Not all panels have fields with options of their own.
  try {
    all[`${type} FieldConfig`] = schema(`composable/${type}/panelcfg/x`, 'FieldConfig');
  } catch (error) {
    if (!/No root type "FieldConfig"/.test(String(error.message))) throw error;
  }
}
console.log(JSON.stringify(all));
