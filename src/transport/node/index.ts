export { type BytePipeDuplexOptions, toDuplex } from './duplex.ts';
export { type MapFileOptions, MappedFile, mapFile } from './mapping/mapped-file.ts';
export {
  MAPPED_FILE_ERRORS,
  MappedFileError,
  type MappedFileErrorCode,
  type MappedFileErrorOptions,
} from './mapping/mapped-file-error.ts';
export type { MapAccess } from './mapping/open-file.ts';
export { createChannelFile, createSealedChannelFile, type SealedChannelFile } from './processes/create-channel-file.ts';
export { openChannelFile, type OpenChannelFileOptions } from './processes/open-channel-file.ts';
export { openUioChannel, type UioChannelOptions } from './uio/open-uio-channel.ts';
export { listUioDevices, type UioDeviceInfo, type UioMap, type UioSysfsOptions } from './uio/uio-devices.ts';
export { UIO_ERRORS, UioError, type UioErrorCode } from './uio/uio-error.ts';
