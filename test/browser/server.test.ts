import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, it } from 'node:test';
import type { BrowserBundles } from '../../scripts/browser-bundles.ts';
import { serve } from '../../scripts/browser-server.ts';

const bundles = {
  script: (name: string) => (name === 'page.js' ? 'export {};' : undefined),
} as unknown as BrowserBundles;
const server = await serve(bundles);
after(() => server.close());

const url = new URL(server.pageUrl('plain'));

async function statusFor(path: string, host?: string): Promise<number | undefined> {
  const request = get(new URL(path, url), { headers: host === undefined ? {} : { host }, timeout: 5000 });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

it('serves those who ask for it by its address', async () => {
  assert.equal(await statusFor('/plain/'), 200);
  assert.equal(await statusFor('/plain/page.js'), 200);
  assert.equal(await statusFor('/plain/other.js'), 404);
  assert.equal(await statusFor('/plain/../../package.json'), 404);
});

it('serves nobody who asks for another host: a name of elsewhere may lead to this machine', async () => {
  for (const host of [
    'example.com',
    `example.com:${url.port}`,
    '127.0.0.1',
    `127.0.0.1:${Number(url.port) + 1}`,
    `localhost:${url.port}`,
  ]) {
    assert.equal(await statusFor('/plain/', host), 421, host);
  }
});

it('is not there for other machines', async () => {
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address, internal, family } of others) {
    if (internal || family !== 'IPv4') continue;
    const socket = connect({ host: address, port: Number(url.port), timeout: 2000 });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED', address);
  }
  assert.equal(url.hostname, '127.0.0.1');
});
