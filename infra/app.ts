import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { z } from 'zod';
import type { LambdaEntry } from './lambda/entries.ts';
import { checkAgainstRules } from './stacks/acknowledged.ts';
import { addStacks, createApp } from './stacks/platform-app.ts';
import { Stage } from './stacks/stage.ts';

/**
 * The CDK app (see cdk.json). `-c stage=<name>` takes a stage of cdk.json's `stages`, `-c stage-file=<path>` one from a
 * JSON file. The functions' code is what `npm run build:lambda` has put into dist/lambda.
 */
const app = createApp();
const context = (key: string): unknown => app.node.tryGetContext(key);

function chosenStage(): Stage {
  const file = z.string().optional().parse(context('stage-file'));
  if (file !== undefined) return Stage.parse(JSON.parse(readFileSync(file, 'utf8')));
  const name = z.string().parse(context('stage'));
  const stages = z.record(z.string(), z.unknown()).parse(context('stages'));
  if (stages[name] === undefined) throw new TypeError(`cdk.json has no stage ${name}; it has ${Object.keys(stages).join(', ')}`);
  return Stage.parse(stages[name]);
}

function bundleOf({ name }: LambdaEntry): lambda.Code {
  const folder = fileURLToPath(new URL(`../dist/lambda/${name}`, import.meta.url));
  if (!existsSync(`${folder}/index.mjs`)) throw new TypeError(`dist/lambda/${name} is not there: npm run build:lambda makes it`);
  return lambda.Code.fromAsset(folder);
}

const stage = chosenStage();
const stacks = addStacks(app, stage, bundleOf);
// A stage with parts left out is for trying things out; the rules are for whole ones.
if (stage.without.length === 0) checkAgainstRules(app, stage, stacks);
app.synth();
