// Whether this is what the tag says, and can be published with its provenance: `node scripts/check-release.ts v1.2.3`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.ts';

/** What is looked at of `package.json`. */
export interface Release {
  readonly version: string;
  readonly repository?: string | { readonly type?: string; readonly url?: string };
}

/** Why it cannot be published as `tag`: nothing where it can. */
export function releaseProblems(tag: string, { version, repository }: Release, changelog: string): string[] {
  const problems: string[] = [];
  if (tag !== `v${version}`)
    problems.push(`the tag is ${tag}, and package.json's version ${version}: it has to be v${version}`);
  if (!changelog.split('\n').some((line) => line.startsWith('## ') && line.includes(version))) {
    problems.push(`CHANGELOG.md has no section of ${version}`);
  }
  const url = typeof repository === 'string' ? repository : repository?.url;
  if (url === undefined || url === '') {
    problems.push('package.json has no repository: the registry compares it with where the provenance comes from');
  }
  return problems;
}

function main(): number {
  const tag = process.argv[2] ?? '';
  const release = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Release;
  const problems = releaseProblems(tag, release, readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'));
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = main();
