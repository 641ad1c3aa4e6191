import type { DatabasePool } from 'slonik';
import type { ApiQueries } from '../../api/deps.ts';
import { readFigures } from '../../projectors/relational/figures.ts';
import { dashboardNumbers } from '../../projectors/relational/numbers.ts';
import { listApplicants, reviewQueue } from '../../projectors/relational/queries.ts';

export function apiQueries(pool: DatabasePool): ApiQueries {
  return {
    reviewQueue: (query) => reviewQueue(pool, query),
    applicants: (query) => listApplicants(pool, query),
    figures: () => readFigures(pool),
    numbers: () => dashboardNumbers(pool, new Date()),
  };
}
