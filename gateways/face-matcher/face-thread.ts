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
// The same module by another name, whose tensors are typed as face-api types them.
const { tf } = faceapi;
const wasm: typeof Wasm = require('@tensorflow/tfjs-backend-wasm');

/** The detector works at 640; larger originals only cost memory. */
const LONGEST_SIDE = 1600;

interface DetectedFace extends FoundFace {
  readonly detection: FaceApi.FaceDetection;
}

type Tensor = ReturnType<typeof FaceApi.tf.tensor3d>;

interface Opened {
  readonly tensor: Tensor;
  readonly faces: readonly DetectedFace[];
}

/**
 * The detector's input sizes. 640 is what the similarity is calibrated with; a face that nearly fills the picture is
 * at times seen at 512 alone, so that a second person is not missed. The others are tried only while there is none.
 */
const SIZES = [640, 512] as const;
const MORE_SIZES = [800, 416] as const;

async function loadModels(): Promise<void> {
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))}/`);
  await core.setBackend('wasm');
  await core.ready();
  const folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  await faceapi.nets.tinyFaceDetector.loadFromDisk(folder);
  await faceapi.nets.faceLandmark68Net.loadFromDisk(folder);
  await faceapi.nets.faceRecognitionNet.loadFromDisk(folder);
}

/** Runs `use` with the picture and the faces in it; null when the picture cannot be decoded. */
async function open<T>(image: Uint8Array, use: (opened: Opened) => Promise<T>): Promise<T | null> {
  const decoded = await decode(image);
  if (decoded === null) return null;
  const { data, width, height, scale } = decoded;
  const tensor = tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    const detections: FaceApi.FaceDetection[] = [];
    for (const inputSize of [...SIZES, ...MORE_SIZES]) {
      if (detections.length > 0 && inputSize === MORE_SIZES[0]) break;
      const seen = await faceapi.detectAllFaces(tensor, new faceapi.TinyFaceDetectorOptions({ inputSize, scoreThreshold: 0.5 }));
      detections.push(...seen.filter(({ box }) => detections.every((known) => faceapi.iou(box, known.box) < 0.3)));
    }
    const faces = detections.map((detection) => ({ width: detection.box.width * scale, height: detection.box.height * scale, detection }));
    return await use({ tensor, faces });
  } finally {
    tensor.dispose();
  }
}

/** The face's descriptor, 128 numbers, taken from the face turned upright by its landmarks. */
async function describe(tensor: Tensor, detection: FaceApi.FaceDetection): Promise<Float32Array> {
  const landmarks = await withCrop(tensor, detection, (crop) => faceapi.nets.faceLandmark68Net.detectLandmarks(crop));
  const found = faceapi.extendWithFaceLandmarks({ detection }, one(landmarks));
  const aligned = found.landmarks.align(null, { useDlibAlignment: true });
  return one(await withCrop(tensor, aligned, (crop) => faceapi.nets.faceRecognitionNet.computeFaceDescriptor(crop)));
}

async function withCrop<T>(tensor: Tensor, area: FaceApi.FaceDetection | FaceApi.Box, use: (crop: Tensor) => Promise<T>): Promise<T> {
  const [crop] = await faceapi.extractFaceTensors(tensor, [area]);
  if (crop === undefined) throw new Error('no crop');
  try {
    return await use(crop);
  } finally {
    crop.dispose();
  }
}

/** The networks answer with a list for a batch and with one for one. */
function one<T>(answer: T | T[]): T {
  const [first] = Array.isArray(answer) ? answer : [answer];
  if (first === undefined) throw new Error('no answer');
  return first;
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

type Described = { readonly kind: 'described'; readonly descriptor: Float32Array } | { readonly kind: 'failed'; readonly reason: string };

async function describeChosen(image: Uint8Array, choose: typeof documentFace): Promise<Described> {
  const described = await open(image, async ({ tensor, faces }): Promise<Described> => {
    const choice = choose(faces);
    return choice.kind === 'failed' ? choice : { kind: 'described', descriptor: await describe(tensor, choice.face.detection) };
  });
  return described ?? { kind: 'failed', reason: 'IMAGE_UNREADABLE' };
}

async function compare(document: Uint8Array, selfie: Uint8Array): Promise<ThreadAnswer['outcome']> {
  const [first, second] = [await describeChosen(document, documentFace), await describeChosen(selfie, selfieFace)];
  if (first.kind === 'failed') return first;
  if (second.kind === 'failed') return second;
  return { kind: 'compared', distance: faceapi.euclideanDistance(first.descriptor, second.descriptor) };
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
