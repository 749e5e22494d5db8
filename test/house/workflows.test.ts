// What runs elsewhere, with rights of its own: each action is the one that was looked at, and nobody has more rights than needed.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { releaseProblems } from '../../scripts/check-release.ts';
import { ROOT } from '../../scripts/project.ts';

const FOLDER = join(ROOT, '.github/workflows');

const workflows = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

function workflow(name: string): string {
  return workflows.find((file) => file.name === name)!.text;
}

test('each action is a commit, with its version beside it, or lies in this repository', () => {
  let seen = 0;
  for (const { name, text } of workflows) {
    for (const [, used = ''] of text.matchAll(/uses: *(.*)/g)) {
      seen++;
      assert.match(used, /^(\.\/[\w./-]+|[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+)$/, name);
    }
  }
  assert.ok(seen >= 7, `${seen} actions`);
});

test('each workflow has no rights but those that its jobs ask for', () => {
  for (const { name, text } of workflows) {
    assert.match(text, /^permissions: \{\}$/m, name);
    assert.doesNotMatch(text, /secrets\.|write-all|pull_request_target/, name);
    // What outsiders can choose is not put into a script: it would be run.
    assert.doesNotMatch(text, /run:.*\$\{\{/, name);
    const asked = [...text.matchAll(/^ +([\w-]+): (?:read|write)$/gm)].map(([line]) => line.trim());
    const allowed = new Set(name === 'publish.yml' ? ['contents: read', 'id-token: write'] : ['contents: read']);
    assert.deepEqual(new Set(asked), allowed, name);
    assert.equal(text.match(/^ {4}permissions:$/gm)?.length, text.match(/^ {4}(?:runs-on|uses):/gm)?.length, name);
    assert.equal(text.match(/persist-credentials: false/g)?.length, text.match(/actions\/checkout@/g)?.length, name);
  }
});

test('what is published has its provenance, is what the tag says, and ran none of the scripts of what it needs', () => {
  const text = workflow('publish.yml');
  const steps = [...text.matchAll(/^ {6}- run: (.*)$/gm)].map(([, command]) => command);
  assert.deepEqual(steps, [
    'node scripts/check-release.ts "$GITHUB_REF_NAME"',
    'npm ci --ignore-scripts',
    'npm publish --provenance --access public',
  ]);
  const { publishConfig } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { publishConfig: unknown };
  assert.deepEqual(publishConfig, { access: 'public', provenance: true });
});

test('a release is its version, is in the change log, and says where it comes from', () => {
  const release = { version: '1.2.3', repository: { url: 'git+https://host/owner/name.git' } };
  assert.deepEqual(releaseProblems('v1.2.3', release, '# Changes\n\n## 1.2.3\n'), []);
  assert.deepEqual(
    releaseProblems('v1.2.4', { version: '1.2.3' }, '## 1.2\n').map((problem) => problem.split(':')[0]),
    [
      "the tag is v1.2.4, and package.json's version 1.2.3",
      'CHANGELOG.md has no section of 1.2.3',
      'package.json has no repository',
    ],
  );
});
