import { demoCommand } from '../../src/cli/demo-command.ts';
import { withFault } from './demo-faults.ts';

// The command with a broken host. The first argument says in which way it is broken.
const [, , fault = 'none', ...args] = process.argv;
await demoCommand(withFault('host', fault)).parseAsync(args, { from: 'user' });
