import type { RegisterType } from '../../../events/vocabulary.ts';
import { gdc } from './gdc.ts';
import { gmc } from './gmc.ts';
import { gpc } from './gpc.ts';
import type { RegisterMapper } from './mapper.ts';
import { nmc } from './nmc.ts';

/** One mapper a register; a new register is one file and its line here. */
export const mappers: Readonly<Record<RegisterType, RegisterMapper>> = { GMC: gmc, GDC: gdc, NMC: nmc, GPC: gpc };
