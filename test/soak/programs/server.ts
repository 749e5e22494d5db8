// Answers requests with their bytes in reverse, until its peer is gone: `server.ts FILE`.
import { RequestChannel } from '../../../src/index.ts';
import { openChannelFile } from '../../../src/transport/node/index.ts';

const [path = ''] = process.argv.slice(2);
const server = new RequestChannel(openChannelFile(path, { end: 1 }));
await server.serve(({ payload }) => payload.toReversed());
server.close();
