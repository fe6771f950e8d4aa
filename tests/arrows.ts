/** `npm run check`: imports point one way only. Prints each import against the arrows and exits with 1. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const importPattern = /(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/g;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** The model's folder a file of drivers/ lies in, e.g. drivers/id-card-reader/samv. */
function modelOf(file: string): string | null {
  const [top, group, model] = file.split('/');
  const shared = ['contract', 'host', 'transport'];
  return top === 'drivers' && group && model && !shared.includes(group) ? `drivers/${group}/${model}` : null;
}

/** Rooms that stand outside the terminal proper and play the world around it. */
const world = /^runtime\/(main\.ts|simulation\/|rehearsal\/)/;

const rules: readonly { readonly says: string; readonly breaks: (each: Import) => boolean }[] = [
  {
    says: 'a driver never imports runtime/ or ui/',
    breaks: ({ from, to }) => from.startsWith('drivers/') && /^(runtime|ui)\//.test(to),
  },
  {
    says: 'ui/ imports nothing but the types of runtime/server/protocol.ts',
    breaks: ({ from, to, typeOnly }) =>
      from.startsWith('ui/') && !to.startsWith('ui/') && !(to === 'runtime/server/protocol.ts' && typeOnly),
  },
  {
    says: "a model's folder never imports another model's",
    breaks: ({ from, to }) => modelOf(from) !== null && modelOf(to) !== null && modelOf(from) !== modelOf(to),
  },
  {
    says: 'drivers/host alone knows the models',
    breaks: ({ from, to }) => /^drivers\/(contract|transport)\//.test(from) && modelOf(to) !== null,
  },
  {
    says: 'a room of runtime/ imports drivers/contract and no other driver code',
    breaks: ({ from, to }) =>
      from.startsWith('runtime/') &&
      !world.test(from) &&
      to.startsWith('drivers/') &&
      !to.startsWith('drivers/contract/'),
  },
  {
    says: 'rooms do not import the wiring',
    breaks: ({ from, to }) => /^runtime\/[a-z]+\//.test(from) && to === 'runtime/main.ts',
  },
  {
    says: 'the terminal does not import the simulated world',
    breaks: ({ from, to }) =>
      /^runtime\//.test(from) &&
      !world.test(from) &&
      !/^runtime\/(cli|start)\.ts/.test(from) &&
      /^runtime\/(simulation|rehearsal)\//.test(to),
  },
];

async function importsOf(file: string): Promise<Import[]> {
  const text = await readFile(join(root, file), 'utf8');
  return [...text.matchAll(importPattern)]
    .map((match) => ({ specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }))
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => ({
      from: file,
      to: relative(root, join(root, dirname(file), specifier)),
      typeOnly,
    }));
}

const files: string[] = [];
for (const folder of ['runtime', 'drivers', 'ui', 'config'])
  for (const name of await readdir(join(root, folder), { recursive: true }))
    if (/\.tsx?$/.test(name)) files.push(`${folder}/${name}`);
const all = (await Promise.all(files.map(importsOf))).flat();
const broken = rules.flatMap((rule) =>
  all.filter(rule.breaks).map((each) => `${each.from} imports ${each.to}: ${rule.says}`),
);
for (const line of broken) process.stderr.write(`${line}\n`);
process.stdout.write(
  `import arrows: ${files.length} files, ${all.length} imports, ${broken.length} against the arrows\n`,
);
process.exitCode = broken.length > 0 ? 1 : 0;
