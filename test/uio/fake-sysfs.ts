import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TestFolder } from '../support/test-folder.ts';

export const INSTANCE = '7a08391f-f5a0-4ac0-9802-d13fd964f8df';
export const CLASS = 'f8615163-df3e-46c5-913f-f2d2f965ed0e';

/** A folder of one test, in which there is a sysfs with VMBus devices as a kernel would show them. */
export class FakeSysfs {
  readonly #folder: TestFolder = new TestFolder();
  readonly root: string = this.#folder.path;

  /** A file of a device, or of all: `path` begins behind `/sys`. */
  write(path: string, text: string): void {
    const file = this.#folder.file(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  remove(path: string): void {
    rmSync(this.#folder.file(path), { recursive: true });
  }

  /** A device, bound to `driver` (`null`: to none) as `/dev/NAME`. */
  addDevice(name: string, options: FakeDevice = {}): string {
    const { instance = INSTANCE, driver = 'uio_hv_generic', ringMapSize = 0x400000, number = '240:0' } = options;
    const folder = `bus/vmbus/devices/${instance}`;
    this.write(`${folder}/device_id`, `{${instance}}\n`);
    this.write(`${folder}/class_id`, `{${CLASS}}\n`);
    this.write(`${folder}/id`, '14\n');
    if (options.monitorId !== undefined) this.write(`${folder}/monitor_id`, `${options.monitorId}\n`);
    if (driver !== null) symlinkSync(`../../../bus/vmbus/drivers/${driver}`, join(this.root, folder, 'driver'));
    const uio = `${folder}/uio/${name}`;
    this.write(`${uio}/name`, 'uio_hv_generic\n');
    this.write(`${uio}/dev`, `${number}\n`);
    this.writeMap(uio, 0, 'txrx_rings', ringMapSize);
    this.writeMap(uio, 1, 'int_page', 4096);
    this.writeMap(uio, 2, 'monitor_page', 4096);
    return folder;
  }

  /** Numbers as newer kernels print them. */
  writeMap(uio: string, index: number, name: string, size: number, offset = 0): void {
    const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(16, '0')}\n`;
    this.write(`${uio}/maps/map${index}/name`, `${name}\n`);
    this.write(`${uio}/maps/map${index}/addr`, hexadecimal(0x1234000));
    this.write(`${uio}/maps/map${index}/size`, hexadecimal(size));
    this.write(`${uio}/maps/map${index}/offset`, hexadecimal(offset));
  }

  [Symbol.dispose](): void {
    this.#folder.remove();
  }
}

export interface FakeDevice {
  readonly instance?: string;
  readonly driver?: string | null;
  readonly monitorId?: number;
  readonly ringMapSize?: number;
  readonly number?: string;
}
