import { createRequire } from 'node:module';
import type Sharp from 'sharp';

const require = createRequire(import.meta.url);
let loaded: typeof Sharp | null = null;

function load(): typeof Sharp {
  loaded ??= require('sharp') as typeof Sharp;
  return loaded;
}

const nothing: (...given: unknown[]) => unknown = () => undefined;

/** sharp with its native library, loaded by the first image and not by each cold start of the API. */
// eslint-disable-next-line import/no-default-export -- as the package exports it
export default new Proxy(nothing, {
  apply: (_target, _this, given) => Reflect.apply(load(), undefined, given) as unknown,
  get: (_target, name) => Reflect.get(load(), name) as unknown,
});
