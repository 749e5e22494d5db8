// Serves one page and its scripts under several folders, which differ in the headers that come with everything in them.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserBundles } from './browser-bundles.ts';

/** No other machine reaches it. */
const LOOPBACK = '127.0.0.1';

type Headers = Readonly<Record<string, string>>;

/** Pages that differ in the headers that come with all that belongs to them. */
export type PageKind = 'isolated' | 'strict' | 'plain';

const ISOLATION: Headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const FOLDERS: Readonly<Record<PageKind, Headers>> = {
  /** With what shared memory needs. */
  isolated: ISOLATION,
  /** The same, where scripts may neither be evaluated nor compiled from WebAssembly. */
  strict: { ...ISOLATION, 'Content-Security-Policy': "default-src 'self'" },
  /** Without: there is no SharedArrayBuffer. */
  plain: {},
};

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>vmbus-ring</title>
<script type="module" src="page.js"></script>
`;

export interface BrowserServer {
  /** The address of that page. */
  pageUrl(kind: PageKind): string;
  close(): Promise<void>;
}

/** Listens on a free port that only this machine reaches. */
export async function serve(bundles: BrowserBundles): Promise<BrowserServer> {
  const server = createServer((request, response) => {
    if (!isMeant(request)) {
      response.writeHead(421).end();
      return;
    }
    if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const [, folder, name] = /^\/(\w+)\/([\w.-]*)$/.exec(request.url ?? '') ?? [];
    const text = name === '' ? PAGE : bundles.script(name ?? '');
    if (folder === undefined || !Object.hasOwn(FOLDERS, folder) || text === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = name === '' ? 'text/html' : 'text/javascript';
    response.writeHead(200, {
      ...FOLDERS[folder as PageKind],
      'Content-Type': `${type}; charset=utf-8`,
      'Cache-Control': 'no-store',
    });
    response.end(text);
  });
  await listen(server);
  const { port } = server.address() as AddressInfo;
  return {
    pageUrl: (kind) => `http://${LOOPBACK}:${port}/${kind}/`,
    close: () => close(server),
  };
}

/** Whether it is this server that was asked for: a page of elsewhere, whose name leads to this machine by now, asks by that name. */
function isMeant({ headers, socket }: IncomingMessage): boolean {
  return headers.host === `${LOOPBACK}:${socket.localPort}`;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
