import type { FuzzTarget } from '../engine/fuzz-target.ts';
import { bytePipes } from './byte-pipe.ts';
import { gpaLists } from './gpa-list.ts';
import { gpadls } from './gpadl.ts';
import { imageFiles } from './image-file.ts';
import { messagePipes } from './message-pipe.ts';
import { requests } from './requests.ts';
import { ringImages } from './ring-image.ts';
import { ringRead } from './ring-read.ts';
import { uioLayouts } from './uio-layout.ts';

/** All that is fuzzed, by the names of their folders in corpus/ and crashes/. */
export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  'ring-read': ringRead,
  'ring-image': ringImages,
  'image-file': imageFiles,
  'gpa-list': gpaLists,
  'message-pipe': messagePipes,
  'byte-pipe': bytePipes,
  requests,
  gpadl: gpadls,
  'uio-layout': uioLayouts,
};
