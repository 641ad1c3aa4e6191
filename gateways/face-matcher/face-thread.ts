import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import type * as Core from '@tensorflow/tfjs-core';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import type * as FaceApi from '@vladmandic/face-api';
import sharp from 'sharp';
import { documentFace, selfieFace } from './face-choice.ts';
import type { FoundFace } from './face-choice.ts';
import type { ThreadAnswer } from './thread-messages.ts';
import { ThreadRequest } from './thread-messages.ts';

/** The thread in which faces are found and described: a comparison takes tenths of a second of pure computation. */

// The libraries print what nobody asked for, and stdout may be a program's answer.
const quiet = (): void => {};
Object.assign(console, { log: quiet, info: quiet, warn: quiet, error: quiet, debug: quiet });

const require = createRequire(import.meta.url);
// CommonJS without named exports that Node could see, hence require; the types are the package's own.
const faceapi: typeof FaceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js');
const core: typeof Core = require('@tensorflow/tfjs');
const wasm: typeof Wasm = require('@tensorflow/tfjs-backend-wasm');

/** The detector works at 640; larger originals only cost memory. */
const LONGEST_SIDE = 1600;

interface DescribedFace extends FoundFace {
  readonly descriptor: Float32Array;
}

async function loadModels(): Promise<void> {
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`);
  await core.setBackend('wasm');
  await core.ready();
  const folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  await faceapi.nets.tinyFaceDetector.loadFromDisk(folder);
  await faceapi.nets.faceLandmark68Net.loadFromDisk(folder);
  await faceapi.nets.faceRecognitionNet.loadFromDisk(folder);
}

async function facesIn(image: Uint8Array): Promise<DescribedFace[] | null> {
  const decoded = await decode(image);
  if (decoded === null) return null;
  const { data, width, height, scale } = decoded;
  const tensor = core.tensor3d(data, [height, width, 3], 'int32');
  try {
    const options = new faceapi.TinyFaceDetectorOptions({ inputSize: 640, scoreThreshold: 0.5 });
    // face-api is typed against the tfjs bundle and takes any tensor of the shape.
    const found = await faceapi.detectAllFaces(tensor, options).withFaceLandmarks().withFaceDescriptors();
    return found.map(({ detection, descriptor }) => ({
      width: detection.box.width * scale,
      height: detection.box.height * scale,
      descriptor,
    }));
  } finally {
    tensor.dispose();
  }
}

async function decode(image: Uint8Array): Promise<{ data: Uint8Array; width: number; height: number; scale: number } | null> {
  try {
    const original = await sharp(image).metadata();
    const { data, info } = await sharp(image, { failOn: 'error' })
      .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, scale: original.width / info.width };
  } catch {
    return null;
  }
}

async function compare(document: Uint8Array, selfie: Uint8Array): Promise<ThreadAnswer['outcome']> {
  const onDocument = await facesIn(document);
  if (onDocument === null) return { kind: 'failed', reason: 'IMAGE_UNREADABLE' };
  const one = documentFace(onDocument);
  if (one.kind === 'failed') return one;
  const onSelfie = await facesIn(selfie);
  if (onSelfie === null) return { kind: 'failed', reason: 'IMAGE_UNREADABLE' };
  const other = selfieFace(onSelfie);
  if (other.kind === 'failed') return other;
  return { kind: 'compared', distance: faceapi.euclideanDistance(one.face.descriptor, other.face.descriptor) };
}

/** A comparison that breaks fails alone; the ones waiting behind it go on. */
async function outcomeOf(request: ThreadRequest): Promise<ThreadAnswer['outcome']> {
  if (request.kind === 'warm') return { kind: 'warm' };
  try {
    return await compare(request.document, request.selfie);
  } catch (error) {
    return { kind: 'broken', cause: String(error) };
  }
}

const port = parentPort;
if (port !== null) {
  const loaded = loadModels();
  // One after the other: two at once would take as long and twice the memory.
  let last: Promise<void> = loaded;
  port.on('message', (message: unknown) => {
    const request = ThreadRequest.parse(message);
    const answer = async (): Promise<void> => {
      await loaded;
      port.postMessage({ id: request.id, outcome: await outcomeOf(request) } satisfies ThreadAnswer);
    };
    last = last.then(answer);
  });
}
