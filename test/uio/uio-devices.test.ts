import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type UioErrorCode, UioError } from '../../src/transport/node/uio/uio-error.ts';
import { listUioDevices } from '../../src/transport/node/uio/uio-devices.ts';
import { CLASS, FakeSysfs, INSTANCE } from './fake-sysfs.ts';

function list(sysfs: FakeSysfs): ReturnType<typeof listUioDevices> {
  return listUioDevices({ sysfs: sysfs.root });
}

function assertUioError(code: UioErrorCode, message: RegExp, run: () => unknown): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof UioError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

test('a bound device is listed with all that a channel needs', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio3', { monitorId: 5, number: '240:3' });
  assert.deepEqual(list(sysfs), [
    {
      name: 'uio3',
      path: '/dev/uio3',
      instanceId: INSTANCE,
      classId: CLASS,
      relid: 14,
      monitorId: 5,
      major: 240,
      minor: 3,
      maps: [
        { name: 'txrx_rings', size: 0x400000, offset: 0 },
        { name: 'int_page', size: 4096, offset: 0 },
        { name: 'monitor_page', size: 4096, offset: 0 },
      ],
    },
  ]);
});

test('devices are listed by the names of their instances, those that are not bound to uio_hv_generic are left out', () => {
  using sysfs = new FakeSysfs();
  sysfs.addDevice('uio1', { instance: 'ffffffff-0000-0000-0000-000000000001' });
  sysfs.addDevice('uio0', { instance: '00000000-0000-0000-0000-000000000002' });
  sysfs.addDevice('uio2', { instance: '00000000-0000-0000-0000-000000000003', driver: 'hv_netvsc' });
  sysfs.addDevice('uio4', { instance: '00000000-0000-0000-0000-000000000004', driver: null });
  assert.deepEqual(
    list(sysfs).map(({ name }) => name),
    ['uio0', 'uio1'],
  );
});

test('there are none without a VMBus, nor without sysfs', () => {
  using sysfs = new FakeSysfs();
  assert.deepEqual(list(sysfs), []);
  assert.deepEqual(listUioDevices({ sysfs: `${sysfs.root}/none` }), []);
  assert.ok(Array.isArray(listUioDevices()));
});

test('a GUID may stand without braces, and in capitals', () => {
  using sysfs = new FakeSysfs();
  const folder = sysfs.addDevice('uio0');
  sysfs.write(`${folder}/class_id`, CLASS.toUpperCase());
  assert.equal(list(sysfs)[0]?.classId, CLASS);
});

for (const gone of ['id', 'class_id', 'device_id', 'uio', 'uio/uio0/name', 'uio/uio0/dev', 'uio/uio0/maps/map1/size']) {
  test(`a device that goes away between two files is left out: ${gone}`, () => {
    using sysfs = new FakeSysfs();
    const folder = sysfs.addDevice('uio0');
    sysfs.remove(`${folder}/${gone}`);
    assert.deepEqual(list(sysfs), []);
  });
}

const GARBAGE: readonly (readonly [file: string, text: string])[] = [
  ['id', ''],
  ['id', '-1'],
  ['id', '0x10'],
  ['id', '14 '],
  ['id', '16384'],
  ['id', '99999999999999999999'],
  ['id', '1e3'],
  ['monitor_id', '128'],
  ['monitor_id', 'none'],
  ['class_id', '{f8615163-df3e-46c5-913f-f2d2f965ed0}'],
  ['class_id', `${CLASS}${CLASS}`],
  ['device_id', ''],
  ['device_id', 'x'.repeat(5000)],
  ['uio/uio0/name', 'uio_pci_generic'],
  ['uio/uio0/dev', '240'],
  ['uio/uio0/dev', '240:0:1'],
  ['uio/uio0/dev', '-1:0'],
  ['uio/uio0/dev', '9999999:0'],
  ['uio/uio1/name', 'uio_hv_generic'],
  ['uio/uio0/maps/map0/size', '4194304'],
  ['uio/uio0/maps/map0/size', '0x'],
  ['uio/uio0/maps/map0/size', '0xffffffffffffffff'],
  ['uio/uio0/maps/map0/offset', 'zero'],
  ['uio/uio0/maps/map7/name', 'what'],
  ['uio/uio0/maps/map1x/name', 'what'],
];

for (const [file, text] of GARBAGE) {
  test(`garbage in sysfs is refused: ${file} holding ${JSON.stringify(text.slice(0, 40))}`, () => {
    using sysfs = new FakeSysfs();
    const folder = sysfs.addDevice('uio0', { monitorId: 0 });
    sysfs.write(`${folder}/${file}`, text);
    assertUioError('InvalidSysfs', new RegExp(folder), () => list(sysfs));
  });
}

test('more maps than a kernel makes are refused, and a folder that is called otherwise', () => {
  using sysfs = new FakeSysfs();
  const folder = sysfs.addDevice('uio0');
  for (let i = 3; i < 6; i++) sysfs.writeMap(`${folder}/uio/uio0`, i, 'what', 4096);
  assertUioError('InvalidSysfs', /6 maps/, () => list(sysfs));
  using other = new FakeSysfs();
  other.addDevice('uiox');
  assertUioError('InvalidSysfs', /uiox/, () => list(other));
});
