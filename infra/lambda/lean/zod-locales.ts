/** In the place of zod's fifty languages: messages of ours are read by engineers, in one. */
export { default as en } from 'zod/v4/locales/en.js';
