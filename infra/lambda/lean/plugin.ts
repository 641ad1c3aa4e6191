import type { Plugin } from 'esbuild';

const here = (file: string): string => new URL(file, import.meta.url).pathname;

/** Leaves out of the bundles what libraries bring for other places than Lambda. */
export const lean: Plugin = {
  name: 'lean',
  setup({ onResolve }) {
    onResolve({ filter: /^proxy-agent$/ }, () => ({ path: here('proxy-agent.ts') }));
    onResolve({ filter: /^form-data$/ }, () => ({ path: here('form-data.ts') }));
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({ path: here('credentials.ts') }));
    onResolve({ filter: /^sharp$/ }, () => ({ path: here('sharp.ts') }));
    onResolve({ filter: /^\.{1,2}\/(?:core\/)?(?:from|to)-json-schema\.js$/ }, ({ importer }) => (importer.includes('/zod/v4/') ? { path: here('zod-json-schema.ts') } : null));
    onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ importer }) => (importer.includes('/zod/v4/') ? { path: here('zod-locales.ts') } : null));
  },
};
