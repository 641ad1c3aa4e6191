import { sql, type DatabasePool } from 'slonik';
import { z } from 'zod';
import type { Execution, ExecutionStore } from '../../gateways/workflow/executions.ts';

const nothing = sql.type(z.object({}));
const Row = z.object({ name: z.string(), input: z.record(z.string(), z.unknown()), startedAt: z.iso.datetime({ precision: 3 }) });

/** Executions of the workflow in PostgreSQL: a crash forgets none, and no name is ever run twice. */
export async function openExecutions(pool: DatabasePool): Promise<ExecutionStore> {
  await pool.transaction(async (transaction) => {
    await transaction.query(nothing`SELECT pg_advisory_xact_lock(hashtext('embedded.execution'))`);
    await transaction.query(nothing`CREATE SCHEMA IF NOT EXISTS embedded`);
    await transaction.query(nothing`
      CREATE TABLE IF NOT EXISTS embedded.execution (
        name text PRIMARY KEY, input jsonb NOT NULL, started_at timestamptz NOT NULL,
        status text NOT NULL DEFAULT 'running', error text, closed_at timestamptz)`);
    await transaction.query(nothing`CREATE INDEX IF NOT EXISTS execution_running ON embedded.execution (started_at) WHERE status = 'running'`);
  });
  return {
    add: async ({ name, input, startedAt }: Execution) => {
      const { rowCount } = await pool.query(nothing`
        INSERT INTO embedded.execution (name, input, started_at) VALUES (${name}, ${JSON.stringify(input)}::jsonb, ${startedAt})
        ON CONFLICT (name) DO NOTHING`);
      return rowCount === 1 ? 'added' : 'exists';
    },
    close: async (name, end, at) => {
      await pool.query(nothing`
        UPDATE embedded.execution SET status = ${end.status}, error = ${end.status === 'failed' ? end.error : null}, closed_at = ${at}
        WHERE name = ${name} AND status = 'running'`);
    },
    open: () => pool.any(sql.type(Row)`
      SELECT name, input, started_at AS "startedAt" FROM embedded.execution WHERE status = 'running' ORDER BY started_at, name`),
  };
}
