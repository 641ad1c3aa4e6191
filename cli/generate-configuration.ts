import { writeFile } from 'node:fs/promises';
import { configurationPage } from '../runtime/configuration-page.ts';

/** Writes docs/configuration.md from the settings' schemas; part of `npm run generate`. */
await writeFile(new URL('../docs/configuration.md', import.meta.url), configurationPage());
