import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createWorker, OEM } from 'tesseract.js';
import type { Worker as Tesseract } from 'tesseract.js';
import { z } from 'zod';
import { ServiceUnavailable } from '../errors.ts';

const Box = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });
const Word = z.object({ text: z.string(), confidence: z.number(), bbox: Box });
const Line = z.object({ text: z.string(), confidence: z.number(), bbox: Box, words: z.array(Word) });
const Page = z.object({
  blocks: z.array(z.object({ paragraphs: z.array(z.object({ lines: z.array(Line) })) })).nullable(),
});
export type SeenLine = z.infer<typeof Line>;

export interface EngineSettings {
  /** `legacy` knows OCR-B and keeps runs of <; `lstm` reads print better. */
  readonly model: 'legacy' | 'lstm';
  readonly parameters: Readonly<Record<string, string>>;
  /** Most workers alive, each a thread. */
  readonly workers: number;
  readonly timeoutMs: number;
}

export interface Engine {
  /** Lines of a PNG or JPEG in pixels, as found. Throws ServiceUnavailable when a worker dies or takes too long. */
  lines(image: Buffer): Promise<readonly SeenLine[]>;
  /** Starts one worker ahead of time. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

interface Hand {
  readonly tesseract: Tesseract;
  readonly thread: Worker | null;
  readonly died: Promise<never>;
}

/** A pool of tesseract.js workers of one model, started when first needed. */
export function createEngine(settings: EngineSettings): Engine {
  const idle: Hand[] = [];
  const all = new Set<Hand>();
  const queue: (() => void)[] = [];
  let out = 0;

  const take = async (): Promise<Hand> => {
    while (out >= settings.workers) await new Promise<void>((resolve) => queue.push(resolve));
    out += 1;
    try {
      const hand = idle.pop() ?? (await startHand(settings));
      all.add(hand);
      hand.thread?.ref();
      return hand;
    } catch (error) {
      release();
      throw new ServiceUnavailable(SERVICE, { cause: error });
    }
  };

  const release = (): void => {
    out -= 1;
    queue.shift()?.();
  };

  const discard = async (hand: Hand): Promise<void> => {
    all.delete(hand);
    await hand.tesseract.terminate();
  };

  const give = (hand: Hand): void => {
    if (all.has(hand)) {
      // An idle thread must not keep a process alive that has nothing else to do.
      hand.thread?.unref();
      idle.push(hand);
    }
    release();
  };

  return {
    async lines(image) {
      const hand = await take();
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => reject(new Error('timed out')), settings.timeoutMs);
        });
        const result = await Promise.race([hand.tesseract.recognize(image, {}, { text: false, blocks: true }), hand.died, late]);
        const page = Page.parse(result.data);
        return (page.blocks ?? []).flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
      } catch (error) {
        await discard(hand);
        throw new ServiceUnavailable(SERVICE, { cause: error });
      } finally {
        clearTimeout(timer);
        give(hand);
      }
    },
    async warmUp() {
      give(await take());
    },
    async close() {
      idle.length = 0;
      await Promise.all(Array.from(all, discard));
    },
  };
}

async function startHand(settings: EngineSettings): Promise<Hand> {
  const legacy = settings.model === 'legacy';
  const data = dirname(createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json'));
  const { promise: died, reject: fail } = Promise.withResolvers<never>();
  died.catch(() => {});
  // createWorker never settles when its language data cannot be loaded: then only the error handler is told.
  const starting = createWorker('eng', legacy ? OEM.TESSERACT_ONLY : OEM.LSTM_ONLY, {
    langPath: join(data, legacy ? '4.0.0' : '4.0.0_best_int'),
    cacheMethod: 'none',
    gzip: true,
    legacyCore: legacy,
    legacyLang: legacy,
    // Without a handler of our own the library throws where nobody can catch it.
    errorHandler: fail,
  });
  const tesseract = await Promise.race([starting, died]);
  await tesseract.setParameters(settings.parameters);
  const thread: unknown = Reflect.get(tesseract, 'worker');
  if (!(thread instanceof Worker)) return { tesseract, thread: null, died };
  thread.on('error', fail);
  thread.on('exit', () => fail(new Error('the thread ended')));
  thread.unref();
  return { tesseract, thread, died };
}

const SERVICE = 'tesseract.js';
